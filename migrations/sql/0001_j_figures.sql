-- Figures that are asked for often: statements append deltas, so that nobody waits for a hot counter row.
-- customers (type, status); acquired (month of created_at in UTC, type); interactions (day of created_at in UTC, type).

-- Adds the deltas up. Others see the sum or the deltas, never both; one session at a time does it.
CREATE FUNCTION crm.fold_figures() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF pg_try_advisory_xact_lock(hashtext('crm.fold_figures')) THEN
        WITH gone AS (
            DELETE FROM figures f
            USING (SELECT measure, key, part FROM figures GROUP BY 1, 2, 3 HAVING count(*) > 1 OR sum(amount) = 0) m
            WHERE (f.measure, f.key, f.part) = (m.measure, m.key, m.part)
            RETURNING f.measure, f.key, f.part, f.amount
        )
        INSERT INTO figures (measure, key, part, amount)
        SELECT measure, key, part, sum(amount) FROM gone GROUP BY 1, 2, 3 HAVING sum(amount) <> 0;
    END IF;
END
$$;

-- New rows count up and old ones down, without a join: the plan is kept, and serves one row as well as a million.
CREATE FUNCTION crm.count_customers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        WITH deltas AS MATERIALIZED (
            SELECT coalesce(customer_type, '') AS type, coalesce(status, '') AS status,
                   date_trunc('month', created_at AT TIME ZONE 'UTC') AS month, count(*) AS amount
            FROM new_rows GROUP BY 1, 2, 3
        )
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'customers', type, status, sum(amount) FROM deltas GROUP BY 2, 3
        UNION ALL
        SELECT 'acquired', coalesce(to_char(month, 'YYYY-MM'), ''), type, sum(amount) FROM deltas GROUP BY 2, 3;
    ELSIF TG_OP = 'DELETE' THEN
        WITH deltas AS MATERIALIZED (
            SELECT coalesce(customer_type, '') AS type, coalesce(status, '') AS status,
                   date_trunc('month', created_at AT TIME ZONE 'UTC') AS month, -count(*) AS amount
            FROM old_rows GROUP BY 1, 2, 3
        )
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'customers', type, status, sum(amount) FROM deltas GROUP BY 2, 3
        UNION ALL
        SELECT 'acquired', coalesce(to_char(month, 'YYYY-MM'), ''), type, sum(amount) FROM deltas GROUP BY 2, 3;
    ELSE
        WITH deltas AS MATERIALIZED (
            SELECT coalesce(customer_type, '') AS type, coalesce(status, '') AS status,
                   date_trunc('month', created_at AT TIME ZONE 'UTC') AS month, sum(amount) AS amount
            FROM (
                SELECT customer_type, status, created_at, 1 AS amount FROM new_rows
                UNION ALL
                SELECT customer_type, status, created_at, -1 FROM old_rows
            ) d
            GROUP BY 1, 2, 3 HAVING sum(amount) <> 0
        )
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'customers', type, status, sum(amount) FROM deltas GROUP BY 2, 3 HAVING sum(amount) <> 0
        UNION ALL
        SELECT 'acquired', coalesce(to_char(month, 'YYYY-MM'), ''), type, sum(amount) FROM deltas
        GROUP BY 2, 3 HAVING sum(amount) <> 0;
    END IF;
    -- Now and then, so that the deltas stay few without anybody having to think of it.
    IF random() < 0.002 THEN
        PERFORM crm.fold_figures();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_insert AFTER INSERT ON customers
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_customers();
CREATE TRIGGER count_update AFTER UPDATE ON customers
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.count_customers();
CREATE TRIGGER count_delete AFTER DELETE ON customers
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_customers();

