-- Who is signed in is looked up in the index of usernames, which is a text's: as it stands, session_user is a name, whose
-- collation keeps the index from being used. Among hundreds of thousands of customers' accounts each look-up read them all.

CREATE OR REPLACE FUNCTION crm.current_user_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$ SELECT id FROM users WHERE username = session_user::text COLLATE "default" AND is_active $$;

CREATE OR REPLACE FUNCTION crm.signed_in() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$ UPDATE users SET last_seen_at = now() WHERE username = session_user::text COLLATE "default" AND is_active $$;

CREATE OR REPLACE FUNCTION crm.may_export() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT crm.is_admin()
    OR coalesce(
        (SELECT u.may_export FROM users u WHERE u.username = session_user::text COLLATE "default" AND u.is_active), false
    )
$$;
