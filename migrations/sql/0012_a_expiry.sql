-- Points expire some months after they came, if the settings say so. They are used first in, first out: what is taken
-- off, for whatever reason, comes off the oldest ones. So what is left of an entry follows from sums alone.

ALTER TABLE settings ADD CONSTRAINT ck_settings_points_expire_months
    CHECK (key <> 'points_expire_months' OR value::text ~ '^([1-9][0-9]{0,2}|null)$');

-- What is left of each entry that brought points, and when that expires (null: never). The one place where this rule
-- is: expiring and every forecast read it. Months are those of UTC. Inlined where it is called, so that a condition on
-- user_id reads that account alone.
CREATE FUNCTION crm.points_left()
RETURNS TABLE (user_id uuid, entry_id bigint, created_at timestamptz, points bigint, expires_at timestamptz)
LANGUAGE sql STABLE AS
$$
SELECT r.user_id, r.id, r.created_at, least(r.points, (r.brought - r.used)::bigint),
       ((r.created_at AT TIME ZONE 'UTC') + make_interval(months => (
           SELECT (s.value #>> '{}')::integer FROM crm.settings s WHERE s.key = 'points_expire_months'
       ))) AT TIME ZONE 'UTC'
FROM (
    SELECT l.user_id, l.id, l.created_at, l.points,
           sum(greatest(l.points, 0)) OVER (PARTITION BY l.user_id ORDER BY l.created_at, l.id) AS brought,
           sum(greatest(-l.points, 0)) OVER (PARTITION BY l.user_id) AS used
    FROM crm.loyalty_ledger l
) r
WHERE r.points > 0 AND r.brought > r.used
$$;

-- Takes off what has expired: one entry for each account. The entry uses up those very points, so a second run finds
-- nothing. Entries of other sessions are waited for, and counted; they wait for this one.
CREATE FUNCTION crm.expire_points(OUT accounts bigint, OUT points bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    affected uuid[];
BEGIN
    accounts := 0;
    points := 0;
    -- In the order of crm.follow_ledger().
    PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
    affected := ARRAY(SELECT DISTINCT p.user_id FROM crm.points_left() p WHERE p.expires_at <= now());
    IF affected = '{}' THEN
        RETURN;
    END IF;
    PERFORM FROM loyalty_accounts a WHERE a.user_id = ANY (affected) ORDER BY a.user_id FOR NO KEY UPDATE;
    -- Anew: somebody may have used them, or expired them, until now.
    WITH written AS (
        INSERT INTO loyalty_ledger (user_id, kind, points, reason)
        SELECT p.user_id, 'expire', -sum(p.points)::bigint,
               'Older than ' || (SELECT s.value #>> '{}' FROM settings s WHERE s.key = 'points_expire_months') || ' months'
        FROM crm.points_left() p
        WHERE p.user_id = ANY (affected) AND p.expires_at <= now()
        GROUP BY p.user_id
        RETURNING loyalty_ledger.points
    )
    SELECT count(*), coalesce(-sum(w.points), 0)::bigint INTO accounts, points FROM written w;
END
$$;
