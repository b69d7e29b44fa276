-- The scan over all customers: who has something in common is found by keys, never by comparing each with each.

CREATE TYPE crm.duplicate_card AS (
    id uuid,
    words text,       -- the person's name
    given text,       -- its first and last word; which is which does not matter
    family text,
    company text,     -- without legal form and blanks
    city text,
    postal text,
    emails text[],
    phones text[],    -- digits of numbers that were checked, with the country
    loose text[],     -- digits of the others, without zeros at the start
    is_business boolean,
    keys bigint[]     -- customers who share one are compared
);

-- Whether a number that was not checked can be one of the others: the shorter one is the end of the longer.
CREATE FUNCTION crm.phones_alike(ours text[], theirs text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT EXISTS (
    SELECT FROM unnest(ours) a, unnest(theirs) b
    WHERE least(length(a), length(b)) >= 7
      AND right(a, least(length(a), length(b))) = right(b, least(length(a), length(b)))
)
$$;

-- An address of a whole office says little about who it is.
CREATE FUNCTION crm.is_shared_mailbox(email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT split_part(email, '@', 1) IN (
    'info', 'office', 'contact', 'contacts', 'kontakt', 'contacto', 'contatto', 'sales', 'mail', 'email', 'hello',
    'hallo', 'service', 'support', 'admin', 'post', 'team', 'buero', 'orders', 'accounts', 'billing', 'reception'
)
$$;

-- How likely two customers are the same one, 0 to 100, and why: {score, reason, ...}; NULL when hardly.
-- 40 points for the name (or the company's where a person's is missing), 45 for the e-mail address, 40 for the phone,
-- 25 for the city, 10 for the postal code, 10 for the company besides; what contradicts takes points off. Two people
-- whose names differ are two, whatever they share; one e-mail address of their own still makes it worth a look.
CREATE FUNCTION crm.compare_cards(a crm.duplicate_card, b crm.duplicate_card) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
    reasons text[] := '{}';
    score real := 0;
    same_email boolean := a.emails && b.emails;
    same_phone boolean := a.phones && b.phones;
    both_named boolean := a.words <> '' AND b.words <> '';
    both_companies boolean := a.company <> '' AND b.company <> '';
    company_likeness real := 0;
    whole real;
BEGIN
    IF NOT same_phone AND (a.loose <> '{}' OR b.loose <> '{}') THEN
        same_phone := crm.phones_alike(a.phones || a.loose, b.phones || b.loose);
    END IF;
    IF both_companies THEN
        company_likeness := crm.likeness(a.company, b.company);
    END IF;

    IF both_named THEN
        IF a.words = b.words THEN
            score := 40;
            reasons := array_append(reasons, 'name 100');
        ELSE
            whole := crm.name_likeness(a.words, b.words);
            IF whole = 0 THEN
                -- Two names. An address of one's own, and one half of the name: perhaps somebody who married.
                IF NOT same_email OR crm.is_shared_mailbox(a.emails[1]) THEN
                    RETURN NULL;
                END IF;
                RETURN CASE
                    WHEN greatest(crm.likeness(a.given, b.given), crm.likeness(a.family, b.family)) >= 0.75
                    THEN ARRAY['60', 'email', 'other name']
                END;
            END IF;
            IF a.given <> b.given AND crm.likeness(a.given, b.given) < crm.likeness(a.given, b.family) THEN
                reasons := array_append(reasons, 'swapped');
            END IF;
            score := 40 * whole;
            reasons := array_append(reasons, format('name %s', round(100 * whole)));
        END IF;
        IF both_companies THEN
            IF company_likeness >= 0.8 THEN
                score := score + 10;
                reasons := array_append(reasons, format('company %s', round(100 * company_likeness)));
            ELSE
                score := score - 10;
                reasons := array_append(reasons, 'other company');
            END IF;
        END IF;
    ELSIF both_companies THEN
        IF company_likeness < 0.8 THEN
            RETURN NULL;
        END IF;
        score := 40 * company_likeness;
        reasons := array_append(reasons, format('company %s', round(100 * company_likeness)));
    ELSIF NOT (same_email AND same_phone) THEN
        RETURN NULL;  -- a person at a company and the company, or nothing to tell by
    END IF;
    IF NOT both_named AND a.is_business <> b.is_business THEN
        score := score - 10;
    END IF;

    IF same_email THEN
        score := score + CASE WHEN crm.is_shared_mailbox(a.emails[1]) THEN 15 ELSE 45 END;
        reasons := array_append(reasons, 'email');
    ELSIF a.emails <> '{}' AND b.emails <> '{}' THEN
        score := score - 10;
        reasons := array_append(reasons, 'other email');
    END IF;
    IF same_phone THEN
        score := score + 40;
        reasons := array_append(reasons, 'phone');
    ELSIF a.phones <> '{}' AND b.phones <> '{}' THEN
        score := score - 5;
        reasons := array_append(reasons, 'other phone');
    END IF;
    IF a.city <> '' AND a.city = b.city THEN
        score := score + 25;
        reasons := array_append(reasons, 'city');
    ELSIF a.city <> '' AND b.city <> '' THEN
        score := score - 10;
        reasons := array_append(reasons, 'other city');
    END IF;
    IF a.postal <> '' AND a.postal = b.postal THEN
        score := score + 10;
        reasons := array_append(reasons, 'postal');
    END IF;
    IF score < 55 THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY[least(100, round(score))::text] || reasons;
END
$$;

-- Internal: what is compared of a customer. Keys are numbers, for speed; XOR does not care for the order, so that
-- swapped names meet.
CREATE FUNCTION crm.make_duplicate_card(
    id uuid, contact_name text, company_name text, city_key text, postal_code text, email_normalized text,
    other_emails jsonb, phone_digits text, phone_e164 text, other_phones jsonb, customer_type text
) RETURNS crm.duplicate_card
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
    card crm.duplicate_card;
    keys bigint[] := '{}';
    value text;
    h_words bigint := 0;
    h_city bigint;
    h_postal bigint;
BEGIN
    card.id := id;
    card.words := coalesce(crm.person_words(contact_name), '');
    card.given := split_part(card.words, ' ', 1);
    card.family := CASE WHEN strpos(card.words, ' ') > 0 THEN split_part(card.words, ' ', -1) ELSE '' END;
    card.company := coalesce(replace(crm.company_words(company_name), ' ', ''), '');
    card.city := city_key;
    card.postal := coalesce(replace(crm.plain_words(postal_code), ' ', ''), '');
    card.emails := CASE WHEN email_normalized IS NULL THEN '{}' ELSE ARRAY[email_normalized] END;
    card.phones := '{}';
    card.loose := '{}';
    card.is_business := customer_type IS NOT DISTINCT FROM 'business';
    IF phone_e164 IS NOT NULL THEN
        card.phones := ARRAY[phone_digits];
    ELSIF length(ltrim(phone_digits, '0')) >= 7 THEN
        card.loose := ARRAY[ltrim(phone_digits, '0')];
    END IF;
    IF other_emails <> '[]' THEN
        card.emails := card.emails || ARRAY(
            SELECT left(crm.fold(btrim(e)), 320) FROM jsonb_array_elements_text(other_emails) e WHERE btrim(e) <> ''
        );
    END IF;
    IF other_phones <> '[]' THEN
        FOR value IN SELECT p FROM jsonb_array_elements_text(other_phones) p LOOP
            IF left(value, 1) = '+' AND length(crm.digits(value)) >= 7 THEN
                card.phones := card.phones || crm.digits(value);
            ELSIF length(ltrim(crm.digits(value), '0')) >= 7 THEN
                card.loose := card.loose || ltrim(crm.digits(value), '0');
            END IF;
        END LOOP;
    END IF;

    FOREACH value IN ARRAY card.emails LOOP
        keys := keys || hashtextextended(value, 1);
    END LOOP;
    FOREACH value IN ARRAY card.phones || card.loose LOOP
        keys := keys || hashtextextended(right(value, 7), 2);
    END LOOP;
    IF card.city <> '' THEN
        h_city := hashtextextended(card.city, 4);
        IF card.words <> '' THEN
            FOREACH value IN ARRAY string_to_array(card.words, ' ') LOOP
                h_words := h_words # hashtextextended(value, 3);
            END LOOP;
            keys := keys || (h_words # h_city)
                || (hashtextextended(crm.sound(card.given), 6) # hashtextextended(crm.sound(card.family), 6) # h_city);
        END IF;
        IF card.family <> '' THEN
            keys := keys
                || (hashtextextended(card.given, 7) # hashtextextended(left(card.family, 3), 8) # h_city)
                || (hashtextextended(card.family, 7) # hashtextextended(left(card.given, 3), 8) # h_city);
        END IF;
        IF card.company <> '' THEN
            keys := keys || (hashtextextended(left(card.company, 10), 10) # h_city);
        END IF;
    END IF;
    IF card.postal <> '' THEN
        h_postal := hashtextextended(card.postal, 5);
        IF card.words <> '' THEN
            keys := keys
                || (hashtextextended(left(card.given, 1), 9) # hashtextextended(left(card.family, 1), 9) # h_postal);
        END IF;
        IF card.company <> '' THEN
            keys := keys || (hashtextextended(left(card.company, 3), 11) # h_postal);
        END IF;
    END IF;
    card.keys := keys;
    RETURN card;
END
$$;

-- Compares everybody with those who share a key, and keeps who may be the same; returns the scan's id. Says how far it
-- is by notices of state CR100: the share done, a blank, what is going on. What others change meanwhile counts as changed
-- since.
-- Its working tables are no temporary ones, which only one process could read; nobody ever sees them.
CREATE FUNCTION crm.scan_duplicates() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp SET work_mem = '128MB' AS
$$
DECLARE
    largest CONSTANT integer := 50;
    -- Taken before the first row is read.
    seen pg_snapshot := pg_current_snapshot();
    began timestamptz := clock_timestamp();
    counted bigint;
    compared bigint;
    found bigint;
    cut bigint;
    examples jsonb;
    scan bigint;
BEGIN
    IF crm.current_user_id() IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002', MESSAGE = 'Your account has no access to the CRM.';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('crm.scan_duplicates')) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = 'Somebody else is looking for duplicates right now.',
            HINT = 'The result will show here when that is done.';
    END IF;
    RAISE NOTICE USING ERRCODE = 'CR100', MESSAGE = '0 Reading customers';
    CREATE UNLOGGED TABLE duplicate_cards AS
    SELECT crm.make_duplicate_card(
        id, contact_name, company_name, city_key, postal_code, email_normalized, other_emails, phone_digits, phone_e164,
        other_phones, customer_type
    ) AS card
    FROM customers;
    GET DIAGNOSTICS counted = ROW_COUNT;

    RAISE NOTICE USING ERRCODE = 'CR100', MESSAGE = format(
        '0.35 Grouping %s customers by what they have in common', to_char(counted, 'FM999,999,999')
    );
    CREATE UNLOGGED TABLE duplicate_groups AS
    SELECT s.key, array_agg(s.place) AS members
    FROM (SELECT unnest((c.card).keys) AS key, c.ctid AS place FROM duplicate_cards c) s
    GROUP BY s.key HAVING count(*) > 1;
    SELECT count(*) INTO cut FROM duplicate_groups WHERE cardinality(members) > largest;
    SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.size DESC), '[]') INTO examples
    FROM (
        SELECT cardinality(g.members) AS size, coalesce(
                   -- What the key was made of can be told where it is one value.
                   (SELECT e FROM unnest((c.card).emails) e WHERE hashtextextended(e, 1) = g.key LIMIT 1),
                   (SELECT p FROM unnest((c.card).phones || (c.card).loose) p
                    WHERE hashtextextended(right(p, 7), 2) = g.key LIMIT 1),
                   concat_ws(', ', coalesce(nullif((c.card).words, ''), nullif((c.card).company, '')), nullif((c.card).city, ''))
               ) AS example
        FROM (
            SELECT * FROM duplicate_groups WHERE cardinality(members) > largest ORDER BY cardinality(members) DESC LIMIT 5
        ) g
        JOIN duplicate_cards c ON c.ctid = g.members[1]
    ) e;

    RAISE NOTICE USING ERRCODE = 'CR100', MESSAGE = '0.6 Pairing';
    CREATE UNLOGGED TABLE duplicate_candidates AS
    SELECT DISTINCT a AS one, b AS other
    FROM duplicate_groups g, unnest(g.members) a, unnest(g.members) b
    WHERE cardinality(g.members) <= largest AND a < b;
    GET DIAGNOSTICS compared = ROW_COUNT;

    RAISE NOTICE USING ERRCODE = 'CR100', MESSAGE = format('0.7 Comparing %s pairs', to_char(compared, 'FM999,999,999'));
    CREATE UNLOGGED TABLE duplicate_result AS
    SELECT least(s.one, s.other) AS first_id, greatest(s.one, s.other) AS second_id, s.found
    FROM (
        SELECT (a.card).id AS one, (b.card).id AS other, crm.compare_cards(a.card, b.card) AS found
        FROM duplicate_candidates p
        JOIN duplicate_cards a ON a.ctid = p.one
        JOIN duplicate_cards b ON b.ctid = p.other
        OFFSET 0
    ) s
    WHERE s.found IS NOT NULL;

    RAISE NOTICE USING ERRCODE = 'CR100', MESSAGE = '0.97 Keeping the result';
    DELETE FROM duplicate_pairs;
    INSERT INTO duplicate_pairs (first_id, second_id, score, reasons)
    SELECT r.first_id, r.second_id, r.found[1]::smallint, r.found[2:]
    FROM duplicate_result r
    -- Who was deleted meanwhile is no duplicate any more.
    WHERE EXISTS (SELECT FROM customers c WHERE c.id = r.first_id)
      AND EXISTS (SELECT FROM customers c WHERE c.id = r.second_id);
    GET DIAGNOSTICS found = ROW_COUNT;
    INSERT INTO duplicate_scans (started_at, snapshot, customers, compared, found, groups_cut, examples_cut)
    VALUES (began, seen, counted, compared, found, cut, examples)
    RETURNING id INTO scan;
    DELETE FROM duplicate_scans s WHERE s.id <= scan - 100;
    DROP TABLE duplicate_cards, duplicate_groups, duplicate_candidates, duplicate_result;
    RETURN scan;
END
$$;

-- How many customers were changed by transactions that the last scan did not see; counted up to `most`. A database that
-- was restored from a dump numbers its transactions anew: then nothing is known, and everybody counts as changed.
CREATE FUNCTION crm.changed_since_scan(most integer) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT CASE
    WHEN pg_snapshot_xmax(s.snapshot) > pg_snapshot_xmax(pg_current_snapshot()) THEN most
    ELSE (
        SELECT count(DISTINCT r.row_id)
        FROM (
            SELECT a.row_id FROM audit_log a
            WHERE a.transaction_id >= pg_snapshot_xmin(s.snapshot)
              AND NOT pg_visible_in_snapshot(a.transaction_id, s.snapshot)
              AND a.table_name = 'customers' AND a.action IN ('insert', 'update')
            LIMIT most
        ) r
    )
END
FROM (SELECT snapshot FROM duplicate_scans ORDER BY id DESC LIMIT 1) s
$$;

CREATE TRIGGER notify_insert AFTER INSERT ON duplicate_scans REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('');
CREATE TRIGGER notify_insert AFTER INSERT ON duplicate_decisions REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('');
CREATE TRIGGER notify_update AFTER UPDATE ON duplicate_decisions REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('');
CREATE TRIGGER notify_delete AFTER DELETE ON duplicate_decisions REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('');
