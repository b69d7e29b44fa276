-- Tiers: the rule in one expression that serves one account as well as all of them, what would happen under other
-- rules, and when each customer joined.

-- The tier that points reach, with thresholds in ascending order and the tiers in the same; the lowest where none is
-- reached. Without a search_path of its own, so that it becomes part of the query that calls it.
CREATE FUNCTION crm.tier_of(points bigint, thresholds bigint[], tiers text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT tiers[greatest(width_bucket(points, thresholds), 1)] $$;

CREATE OR REPLACE FUNCTION crm.settle_tiers() RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    thresholds bigint[];
    tiers text[];
    by_balance boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('crm.loyalty_tiers'));
    SELECT array_agg(t.threshold ORDER BY t.threshold), array_agg(t.tier ORDER BY t.threshold) INTO thresholds, tiers
    FROM loyalty_tiers t;
    by_balance := EXISTS (SELECT FROM settings WHERE key = 'tier_basis' AND value = '"balance"');
    UPDATE loyalty_accounts a
    SET tier = tier_of(CASE WHEN by_balance THEN a.points_balance ELSE a.total_earned END, thresholds, tiers),
        updated_at = now()
    WHERE a.tier IS DISTINCT FROM
        tier_of(CASE WHEN by_balance THEN a.points_balance ELSE a.total_earned END, thresholds, tiers);
END
$$;

-- As before, with one look at the rules for all accounts instead of one for each.
CREATE OR REPLACE FUNCTION crm.follow_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    left_over bigint;
    thresholds bigint[];
    tiers text[];
    by_balance boolean;
BEGIN
    -- Thresholds do not change meanwhile; entries for one account come one after the other.
    PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
    PERFORM FROM loyalty_accounts WHERE user_id IN (SELECT user_id FROM new_rows) ORDER BY user_id FOR NO KEY UPDATE;
    EXECUTE
        'SELECT a.points_balance
         FROM loyalty_accounts a
         JOIN (SELECT user_id, sum(points) AS points FROM new_rows GROUP BY user_id) n USING (user_id)
         WHERE a.points_balance + n.points < 0
         LIMIT 1'
        INTO left_over;
    IF left_over IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = format('There are not enough points: the balance is %s.', left_over);
    END IF;
    SELECT array_agg(t.threshold ORDER BY t.threshold), array_agg(t.tier ORDER BY t.threshold) INTO thresholds, tiers
    FROM loyalty_tiers t;
    by_balance := EXISTS (SELECT FROM settings WHERE key = 'tier_basis' AND value = '"balance"');
    EXECUTE
        'UPDATE loyalty_accounts a
         SET points_balance = a.points_balance + n.points,
             total_earned = a.total_earned + n.earned,
             total_redeemed = a.total_redeemed + n.redeemed,
             tier = tier_of(
                 CASE WHEN $3 THEN a.points_balance + n.points ELSE a.total_earned + n.earned END, $1, $2
             ),
             last_activity = greatest(a.last_activity, n.latest),
             updated_at = now()
         FROM (
             SELECT user_id,
                    sum(points)::bigint AS points,
                    coalesce(sum(points) FILTER (WHERE kind IN (''earn'', ''opening'', ''adjust'')), 0)::bigint AS earned,
                    coalesce(-sum(points) FILTER (WHERE kind = ''redeem''), 0)::bigint AS redeemed,
                    max(created_at) AS latest
             FROM new_rows
             GROUP BY user_id
         ) n
         WHERE a.user_id = n.user_id'
        USING thresholds, tiers, by_balance;
    RETURN NULL;
END
$$;

-- Thresholds keep the order of the tiers, and everybody has one: the lowest begins at nothing.
CREATE FUNCTION crm.check_tiers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    wrong text;
BEGIN
    SELECT s.tier INTO wrong
    FROM (
        SELECT t.tier, t.threshold, r.rank, lag(t.threshold) OVER (ORDER BY r.rank) AS below
        FROM loyalty_tiers t
        JOIN unnest(ARRAY['bronze', 'silver', 'gold', 'platinum']) WITH ORDINALITY r (tier, rank) USING (tier)
    ) s
    WHERE s.threshold <= s.below OR s.rank = 1 AND s.threshold <> 0
    ORDER BY s.rank
    LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = CASE wrong
                WHEN 'bronze' THEN 'The lowest tier begins at 0 points.'
                ELSE format('The threshold of %s has to be above that of the tier below it.', wrong)
            END;
    END IF;
    RETURN NULL;
END
$$;
-- Before "follow": nobody is moved by rules that are refused.
CREATE TRIGGER check_order AFTER INSERT OR UPDATE ON loyalty_tiers
    FOR EACH STATEMENT EXECUTE FUNCTION crm.check_tiers();

-- What changing the rules would do, in one pass over the accounts and without changing anything. `thresholds` by tier;
-- a tier that is not named keeps its own. `basis`: lifetime or balance.
CREATE FUNCTION crm.what_if_tiers(thresholds jsonb, basis text)
RETURNS TABLE (from_tier text, to_tier text, customers bigint)
LANGUAGE plpgsql STABLE SET search_path = crm, pg_temp AS
$$
DECLARE
    points text := CASE what_if_tiers.basis WHEN 'balance' THEN 'a.points_balance' ELSE 'a.total_earned' END;
    reached text;
