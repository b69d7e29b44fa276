-- Versions and the audit trail know the new columns.

DROP TRIGGER touch ON customers;
CREATE TRIGGER touch BEFORE UPDATE OF user_id, company_name, contact_name, email, phone, phone_national, other_emails,
    other_phones, other_phones_national, address, city, state, country, postal_code, customer_type, status, source, tags,
    notes, owner_id, import_batch_id ON customers
    FOR EACH ROW WHEN (
        (OLD.user_id, OLD.company_name, OLD.contact_name, OLD.email, OLD.phone, OLD.phone_national, OLD.other_emails,
            OLD.other_phones, OLD.other_phones_national, OLD.address, OLD.city, OLD.state, OLD.country, OLD.postal_code,
            OLD.customer_type, OLD.status, OLD.source, OLD.tags, OLD.notes, OLD.owner_id, OLD.import_batch_id)
        IS DISTINCT FROM
        (NEW.user_id, NEW.company_name, NEW.contact_name, NEW.email, NEW.phone, NEW.phone_national, NEW.other_emails,
            NEW.other_phones, NEW.other_phones_national, NEW.address, NEW.city, NEW.state, NEW.country, NEW.postal_code,
            NEW.customer_type, NEW.status, NEW.source, NEW.tags, NEW.notes, NEW.owner_id, NEW.import_batch_id)
    ) EXECUTE FUNCTION crm.touch();
DROP TRIGGER touch ON contacts;
CREATE TRIGGER touch BEFORE UPDATE OF name, email, phone, phone_national, other_emails, other_phones,
    other_phones_national, notes ON contacts
    FOR EACH ROW WHEN (
        (OLD.name, OLD.email, OLD.phone, OLD.phone_national, OLD.other_emails, OLD.other_phones,
            OLD.other_phones_national, OLD.notes)
        IS DISTINCT FROM
        (NEW.name, NEW.email, NEW.phone, NEW.phone_national, NEW.other_emails, NEW.other_phones,
            NEW.other_phones_national, NEW.notes)
    ) EXECUTE FUNCTION crm.touch();

DO $$
DECLARE
    subject record;
    generated text[];
BEGIN
    FOR subject IN
        SELECT * FROM (VALUES
            ('customers', 'r.id::text', 'r.id', '{tier,next_follow_up,last_contact,contacts_text}'),
            ('contacts', 'r.id::text', 'NULL::uuid', '{}')
        ) AS s (name, row_id, customer, derived)
    LOOP
        generated := ARRAY(
            SELECT attname FROM pg_attribute
            WHERE attrelid = ('crm.' || subject.name)::regclass AND attgenerated <> '' AND attnum > 0
        );
        EXECUTE format('DROP TRIGGER audit_insert ON %1$I; DROP TRIGGER audit_update ON %1$I;
                        DROP TRIGGER audit_delete ON %1$I', subject.name);
        EXECUTE format(
            'CREATE TRIGGER audit_insert AFTER INSERT ON %1$I REFERENCING NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(%2$L, %3$L, %4$L, %5$L)',
            subject.name, subject.row_id, subject.customer, generated, subject.derived
        );
        EXECUTE format(
            'CREATE TRIGGER audit_update AFTER UPDATE ON %1$I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(%2$L, %3$L, %4$L, %5$L)',
            subject.name, subject.row_id, subject.customer, generated, subject.derived
        );
        EXECUTE format(
            'CREATE TRIGGER audit_delete AFTER DELETE ON %1$I REFERENCING OLD TABLE AS old_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(%2$L, %3$L, %4$L, %5$L)',
            subject.name, subject.row_id, subject.customer, generated, subject.derived
        );
    END LOOP;
END
$$;

-- A contact may be at several customers, so its trail names none; whoever may read contacts may read what became of
-- them. The index serves "who changed this contact last"; adding contacts costs it nothing.
CREATE POLICY read_contacts ON audit_log FOR SELECT USING (table_name = 'contacts');
CREATE INDEX ix_audit_log_changed_contacts ON audit_log (row_id, id)
    WHERE table_name = 'contacts' AND action = 'update';
