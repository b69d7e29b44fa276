-- Who acts, and how administrators manage people. Passwords come as SCRAM verifiers only.
-- SECURITY DEFINER: these run as the owner role, so each has a fixed search_path; grants decide who may call them.

CREATE FUNCTION crm.current_user_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$ SELECT id FROM users WHERE username = session_user AND is_active $$;
COMMENT ON FUNCTION crm.current_user_id() IS 'Keyed on the login role, which no setting can change';

CREATE FUNCTION crm.is_admin() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$ SELECT pg_has_role(session_user, current_database() || '_admin', 'USAGE') $$;

CREATE FUNCTION crm.signed_in() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$ UPDATE users SET last_seen_at = now() WHERE username = session_user AND is_active $$;

-- Internal: puts a login role into the one group that belongs to its role, or into none.
CREATE FUNCTION crm.set_group(login name, wanted text) RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    kind text;
    group_role name;
    is_member boolean;
    -- A session that has SET ROLE to the group would keep its rights after they are revoked.
    inherited text := CASE
        WHEN current_setting('server_version_num')::integer >= 160000 THEN ' WITH INHERIT TRUE, SET FALSE' ELSE ''
    END;
BEGIN
    FOREACH kind IN ARRAY ARRAY['admin', 'employee'] LOOP
        group_role := current_database() || '_' || kind;
        is_member := EXISTS (
            SELECT FROM pg_auth_members m
            WHERE m.roleid = (SELECT oid FROM pg_roles WHERE rolname = group_role)
              AND m.member = (SELECT oid FROM pg_roles WHERE rolname = login)
        );
        IF is_member AND wanted IS DISTINCT FROM kind THEN
            EXECUTE format('REVOKE %I FROM %I', group_role, login);
        ELSIF NOT is_member AND wanted = kind THEN
            EXECUTE format('GRANT %I TO %I', group_role, login) || inherited;
        END IF;
    END LOOP;
END
$$;

