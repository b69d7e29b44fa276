-- Whoever looks for somebody who is known already types part of a name, an address or a number.
DO $$
BEGIN
    EXECUTE format(
        'CREATE INDEX ix_contacts_search_text ON contacts USING gin (search_text %I.gin_trgm_ops)',
        (
            SELECT n.nspname
            FROM pg_extension e
            JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'pg_trgm'
        )
    );
END
$$;

-- Deleting a person takes the name out of the interactions that had it, which are changed by their authors and
-- assignees only. So are their interactions kept from losing it.
CREATE FUNCTION crm.keep_named_contacts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT crm.is_admin() AND EXISTS (
        SELECT FROM customer_interactions i
        WHERE i.contact_id = OLD.id AND crm.current_user_id() NOT IN (i.user_id, coalesce(i.assignee_id, i.user_id))
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002',
            MESSAGE = 'Interactions of others name this contact.',
            HINT = 'Remove the contact from the company instead: the person stays for those interactions.';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER keep_named BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION crm.keep_named_contacts();
