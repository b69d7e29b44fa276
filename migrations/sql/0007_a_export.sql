-- The right to export, and the trace that each export leaves. Whoever can read rows can copy them: this keeps order among
-- colleagues who use the program, it is no lock.

ALTER TABLE users ADD COLUMN may_export boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN users.may_export IS 'Asked of employees; administrators always may';

DROP TRIGGER touch ON users;
CREATE TRIGGER touch BEFORE UPDATE OF username, display_name, email, role, is_active, must_change_password, may_export
    ON users
    FOR EACH ROW WHEN (
        (OLD.username, OLD.display_name, OLD.email, OLD.role, OLD.is_active, OLD.must_change_password, OLD.may_export)
        IS DISTINCT FROM
        (NEW.username, NEW.display_name, NEW.email, NEW.role, NEW.is_active, NEW.must_change_password, NEW.may_export)
    ) EXECUTE FUNCTION crm.touch();

CREATE FUNCTION crm.may_export() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT crm.is_admin()
    OR coalesce((SELECT u.may_export FROM users u WHERE u.username = session_user AND u.is_active), false)
$$;

CREATE FUNCTION crm.set_may_export(user_id uuid, allowed boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    person users := crm.lock_person(set_may_export.user_id);
BEGIN
    UPDATE users u SET may_export = coalesce(set_may_export.allowed, false)
    WHERE u.id = person.id AND u.may_export IS DISTINCT FROM coalesce(set_may_export.allowed, false);
END
$$;

-- Called before the rows are read and in the same transaction. `details` says which rows and columns, in the trail's
-- form {field: [before, after]} once it is written.
CREATE FUNCTION crm.record_export(subject text, format text, row_count bigint, details jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT crm.may_export() THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002',
            MESSAGE = 'Your account may not export.',
            HINT = 'Ask an administrator: Settings, People.';
    END IF;
    IF subject IS NULL OR subject NOT IN ('customers', 'customer_interactions')
        OR format IS NULL OR format !~ '^[a-z0-9]{1,16}$' OR row_count IS NULL OR row_count < 0
        OR jsonb_typeof(details) IS DISTINCT FROM 'object' OR octet_length(details::text) > 200000
    THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'An export has to say what it holds.';
    END IF;
    INSERT INTO audit_log (table_name, row_id, action, changes)
    SELECT subject, '', 'export', jsonb_object_agg(d.key, jsonb_build_array(NULL, d.value))
    FROM jsonb_each(details || jsonb_build_object('format', format, 'rows', row_count)) d;
END
$$;