-- Internal: refuses anything but a SCRAM verifier, so that no password ever reaches the server or its log.
CREATE FUNCTION crm.require_verifier(verifier text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = crm, pg_temp AS
$$
BEGIN
    IF verifier IS NULL OR verifier !~ '^SCRAM-SHA-256\$[0-9]{4,7}:[A-Za-z0-9+/]{20,}={0,2}\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$' THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = 'A password has to be sent as a SCRAM verifier, never as plain text.';
    END IF;
END
$$;

-- Internal: keyed on the login role, because on PostgreSQL 15 a session that has SET ROLE to the group keeps the right
-- to call after it is revoked. The owner makes the first administrator.
CREATE FUNCTION crm.require_admin() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT crm.is_admin() AND NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'permission denied: not an administrator';
    END IF;
END
$$;

-- Internal: locks a person with a login, and every active administrator, so that two sessions cannot each remove
-- what they take for the last but one.
CREATE FUNCTION crm.lock_person(person_id uuid) RETURNS users
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    person users;
BEGIN
    PERFORM crm.require_admin();
    PERFORM FROM users WHERE (role = 'admin' AND is_active) OR id = person_id ORDER BY id FOR UPDATE;
    SELECT * INTO person FROM users WHERE id = person_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This person is not there any more.';
    END IF;
    IF person.username IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'This is a customer''s account: it cannot sign in.';
    END IF;
    RETURN person;
END
$$;

CREATE FUNCTION crm.require_another_admin(person users) RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    IF person.role = 'admin' AND person.is_active
        AND NOT EXISTS (SELECT FROM users WHERE role = 'admin' AND is_active AND id <> person.id)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = 'This is the last active administrator.',
            HINT = 'Make somebody else an administrator first.';
    END IF;
END
$$;

CREATE FUNCTION crm.create_user(
    username text, display_name text, role text, verifier text, must_change_password boolean DEFAULT true
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    person_id uuid;
BEGIN
    PERFORM crm.require_admin();
    PERFORM crm.require_verifier(create_user.verifier);
    IF create_user.username IS NULL OR create_user.username !~ '^[a-z][a-z0-9_.-]{0,62}$'
        OR create_user.username ~ '^pg_' OR create_user.username IN ('public', 'none', 'current_user', 'session_user')
    THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = 'A username has 1 to 63 characters: small letters, digits, dot, dash, underscore; a letter first.';
    END IF;
    IF btrim(coalesce(create_user.display_name, '')) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'Enter the person''s name.';
    END IF;
    IF create_user.role IS NULL OR create_user.role NOT IN ('admin', 'employee', 'user') THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'The role is admin, employee or user.';
    END IF;
    BEGIN
        -- CREATE ROLE fails where the name exists, so no role of somebody else is ever taken over.
        EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L', create_user.username, create_user.verifier);
    EXCEPTION WHEN duplicate_object THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = format('The username "%s" is taken on this server.', create_user.username),
            HINT = 'Choose another one.';
    END;
    PERFORM crm.set_group(create_user.username::name, create_user.role);
    INSERT INTO users (username, display_name, role, must_change_password)
    VALUES (
        create_user.username, btrim(create_user.display_name), create_user.role, create_user.must_change_password
    )
    RETURNING id INTO person_id;
    RETURN person_id;
END
$$;

CREATE FUNCTION crm.change_role(user_id uuid, role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    person users := crm.lock_person(change_role.user_id);
BEGIN
    IF change_role.role IS NULL OR change_role.role NOT IN ('admin', 'employee', 'user') THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'The role is admin, employee or user.';
    END IF;
    IF change_role.role <> 'admin' THEN
        PERFORM crm.require_another_admin(person);
    END IF;
    IF person.is_active THEN
        PERFORM crm.set_group(person.username::name, change_role.role);
    END IF;
    UPDATE users SET role = change_role.role WHERE id = person.id AND role <> change_role.role;
END
$$;

CREATE FUNCTION crm.deactivate_user(user_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    person users := crm.lock_person(deactivate_user.user_id);
BEGIN
    PERFORM crm.require_another_admin(person);
    PERFORM crm.set_group(person.username::name, NULL);
    EXECUTE format('ALTER ROLE %I NOLOGIN', person.username);
    UPDATE users SET is_active = false WHERE id = person.id AND is_active;
END
$$;

CREATE FUNCTION crm.reactivate_user(user_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    person users := crm.lock_person(reactivate_user.user_id);
BEGIN
    EXECUTE format('ALTER ROLE %I LOGIN', person.username);
    PERFORM crm.set_group(person.username::name, person.role);
    UPDATE users SET is_active = true WHERE id = person.id AND NOT is_active;
END
$$;

CREATE FUNCTION crm.reset_password(user_id uuid, verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    person users := crm.lock_person(reset_password.user_id);
BEGIN
    PERFORM crm.require_verifier(reset_password.verifier);
    EXECUTE format('ALTER ROLE %I PASSWORD %L', person.username, reset_password.verifier);
    UPDATE users SET must_change_password = true WHERE id = person.id;
END
$$;

CREATE FUNCTION crm.change_own_password(verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    PERFORM crm.require_verifier(verifier);
    IF crm.current_user_id() IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002', MESSAGE = 'Your account has no access to the CRM.';
    END IF;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', session_user, verifier);
    UPDATE users SET must_change_password = false WHERE username = session_user;
END
$$;

ALTER TABLE import_batches ALTER COLUMN created_by SET DEFAULT crm.current_user_id();
ALTER TABLE loyalty_ledger ALTER COLUMN created_by SET DEFAULT crm.current_user_id();
ALTER TABLE saved_views ALTER COLUMN owner_id SET DEFAULT crm.current_user_id();
ALTER TABLE duplicate_decisions ALTER COLUMN decided_by SET DEFAULT crm.current_user_id();
ALTER TABLE consents ALTER COLUMN created_by SET DEFAULT crm.current_user_id();