BEGIN
    -- Spelled out with its numbers, which costs half of what crm.tier_of() does for each row.
    SELECT format('CASE %s ELSE %L END',
                  string_agg(format('WHEN %s >= %s THEN %L', points, t.threshold, t.tier), ' ' ORDER BY t.threshold DESC),
                  (array_agg(t.tier ORDER BY t.threshold))[1])
    INTO reached
    FROM (
        SELECT k.tier, coalesce((what_if_tiers.thresholds ->> k.tier)::bigint, k.threshold) AS threshold
        FROM loyalty_tiers k
    ) t;
    -- The account of a customer who has been deleted waits for undo: it has no name.
    RETURN QUERY EXECUTE format(
        'SELECT a.tier, %s, count(*) FROM loyalty_accounts a WHERE a.name_key IS NOT NULL GROUP BY 1, 2', reached
    );
END
$$;

-- Some of those who would move from one tier to another.
CREATE FUNCTION crm.who_would_move(thresholds jsonb, basis text, from_tier text, to_tier text, most integer)
RETURNS TABLE (customer_id uuid)
LANGUAGE plpgsql STABLE SET search_path = crm, pg_temp AS
$$
DECLARE
    limits bigint[];
    names text[];
BEGIN
    SELECT array_agg(t.threshold ORDER BY t.threshold), array_agg(t.tier ORDER BY t.threshold) INTO limits, names
    FROM (
        SELECT k.tier, coalesce((who_would_move.thresholds ->> k.tier)::bigint, k.threshold) AS threshold
        FROM loyalty_tiers k
    ) t;
    RETURN QUERY
    SELECT c.id
    FROM loyalty_accounts a JOIN customers c ON c.user_id = a.user_id
    WHERE a.tier = who_would_move.from_tier
      AND tier_of(CASE basis WHEN 'balance' THEN a.points_balance ELSE a.total_earned END, limits, names)
          = who_would_move.to_tier
    LIMIT most;
END
$$;

-- What is no number is more than any limit.
ALTER TABLE loyalty_tiers
    ADD CONSTRAINT ck_loyalty_tiers_earning_multiplier_number CHECK (earning_multiplier <> 'NaN');

-- When the customer joined: orders count from then on.
ALTER TABLE loyalty_accounts ADD COLUMN enrolled_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE loyalty_accounts DISABLE TRIGGER USER;
UPDATE loyalty_accounts a
SET enrolled_at = coalesce(
    (SELECT min(t.created_at) FROM loyalty_tier_changes t WHERE t.user_id = a.user_id),
    (SELECT u.created_at FROM users u WHERE u.id = a.user_id)
);
ALTER TABLE loyalty_accounts ENABLE TRIGGER USER;

-- Of accounts that become one, the earliest counts; undoing the merge gives each its own time back.
DO $$
DECLARE
    change record;
    source text;
BEGIN
    FOR change IN
        SELECT * FROM (VALUES
            (
                'crm.unite_accounts(uuid[])',
                'DELETE FROM loyalty_accounts WHERE user_id = ANY (accounts[2:]);',
                'UPDATE loyalty_accounts SET enrolled_at = (
            SELECT min(a.enrolled_at) FROM loyalty_accounts a WHERE a.user_id = ANY (accounts)
        )
        WHERE user_id = accounts[1];
        DELETE FROM loyalty_accounts WHERE user_id = ANY (accounts[2:]);'
            ),
            (
                'crm.reopen_accounts(jsonb)',
                'INSERT INTO loyalty_accounts (user_id, tier, last_activity)
SELECT a.user_id, crm.tier_for(0), a.last_activity
',
                'INSERT INTO loyalty_accounts (user_id, tier, last_activity, enrolled_at)
SELECT a.user_id, crm.tier_for(0), a.last_activity, coalesce(a.enrolled_at, now())
'
            ),
            (
                'crm.part_again(jsonb)',
                'UPDATE loyalty_accounts a SET last_activity = account.last_activity
            WHERE a.user_id = account.user_id AND a.last_activity IS DISTINCT FROM account.last_activity;',
                'UPDATE loyalty_accounts a
            SET last_activity = account.last_activity, enrolled_at = coalesce(account.enrolled_at, a.enrolled_at)
            WHERE a.user_id = account.user_id
              AND (a.last_activity, a.enrolled_at)
                  IS DISTINCT FROM (account.last_activity, coalesce(account.enrolled_at, a.enrolled_at));'
            )
        ) s (routine, before, afterwards)
    LOOP
        source := pg_get_functiondef(change.routine::regprocedure);
        IF strpos(source, change.before) = 0 THEN
            RAISE EXCEPTION '% is not as it is known here: a merge would change when customers joined', change.routine;
        END IF;
        EXECUTE replace(source, change.before, change.afterwards);
    END LOOP;
END
$$;

-- Points for one unit of money, by currency: {"default": 1, "JPY": 0.01}. Without it, one point for each unit.
ALTER TABLE settings ADD CONSTRAINT ck_settings_points_per_amount CHECK (
    key <> 'points_per_amount' OR jsonb_typeof(value) = 'object' AND value ? 'default' AND NOT jsonb_path_exists(
        value,
        '$.keyvalue() ? ((!(@.key like_regex "^[A-Z]{3}$") && @.key != "default") || @.value.type() != "number" || @.value < 0 || @.value > 1000000)'
    )
);
