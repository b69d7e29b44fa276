-- Everything that follows from other rows, from scratch: one function for each part, called in the order of their
-- names, so that a later table brings its own part along: crm.rebuild_part_<number>_<what>().

CREATE FUNCTION crm.rebuild_part_10_figures() RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
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
END
$$;

-- A last contact that was imported stays where no interaction is later.
CREATE FUNCTION crm.rebuild_part_20_contact_times() RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
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
END
$$;

CREATE FUNCTION crm.rebuild_part_30_loyalty() RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
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

CREATE FUNCTION crm.rebuild_part_40_contacts_text() RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    UPDATE customers c SET contacts_text = x.found
    FROM (
        SELECT k.id, coalesce(t.found, '') AS found
        FROM customers k
        LEFT JOIN (
            SELECT p.customer_id, string_agg(d.search_text, '' ORDER BY d.name_key, d.id) AS found
            FROM contact_positions p JOIN contacts d ON d.id = p.contact_id
            GROUP BY p.customer_id
        ) t ON t.customer_id = k.id
    ) x
    WHERE x.id = c.id AND c.contacts_text <> x.found;
END
$$;

-- Nobody writes meanwhile.
CREATE OR REPLACE FUNCTION crm.rebuild_derived() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    part regproc;
BEGIN
    PERFORM crm.require_admin();
    LOCK TABLE contacts, contact_positions, customers, customer_interactions, products, orders, order_lines,
        loyalty_accounts, loyalty_ledger, figures IN SHARE ROW EXCLUSIVE MODE;
    FOR part IN
        SELECT p.oid::regproc FROM pg_proc p
        WHERE p.pronamespace = 'crm'::regnamespace AND p.proname LIKE 'rebuild\_part\_%'
        ORDER BY p.proname
    LOOP
        EXECUTE format('SELECT %s()', part);
    END LOOP;
END
$$;
