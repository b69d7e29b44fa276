-- A new password counts as a change of the person, also where nothing else changes: programs that keep connections open
-- see by the version that they have to ask for the password again.

CREATE OR REPLACE FUNCTION crm.reset_password(user_id uuid, verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    person users := crm.lock_person(reset_password.user_id);
BEGIN
    PERFORM crm.require_verifier(reset_password.verifier);
    EXECUTE format('ALTER ROLE %I PASSWORD %L', person.username, reset_password.verifier);
    UPDATE users SET must_change_password = true, version = version + 1 WHERE id = person.id;
END
$$;

CREATE OR REPLACE FUNCTION crm.change_own_password(verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    PERFORM crm.require_verifier(verifier);
    IF crm.current_user_id() IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002', MESSAGE = 'Your account has no access to the CRM.';
    END IF;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', session_user, verifier);
    UPDATE users SET must_change_password = false, version = version + 1
        WHERE username = session_user::text COLLATE "default";
END
$$;