CREATE FUNCTION crm.count_interactions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'interactions', coalesce(to_char(day, 'YYYY-MM-DD'), ''), type, amount
        FROM (
            SELECT (created_at AT TIME ZONE 'UTC')::date AS day, type, count(*) AS amount FROM new_rows GROUP BY 1, 2
        ) s;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'interactions', coalesce(to_char(day, 'YYYY-MM-DD'), ''), type, -amount
        FROM (
            SELECT (created_at AT TIME ZONE 'UTC')::date AS day, type, count(*) AS amount FROM old_rows GROUP BY 1, 2
        ) s;
    ELSE
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'interactions', coalesce(to_char(day, 'YYYY-MM-DD'), ''), type, amount
        FROM (
            SELECT (created_at AT TIME ZONE 'UTC')::date AS day, type, sum(amount) AS amount
            FROM (
                SELECT created_at, type, 1 AS amount FROM new_rows
                UNION ALL
                SELECT created_at, type, -1 FROM old_rows
            ) d
            GROUP BY 1, 2 HAVING sum(amount) <> 0
        ) s;
    END IF;
    IF random() < 0.002 THEN
        PERFORM crm.fold_figures();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_insert AFTER INSERT ON customer_interactions
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_interactions();
CREATE TRIGGER count_update AFTER UPDATE ON customer_interactions
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.count_interactions();
CREATE TRIGGER count_delete AFTER DELETE ON customer_interactions
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_interactions();

-- Everything that follows from other rows, from scratch; nobody writes meanwhile.
CREATE FUNCTION crm.rebuild_derived() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    PERFORM crm.require_admin();
    LOCK TABLE customers, customer_interactions, loyalty_accounts, loyalty_ledger, figures
        IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM figures;
    INSERT INTO figures (measure, key, part, amount)
    SELECT 'customers', coalesce(customer_type, ''), coalesce(status, ''), count(*) FROM customers GROUP BY 2, 3
    UNION ALL
    SELECT 'acquired', coalesce(to_char(month, 'YYYY-MM'), ''), type, amount
    FROM (
        SELECT date_trunc('month', created_at AT TIME ZONE 'UTC') AS month, coalesce(customer_type, '') AS type,
               count(*) AS amount
        FROM customers GROUP BY 1, 2
    ) a
    UNION ALL
    SELECT 'interactions', coalesce(to_char(day, 'YYYY-MM-DD'), ''), type, amount
    FROM (
        SELECT (created_at AT TIME ZONE 'UTC')::date AS day, type, count(*) AS amount
        FROM customer_interactions GROUP BY 1, 2
    ) i;

    -- A last contact that was imported stays where no interaction is later.
    UPDATE customers c SET last_contact = x.contacted, next_follow_up = x.next
    FROM (
        SELECT k.id, greatest(k.last_contact, i.contacted) AS contacted, i.next
        FROM customers k
        LEFT JOIN (
            SELECT customer_id, max(crm.contact_time(type, status, created_at, completed_at)) AS contacted,
                   min(follow_up) FILTER (WHERE status = 'pending') AS next
            FROM customer_interactions GROUP BY customer_id
        ) i ON i.customer_id = k.id
    ) x
    WHERE c.id = x.id AND (c.last_contact IS DISTINCT FROM x.contacted OR c.next_follow_up IS DISTINCT FROM x.next);

    UPDATE loyalty_accounts a
    SET points_balance = x.points, total_earned = x.earned, total_redeemed = x.redeemed, updated_at = now()
    FROM (
        SELECT k.user_id, coalesce(sum(l.points), 0)::bigint AS points,
               coalesce(sum(l.points) FILTER (WHERE l.kind IN ('earn', 'opening', 'adjust')), 0)::bigint AS earned,
               coalesce(-sum(l.points) FILTER (WHERE l.kind = 'redeem'), 0)::bigint AS redeemed
        FROM loyalty_accounts k
        LEFT JOIN loyalty_ledger l USING (user_id)
        GROUP BY k.user_id
    ) x
    WHERE x.user_id = a.user_id
      AND (a.points_balance, a.total_earned, a.total_redeemed) IS DISTINCT FROM (x.points, x.earned, x.redeemed);
    PERFORM crm.settle_tiers();
    UPDATE customers c SET tier = x.tier
    FROM (SELECT k.id, a.tier FROM customers k LEFT JOIN loyalty_accounts a USING (user_id)) x
    WHERE x.id = c.id AND c.tier IS DISTINCT FROM x.tier;
END
$$;
