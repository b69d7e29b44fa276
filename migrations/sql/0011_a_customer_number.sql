-- The number under which another program, or the company itself, knows a customer: unique whatever its case.

-- One ALTER: the table is written anew once.
ALTER TABLE customers
    DROP COLUMN search_text,
    ADD COLUMN customer_number text,
    ADD COLUMN number_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        left(coalesce(crm.fold(btrim(customer_number)), ''), 300)
    ) STORED,
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
        || coalesce(' ' || crm.fold(customer_number), '')
        || contacts_text
    ) STORED;
COMMENT ON COLUMN customers.customer_number IS 'What others call the customer by: files, invoices; blank is null';

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
-- Only those who have a number are in it.
CREATE UNIQUE INDEX uq_customers_number_key ON customers (number_key) WHERE number_key <> '';

-- A number of blanks only is none, whoever writes it.
CREATE FUNCTION crm.clear_blank_number() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    NEW.customer_number := nullif(btrim(NEW.customer_number), '');
    RETURN NEW;
END
$$;
CREATE TRIGGER clear_blank_number BEFORE INSERT OR UPDATE OF customer_number ON customers
    FOR EACH ROW WHEN (NEW.customer_number IS DISTINCT FROM nullif(btrim(NEW.customer_number), ''))
    EXECUTE FUNCTION crm.clear_blank_number();
