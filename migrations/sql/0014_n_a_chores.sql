-- Chores: what the program does by itself every so often, at whichever desk it is open.

CREATE TABLE chores (
    key text CONSTRAINT pk_chores PRIMARY KEY CONSTRAINT ck_chores_key CHECK (key ~ '^[a-z_]{1,40}$'),
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    run_by uuid CONSTRAINT fk_chores_run_by_users REFERENCES users (id) ON DELETE SET NULL,
    outcome text NOT NULL DEFAULT '',
    failed boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE chores IS 'The last time of each; written by begin_chore() and end_chore()';

-- Its interval has passed; or whoever began it last did not get to its end, and five minutes have passed.
CREATE FUNCTION crm.chore_is_due(key text, every interval) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT NOT EXISTS (
    SELECT FROM chores c
    WHERE c.key = chore_is_due.key
      AND c.started_at > clock_timestamp()
          - CASE WHEN c.finished_at IS NULL THEN least(every, interval '5 minutes') ELSE every END
)
$$;

-- Whether this session may do the chore now: it is due, and nobody else is at it. Until end_chore(), or for as long as
-- the session lasts, a lock keeps everybody else off. Such locks are those of one database.
CREATE FUNCTION crm.begin_chore(key text, every interval) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF crm.current_user_id() IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002', MESSAGE = 'Your account has no access to the CRM.';
    END IF;
    IF begin_chore.key IS NULL OR begin_chore.every IS NULL OR begin_chore.every < interval '0' THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'A chore has a name and an interval.';
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('crm.chores'), hashtext(begin_chore.key)) THEN
        RETURN false;
    END IF;
    -- Asked with the lock held: whoever had it before has written when they began.
    IF NOT crm.chore_is_due(begin_chore.key, begin_chore.every) THEN
        PERFORM pg_advisory_unlock(hashtext('crm.chores'), hashtext(begin_chore.key));
        RETURN false;
    END IF;
    INSERT INTO chores AS c (key, started_at, run_by)
    VALUES (begin_chore.key, clock_timestamp(), crm.current_user_id())
    ON CONFLICT ON CONSTRAINT pk_chores DO UPDATE
    SET started_at = excluded.started_at, finished_at = NULL, run_by = excluded.run_by, outcome = '', failed = false;
    RETURN true;
END
$$;

-- In the session that began it.
CREATE FUNCTION crm.end_chore(key text, outcome text, failed boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_locks l
        WHERE l.locktype = 'advisory' AND l.pid = pg_backend_pid() AND l.objsubid = 2
          AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
          AND l.classid = (hashtext('crm.chores')::bigint & 4294967295)::oid
          AND l.objid = (hashtext(end_chore.key)::bigint & 4294967295)::oid
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'This chore was not begun here.';
    END IF;
    UPDATE chores c
    SET finished_at = clock_timestamp(), outcome = left(coalesce(end_chore.outcome, ''), 2000),
        failed = coalesce(end_chore.failed, false)
    WHERE c.key = end_chore.key;
    PERFORM pg_advisory_unlock(hashtext('crm.chores'), hashtext(end_chore.key));
END
$$;
