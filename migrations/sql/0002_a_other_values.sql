-- More than one e-mail address and phone for customers and contacts: the main one where it was, the others in a list.

-- The folded words of a list of texts, each with a space before it, as search texts hold them.
CREATE FUNCTION crm.folded_words(list jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS
$$
BEGIN
    IF jsonb_typeof(list) <> 'array' THEN
        RETURN '';  -- refused by the table's check, which comes after its generated columns
    END IF;
    RETURN (SELECT coalesce(string_agg(' ' || crm.fold(e.value), ''), '') FROM jsonb_array_elements_text(list) e);
END
$$;

-- The same for phone numbers: their digits as written.
CREATE FUNCTION crm.digit_words(list jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS
$$
BEGIN
    IF jsonb_typeof(list) <> 'array' THEN
        RETURN '';
    END IF;
    RETURN (SELECT coalesce(string_agg(' ' || crm.digits(e.value), ''), '') FROM jsonb_array_elements_text(list) e);
END
$$;

-- What somebody can be recognised by among the other values: addresses as in email_normalized, numbers as in
-- phone_e164. An address has no + at its start that is followed by digits only, so one list holds both.
CREATE FUNCTION crm.reach(emails jsonb, phones jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS
$$
BEGIN
    IF jsonb_typeof(emails) <> 'array' OR jsonb_typeof(phones) <> 'array' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT left(crm.fold(btrim(e.value)), 320) FROM jsonb_array_elements_text(emails) e WHERE btrim(e.value) <> ''
        UNION ALL
        SELECT p.value FROM jsonb_array_elements_text(phones) p WHERE p.value ~ '^\+[1-9][0-9]{6,14}$'
    );
END
$$;

-- One ALTER: the table is written anew once.
ALTER TABLE customers
    DROP COLUMN search_text,
    ADD COLUMN other_emails jsonb NOT NULL DEFAULT '[]' CONSTRAINT ck_customers_other_emails CHECK (
        jsonb_typeof(other_emails) = 'array'
        AND NOT jsonb_path_exists(other_emails, 'strict $[*] ? (@.type() != "string")')
    ),
    ADD COLUMN other_phones jsonb NOT NULL DEFAULT '[]' CONSTRAINT ck_customers_other_phones CHECK (
        jsonb_typeof(other_phones) = 'array'
        AND NOT jsonb_path_exists(other_phones, 'strict $[*] ? (@.type() != "string")')
    ),
    ADD COLUMN other_phones_national text,
    ADD COLUMN contacts_text text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN search_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        coalesce(' ' || crm.fold(contact_name), '')
        || coalesce(' ' || crm.fold(company_name), '')
        || coalesce(' ' || crm.fold(email), '')
        || CASE WHEN other_emails <> '[]'::jsonb THEN crm.folded_words(other_emails) ELSE '' END
        || coalesce(' ' || crm.digits(phone), '')
        || coalesce(' ' || phone_national, '')
        || CASE WHEN other_phones <> '[]'::jsonb THEN crm.digit_words(other_phones) ELSE '' END
        || coalesce(' ' || other_phones_national, '')
        || coalesce(' ' || crm.fold(city), '')
        || coalesce(' ' || crm.fold(state), '')
        || coalesce(' ' || crm.fold(country), '')
        || contacts_text
    ) STORED;
COMMENT ON COLUMN customers.other_phones IS 'E.164 where possible, as phone';
COMMENT ON COLUMN customers.other_phones_national IS
    'The digits of their national forms with spaces between them: written by whoever writes other_phones';
COMMENT ON COLUMN customers.contacts_text IS 'The search texts of its contacts; kept by the triggers of contact_positions';

ALTER TABLE contacts
    ADD COLUMN other_emails jsonb NOT NULL DEFAULT '[]' CONSTRAINT ck_contacts_other_emails CHECK (
        jsonb_typeof(other_emails) = 'array'
        AND NOT jsonb_path_exists(other_emails, 'strict $[*] ? (@.type() != "string")')
    ),
    ADD COLUMN other_phones jsonb NOT NULL DEFAULT '[]' CONSTRAINT ck_contacts_other_phones CHECK (
        jsonb_typeof(other_phones) = 'array'
        AND NOT jsonb_path_exists(other_phones, 'strict $[*] ? (@.type() != "string")')
    ),
    ADD COLUMN other_phones_national text,
    ADD COLUMN phone_e164 text COLLATE "C" GENERATED ALWAYS AS (
        CASE
            WHEN left(phone, 1) = '+' AND length(phone) BETWEEN 8 AND 16 AND substr(phone, 2, 1) <> '0'
                AND ltrim(substr(phone, 2), '0123456789') = ''
            THEN phone
        END
    ) STORED,
    ADD COLUMN search_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        ' ' || crm.fold(name)
        || coalesce(' ' || crm.fold(email), '')
        || CASE WHEN other_emails <> '[]'::jsonb THEN crm.folded_words(other_emails) ELSE '' END
        || coalesce(' ' || crm.digits(phone), '')
        || coalesce(' ' || phone_national, '')
        || CASE WHEN other_phones <> '[]'::jsonb THEN crm.digit_words(other_phones) ELSE '' END
        || coalesce(' ' || other_phones_national, '')
    ) STORED;

DO $$
BEGIN
    EXECUTE format(
        'CREATE INDEX ix_customers_search_text ON customers USING gin (search_text %I.gin_trgm_ops)',
        (
            SELECT n.nspname
            FROM pg_extension e
            JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'pg_trgm'
        )
    );
END
$$;

-- Who has this address or number among the others: only those few who have others cost an entry.
CREATE INDEX ix_customers_other_values ON customers USING gin (crm.reach(other_emails, other_phones))
    WHERE other_emails <> '[]'::jsonb OR other_phones <> '[]'::jsonb;
CREATE INDEX ix_contacts_other_values ON contacts USING gin (crm.reach(other_emails, other_phones))
    WHERE other_emails <> '[]'::jsonb OR other_phones <> '[]'::jsonb;
CREATE INDEX ix_contacts_phone_e164 ON contacts (phone_e164) WHERE phone_e164 IS NOT NULL;
