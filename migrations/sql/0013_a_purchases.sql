-- What each customer has bought, by currency: follows orders, by trigger.

CREATE TABLE customer_purchases (
    customer_id uuid NOT NULL
        CONSTRAINT fk_customer_purchases_customer_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    currency text NOT NULL,
    orders bigint NOT NULL,
    spent numeric(18, 4) NOT NULL,
    first_order_at timestamptz NOT NULL,
    last_order_at timestamptz NOT NULL,
    CONSTRAINT pk_customer_purchases PRIMARY KEY (customer_id, currency)
);
COMMENT ON TABLE customer_purchases IS 'Follows orders, by trigger; nobody writes here';

-- Whether an order counts as revenue.
CREATE FUNCTION crm.is_purchase(status text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT status NOT IN ('cancelled', 'refunded') $$;

-- Counts and amounts are added and subtracted. First and last are looked up anew only where the order that was the one
-- or the other counts no more.
CREATE FUNCTION crm.follow_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    -- Each order that comes or goes: when it was made stands under what it does.
    changes text := CASE TG_OP
        WHEN 'INSERT' THEN
            'SELECT customer_id, currency, 1 AS number, total AS amount, ordered_at AS come, NULL::timestamptz AS gone
             FROM new_rows WHERE is_purchase(status)'
        WHEN 'DELETE' THEN
            'SELECT customer_id, currency, -1 AS number, -total AS amount, NULL::timestamptz AS come, ordered_at AS gone
             FROM old_rows WHERE is_purchase(status)'
        ELSE
            'SELECT v.customer_id, v.currency, v.number, v.amount, v.come, v.gone
             FROM old_rows o
             JOIN new_rows n ON n.id = o.id,
             LATERAL (VALUES
                 (o.customer_id, o.currency, o.status, -1, -o.total, NULL::timestamptz, o.ordered_at),
                 (n.customer_id, n.currency, n.status, 1, n.total, n.ordered_at, NULL)
             ) AS v (customer_id, currency, status, number, amount, come, gone)
             WHERE (o.customer_id, o.currency, is_purchase(o.status), o.total, o.ordered_at)
                 IS DISTINCT FROM (n.customer_id, n.currency, is_purchase(n.status), n.total, n.ordered_at)
               AND is_purchase(v.status)'
    END;
    found boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- Counted, since EXISTS is planned for a first row that comes soon: without any, it compares each with each.
        EXECUTE format('SELECT count(*) > 0 FROM (%s) c', changes) INTO found;
        IF NOT found THEN
            RETURN NULL;
        END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        -- Waits for whoever is adding orders of the same customers; the statements below see theirs.
        EXECUTE format(
            'SELECT FROM customer_purchases
             WHERE (customer_id, currency) IN (SELECT customer_id, currency FROM (%s) c)
             ORDER BY customer_id, currency FOR UPDATE', changes
        );
    END IF;
    IF TG_OP <> 'DELETE' THEN
        -- Only where something comes: a customer who is being deleted gets no row again.
        EXECUTE format(
            'INSERT INTO customer_purchases AS p (customer_id, currency, orders, spent, first_order_at, last_order_at)
             SELECT customer_id, currency, sum(number), sum(amount), min(come), max(come) FROM (%s) c
             GROUP BY customer_id, currency HAVING min(come) IS NOT NULL
             ORDER BY customer_id, currency
             ON CONFLICT (customer_id, currency) DO UPDATE
             SET orders = p.orders + excluded.orders, spent = p.spent + excluded.spent,
                 first_order_at = least(p.first_order_at, excluded.first_order_at),
                 last_order_at = greatest(p.last_order_at, excluded.last_order_at)', changes
        );
    END IF;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format(
            'UPDATE customer_purchases p SET orders = p.orders + g.number, spent = p.spent + g.amount
             FROM (
                 SELECT customer_id, currency, sum(number) AS number, sum(amount) AS amount FROM (%s) c
                 GROUP BY customer_id, currency HAVING min(come) IS NULL
             ) g
             WHERE (p.customer_id, p.currency) = (g.customer_id, g.currency)', changes
        );
        EXECUTE format(
            'DELETE FROM customer_purchases p USING (SELECT DISTINCT customer_id, currency FROM (%s) c) g
             WHERE (p.customer_id, p.currency) = (g.customer_id, g.currency) AND p.orders = 0', changes
        );
        EXECUTE format(
            'UPDATE customer_purchases p SET first_order_at = x.earliest, last_order_at = x.latest
             FROM (
                 SELECT k.customer_id, k.currency,
                        (SELECT o.ordered_at FROM orders o
                         WHERE o.customer_id = k.customer_id AND o.currency = k.currency AND is_purchase(o.status)
                         ORDER BY o.ordered_at LIMIT 1) AS earliest,
                        (SELECT o.ordered_at FROM orders o
                         WHERE o.customer_id = k.customer_id AND o.currency = k.currency AND is_purchase(o.status)
                         ORDER BY o.ordered_at DESC LIMIT 1) AS latest
                 FROM customer_purchases k
                 JOIN (
                     SELECT customer_id, currency, min(gone) AS first_gone, max(gone) AS last_gone FROM (%s) c
                     GROUP BY customer_id, currency
                 ) g USING (customer_id, currency)
                 WHERE g.first_gone <= k.first_order_at OR g.last_gone >= k.last_order_at
             ) x
             WHERE (p.customer_id, p.currency) = (x.customer_id, x.currency)
               AND (p.first_order_at, p.last_order_at) IS DISTINCT FROM (x.earliest, x.latest)
               AND x.earliest IS NOT NULL', changes
        );
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_insert AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_orders();
CREATE TRIGGER follow_update AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_orders();
CREATE TRIGGER follow_delete AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_orders();

-- From scratch: totals of orders that have lines, then purchases.
CREATE FUNCTION crm.rebuild_part_45_order_totals() RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp AS
$$
UPDATE orders o SET total = x.total
FROM (SELECT order_id, sum(line_total) AS total FROM order_lines GROUP BY order_id) x
WHERE x.order_id = o.id AND o.total <> x.total
$$;

CREATE FUNCTION crm.rebuild_part_50_purchases() RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    DELETE FROM customer_purchases;
    INSERT INTO customer_purchases (customer_id, currency, orders, spent, first_order_at, last_order_at)
    SELECT customer_id, currency, count(*), sum(total), min(ordered_at), max(ordered_at)
    FROM orders WHERE is_purchase(status)
    GROUP BY customer_id, currency;
END
$$;
SELECT crm.rebuild_part_50_purchases();

-- A merge moves orders, and purchases follow them.
DO $$
DECLARE
    source text := pg_get_functiondef('crm.move_what_belongs(uuid, uuid[])'::regprocedure);
    before text := '''crm.customer_merges''::regclass';
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'move_what_belongs() is not as it is known here: purchases would collide in a merge';
    END IF;
    EXECUTE replace(source, before, before || ', ''crm.customer_purchases''::regclass');
END
$$;
