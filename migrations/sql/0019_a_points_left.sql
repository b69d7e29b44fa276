-- What is left of the points of an account, by the month (of UTC) in which they came: kept by trigger, so that a forecast
-- adds up what is there and does not read the ledger from its beginning. Points of a month expire in one month, whatever
-- the settings say, since months are added to both.
CREATE TABLE loyalty_points_left (
    user_id uuid NOT NULL
        CONSTRAINT fk_loyalty_points_left_user_id_loyalty_accounts
        REFERENCES loyalty_accounts (user_id) ON DELETE CASCADE,
    month date NOT NULL,
    points bigint NOT NULL CONSTRAINT ck_loyalty_points_left_points CHECK (points > 0),
    CONSTRAINT pk_loyalty_points_left PRIMARY KEY (user_id, month)
);
COMMENT ON TABLE loyalty_points_left IS 'Follows loyalty_ledger, by trigger; nobody writes here';
COMMENT ON COLUMN loyalty_points_left.month IS 'The first day of the month in which the points came, in UTC';

-- Once the entries have been booked, by crm.follow_ledger() or crm.follow_moved_entries(), which hold the accounts. Only
-- what differs is written: of a usual entry one month.
CREATE FUNCTION crm.follow_points_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    affected uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        affected := ARRAY(SELECT DISTINCT n.user_id FROM new_rows n);
    ELSE
        affected := ARRAY(
            SELECT DISTINCT v.user_id
            FROM old_rows o JOIN new_rows n ON n.id = o.id, LATERAL (VALUES (o.user_id), (n.user_id)) v (user_id)
            WHERE o.user_id <> n.user_id
        );
    END IF;
    IF affected = '{}' THEN
        RETURN NULL;
    END IF;
    EXECUTE
        'WITH kept AS MATERIALIZED (
             SELECT p.user_id, date_trunc(''month'', p.created_at AT TIME ZONE ''UTC'')::date AS month,
                    sum(p.points)::bigint AS points
             FROM crm.points_left() p WHERE p.user_id = ANY ($1) GROUP BY 1, 2
         ), used_up AS (
             DELETE FROM loyalty_points_left m
             WHERE m.user_id = ANY ($1)
               AND NOT EXISTS (SELECT FROM kept k WHERE k.user_id = m.user_id AND k.month = m.month)
         )
         INSERT INTO loyalty_points_left AS m (user_id, month, points)
         SELECT k.user_id, k.month, k.points FROM kept k
         ON CONFLICT (user_id, month) DO UPDATE SET points = excluded.points WHERE m.points <> excluded.points'
        USING affected;
    RETURN NULL;
END
$$;
CREATE TRIGGER left_insert AFTER INSERT ON loyalty_ledger
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_points_left();
CREATE TRIGGER left_update AFTER UPDATE ON loyalty_ledger
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_points_left();

CREATE FUNCTION crm.rebuild_part_60_points_left() RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp AS
$$
DELETE FROM loyalty_points_left;
INSERT INTO loyalty_points_left (user_id, month, points)
SELECT p.user_id, date_trunc('month', p.created_at AT TIME ZONE 'UTC')::date, sum(p.points)::bigint
FROM crm.points_left() p GROUP BY 1, 2
$$;
SELECT crm.rebuild_part_60_points_left();

-- What has expired, of each account, without reading the accounts of which nothing has.
CREATE FUNCTION crm.points_due() RETURNS TABLE (user_id uuid, points bigint)
LANGUAGE sql STABLE AS
$$
SELECT p.user_id, sum(p.points)::bigint
FROM crm.points_left() p
WHERE p.user_id = ANY (ARRAY(
    SELECT DISTINCT m.user_id
    FROM crm.loyalty_points_left m
    WHERE m.month <= (now() AT TIME ZONE 'UTC') - make_interval(months => (
        SELECT (s.value #>> '{}')::integer FROM crm.settings s WHERE s.key = 'points_expire_months'
    ))
)) AND p.expires_at <= now()
GROUP BY p.user_id
$$;

-- As before, but for where it looks.
CREATE OR REPLACE FUNCTION crm.expire_points(OUT accounts bigint, OUT points bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    affected uuid[];
BEGIN
    accounts := 0;
    points := 0;
    affected := ARRAY(SELECT d.user_id FROM crm.points_due() d);
    IF affected = '{}' THEN
        RETURN;
    END IF;
    PERFORM crm.lock_members(affected);
    -- Anew: somebody may have used them, or expired them, until now.
    WITH written AS (
        INSERT INTO loyalty_ledger (user_id, kind, points, reason)
        SELECT d.user_id, 'expire', -d.points,
               'Older than ' || (SELECT s.value #>> '{}' FROM settings s WHERE s.key = 'points_expire_months') || ' months'
        FROM crm.points_due() d
        WHERE d.user_id = ANY (affected)
        RETURNING loyalty_ledger.points
    )
    SELECT count(*), coalesce(-sum(w.points), 0)::bigint INTO accounts, points FROM written w;
END
$$;
