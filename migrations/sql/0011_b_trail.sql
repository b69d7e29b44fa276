-- Versions, the audit trail and merging know the number.

DROP TRIGGER touch ON customers;
CREATE TRIGGER touch BEFORE UPDATE OF user_id, customer_number, company_name, contact_name, email, phone, phone_national,
    other_emails, other_phones, other_phones_national, address, city, state, country, postal_code, customer_type, status,
    source, tags, notes, owner_id, import_batch_id ON customers
    FOR EACH ROW WHEN (
        (OLD.user_id, OLD.customer_number, OLD.company_name, OLD.contact_name, OLD.email, OLD.phone, OLD.phone_national,
            OLD.other_emails, OLD.other_phones, OLD.other_phones_national, OLD.address, OLD.city, OLD.state, OLD.country,
            OLD.postal_code, OLD.customer_type, OLD.status, OLD.source, OLD.tags, OLD.notes, OLD.owner_id,
            OLD.import_batch_id)
        IS DISTINCT FROM
        (NEW.user_id, NEW.customer_number, NEW.company_name, NEW.contact_name, NEW.email, NEW.phone, NEW.phone_national,
            NEW.other_emails, NEW.other_phones, NEW.other_phones_national, NEW.address, NEW.city, NEW.state, NEW.country,
            NEW.postal_code, NEW.customer_type, NEW.status, NEW.source, NEW.tags, NEW.notes, NEW.owner_id,
            NEW.import_batch_id)
    ) EXECUTE FUNCTION crm.touch();

DO $$
DECLARE
    derived CONSTANT text := '{tier,next_follow_up,last_contact,contacts_text}';
    generated text[] := ARRAY(
        SELECT attname FROM pg_attribute
        WHERE attrelid = 'crm.customers'::regclass AND attgenerated <> '' AND attnum > 0 AND NOT attisdropped
    );
BEGIN
    DROP TRIGGER audit_insert ON customers;
    DROP TRIGGER audit_update ON customers;
    DROP TRIGGER audit_delete ON customers;
    EXECUTE format(
        'CREATE TRIGGER audit_insert AFTER INSERT ON customers REFERENCING NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(''r.id::text'', ''r.id'', %L, %L)', generated, derived
    );
    EXECUTE format(
        'CREATE TRIGGER audit_update AFTER UPDATE ON customers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(''r.id::text'', ''r.id'', %L, %L)', generated, derived
    );
    EXECUTE format(
        'CREATE TRIGGER audit_delete AFTER DELETE ON customers REFERENCING OLD TABLE AS old_rows
         FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(''r.id::text'', ''r.id'', %L, %L)', generated, derived
    );
END
$$;

-- Of several numbers one stays, as of the other fields: the survivor is changed when the others are gone already, and
-- undoing goes backwards, so that no two have the same one at any time.
DO $$
DECLARE
    source text := pg_get_functiondef('crm.merge_customers(uuid, uuid[], integer[], jsonb)'::regprocedure);
    changed text := replace(
        replace(source, $q$'company_name', 'contact_name', 'email',$q$,
                $q$'customer_number', 'company_name', 'contact_name', 'email',$q$),
        'SET company_name = r.company_name,', 'SET customer_number = r.customer_number, company_name = r.company_name,'
    );
BEGIN
    IF changed NOT LIKE '%''customer_number'', ''company_name''%' OR changed NOT LIKE '%customer_number = r.customer_number%'
    THEN
        RAISE EXCEPTION 'merge_customers() is not as it is known here: numbers would get lost';
    END IF;
    EXECUTE changed;
END
$$;
