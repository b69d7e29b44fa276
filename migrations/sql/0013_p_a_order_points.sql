-- Points of orders: what an enrolled customer has paid for earns points, once, whatever is done with the order later.
-- An order has points due: rounded down from total x points per amount x the earning multiplier of the tier at the time.
-- Booked is the difference between that and what the ledger holds for the order, so that nothing is ever booked twice.

-- The order's own: how many points a unit of its currency brought when it earned. Later differences reckon with it.
ALTER TABLE loyalty_ledger ADD COLUMN points_rate numeric
    CONSTRAINT ck_loyalty_ledger_points_rate CHECK (points_rate >= 0);
COMMENT ON COLUMN loyalty_ledger.points_rate IS
    'Points for one unit of the order''s currency when it earned them: points per amount x multiplier of the tier';

-- Entries keep naming an order that was deleted: bringing it back continues where it left off, and undoing an import of
-- orders is not kept from deleting them.
ALTER TABLE loyalty_ledger DROP CONSTRAINT fk_loyalty_ledger_order_id_orders;
COMMENT ON COLUMN loyalty_ledger.order_id IS 'The order, also once it has been deleted';

-- In place of the foreign key: what people book names an order that is there.
CREATE FUNCTION crm.require_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT EXISTS (SELECT FROM orders o WHERE o.id = NEW.order_id) AND NOT EXISTS (
        SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.oid = TG_RELID AND r.rolname = current_user
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This order is not there any more.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER require_order BEFORE INSERT ON loyalty_ledger
    FOR EACH ROW WHEN (NEW.order_id IS NOT NULL) EXECUTE FUNCTION crm.require_order();

-- Whether an order has been paid for.
CREATE FUNCTION crm.earns_points(status text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT status IN ('paid', 'shipped', 'completed') $$;

-- Internal: books what is missing from, or too much for, these orders. `numbers` are theirs, which a deleted one cannot
-- tell any more. `repriced`: those whose currency changed, which are reckoned with today's rate.
CREATE FUNCTION crm.settle_order_points(order_ids uuid[], numbers text[], repriced uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    accounts uuid[];
BEGIN
    EXECUTE
        'SELECT array_agg(DISTINCT x.user_id)
         FROM (
             SELECT a.user_id
             FROM unnest($1) t (id)
             JOIN orders o ON o.id = t.id
             JOIN customers c ON c.id = o.customer_id
             JOIN loyalty_accounts a ON a.user_id = c.user_id
             UNION ALL
             SELECT l.user_id FROM unnest($1) t (id) JOIN loyalty_ledger l ON l.order_id = t.id
         ) x'
        INTO accounts USING order_ids;
    IF accounts IS NULL THEN
        RETURN;
    END IF;
    -- The orders are locked by whoever changes them; then, in the order of crm.follow_ledger(), rules and accounts.
    PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
    PERFORM FROM loyalty_accounts WHERE user_id = ANY (accounts) ORDER BY user_id FOR NO KEY UPDATE;
    EXECUTE
        'WITH asked AS MATERIALIZED (
             SELECT t.id, t.number, o.id IS NOT NULL AS is_there, o.status, o.currency, greatest(o.total, 0) AS total,
                    o.created_at, o.contact_id, o.customer_id, c.user_id
             FROM unnest($1, $2) t (id, number)
             LEFT JOIN orders o ON o.id = t.id
             LEFT JOIN customers c ON c.id = o.customer_id
         ), booked AS MATERIALIZED (
             SELECT l.order_id, l.user_id,
                    coalesce(sum(l.points) FILTER (WHERE l.kind IN (''earn'', ''adjust'')), 0) AS held,
                    bool_or(l.kind = ''earn'') AS has_earned,
                    (array_agg(l.points_rate ORDER BY l.id DESC) FILTER (WHERE l.points_rate IS NOT NULL))[1] AS rate
             FROM unnest($1) t (id) JOIN loyalty_ledger l ON l.order_id = t.id
             GROUP BY l.order_id, l.user_id
         ), pairs AS (
             SELECT q.id AS order_id, q.user_id FROM asked q WHERE q.user_id IS NOT NULL
             UNION
             SELECT b.order_id, b.user_id FROM booked b
         ), reckoned AS (
             SELECT p.order_id, p.user_id, q.number, q.is_there, q.status, q.total, q.customer_id, q.contact_id,
                    a.points_balance, q.user_id IS NOT DISTINCT FROM p.user_id AS is_theirs,
                    coalesce(b.held, 0) AS held, coalesce(b.has_earned, false) AS has_earned,
                    earns_points(q.status) AND (q.created_at >= a.enrolled_at OR coalesce(b.has_earned, false)) AS earns,
                    CASE
                        WHEN b.rate IS NOT NULL AND p.order_id <> ALL ($3) THEN b.rate
                        ELSE t.earning_multiplier * coalesce(
                            (s.value ->> q.currency)::numeric, (s.value ->> ''default'')::numeric, 1
                        )
                    END AS rate
             FROM pairs p
             JOIN asked q ON q.id = p.order_id
             JOIN loyalty_accounts a ON a.user_id = p.user_id
             LEFT JOIN loyalty_tiers t ON t.tier = a.tier
             LEFT JOIN booked b ON (b.order_id, b.user_id) = (p.order_id, p.user_id)
             LEFT JOIN settings s ON s.key = ''points_per_amount''
         ), wanted AS (
             SELECT r.*, coalesce(
                        CASE WHEN r.is_theirs AND r.earns THEN least(floor(r.total * r.rate), 1000000000000) END, 0
                    ) - r.held AS points
             FROM reckoned r
         ), possible AS (
             -- No balance falls below nothing: what is taken back stops at what is there.
             SELECT w.*, CASE WHEN w.points > 0 THEN w.points ELSE -least(-w.points, greatest(0,
                        w.points_balance
                        + coalesce(sum(w.points) FILTER (WHERE w.points > 0) OVER (PARTITION BY w.user_id), 0)
                        + coalesce(sum(w.points) FILTER (WHERE w.points < 0) OVER (
                              PARTITION BY w.user_id ORDER BY w.order_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                          ), 0)
                    )) END AS moved
             FROM wanted w
             WHERE w.points <> 0
         )
         INSERT INTO loyalty_ledger (user_id, kind, points, reason, order_id, contact_id, points_rate)
         SELECT m.user_id, CASE WHEN m.moved > 0 AND NOT m.has_earned THEN ''earn'' ELSE ''adjust'' END, m.moved,
                CASE
                    WHEN m.moved > 0 AND NOT m.has_earned THEN ''Order '' || m.number
                    WHEN NOT m.is_there THEN ''Order '' || m.number || '' was deleted''
                    WHEN NOT m.is_theirs THEN ''Order '' || m.number || '' was moved to another customer''
                    WHEN m.moved < 0 AND NOT earns_points(m.status) THEN ''Order '' || m.number || '' is '' || m.status
                    ELSE ''Order '' || m.number || '' was changed''
                END || CASE
                    WHEN m.moved <> m.points THEN format('' (only %s of %s points were left)'', -m.moved, -m.points)
                    ELSE ''''
                END,
                m.order_id,
                -- Who ordered, as long as they are with the company.
                (SELECT p.contact_id FROM contact_positions p
                 WHERE (p.contact_id, p.customer_id) = (m.contact_id, m.customer_id) AND m.is_theirs),
                CASE WHEN m.is_theirs AND m.moved > 0 THEN m.rate END
         FROM possible m
         WHERE m.moved <> 0
         ORDER BY m.user_id, m.order_id'
        USING order_ids, numbers, repriced;
END
$$;

CREATE FUNCTION crm.follow_order_points() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    order_ids uuid[];
    numbers text[];
    repriced uuid[] := '{}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(n.id), array_agg(n.order_number) INTO order_ids, numbers
        FROM new_rows n WHERE earns_points(n.status) AND n.total > 0;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(o.id), array_agg(o.order_number) INTO order_ids, numbers FROM old_rows o;
    ELSE
        EXECUTE
            'SELECT array_agg(n.id), array_agg(n.order_number),
                    coalesce(array_agg(n.id) FILTER (WHERE n.currency <> o.currency), ''{}'')
             FROM old_rows o JOIN new_rows n ON n.id = o.id
             WHERE (n.customer_id, n.currency, n.total, earns_points(n.status))
                   IS DISTINCT FROM (o.customer_id, o.currency, o.total, earns_points(o.status))
               -- A merge unites the accounts, so the points are where the orders go.
               AND (n.customer_id = o.customer_id OR NOT $1)'
            INTO order_ids, numbers, repriced
            USING coalesce(current_setting('crm.merging', true), '') = 'yes';
    END IF;
    IF order_ids IS NOT NULL THEN
        PERFORM crm.settle_order_points(order_ids, numbers, repriced);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER points_insert AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_order_points();
CREATE TRIGGER points_update AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_order_points();
CREATE TRIGGER points_delete AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_order_points();
