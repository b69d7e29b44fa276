-- The points of an order are settled once for each transaction, when it commits: whatever it does to the order and its
-- lines on the way, the ledger gets the difference that is left in the end, and nobody falls out of a tier and back.
-- Who wants to see the points before committing: SET CONSTRAINTS ALL IMMEDIATE.

-- What a transaction has to settle, one row for each statement, gone when it is. Nothing here outlives its transaction.
CREATE UNLOGGED TABLE order_points_due (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_order_points_due PRIMARY KEY,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    order_ids uuid[] NOT NULL,
    numbers text[] NOT NULL,
    repriced uuid[] NOT NULL
);
COMMENT ON TABLE order_points_due IS 'Orders whose points the transaction that changed them settles when it commits';

DO $$
DECLARE
    change record;
    source text;
BEGIN
    FOR change IN
        SELECT * FROM (VALUES
            (
                'crm.follow_order_points()',
                'PERFORM crm.settle_order_points(order_ids, numbers, repriced);',
                'INSERT INTO order_points_due (order_ids, numbers, repriced) VALUES (order_ids, numbers, repriced);'
            ),
            (
                'crm.settle_order_points(uuid[], text[], uuid[])',
                '-- The orders are locked by whoever changes them; then, in the order of crm.follow_ledger(), rules and accounts.
    PERFORM pg_advisory_xact_lock_shared(hashtext(''crm.loyalty_tiers''));
    PERFORM FROM loyalty_accounts WHERE user_id = ANY (accounts) ORDER BY user_id FOR NO KEY UPDATE;',
                '-- The orders are locked by whoever changes them.
    PERFORM crm.lock_members(accounts);'
            )
        ) s (routine, before, afterwards)
    LOOP
        source := pg_get_functiondef(change.routine::regprocedure);
        IF strpos(source, change.before) = 0 THEN
            RAISE EXCEPTION '% is not as it is known here: points would be settled more than once', change.routine;
        END IF;
        EXECUTE replace(source, change.before, change.afterwards);
    END LOOP;
END
$$;

-- The first that is due settles all of its transaction; the others find themselves gone.
CREATE FUNCTION crm.settle_points_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    order_ids uuid[];
    numbers text[];
    repriced uuid[];
BEGIN
    IF NOT EXISTS (SELECT FROM order_points_due d WHERE d.id = NEW.id) THEN
        RETURN NULL;
    END IF;
    WITH gone AS MATERIALIZED (
        DELETE FROM order_points_due d WHERE d.transaction_id = pg_current_xact_id()
        RETURNING d.id, d.order_ids, d.numbers, d.repriced
    ), latest AS (
        -- An order that was numbered anew goes by its last number.
        SELECT DISTINCT ON (o.id) o.id, o.number
        FROM gone g, unnest(g.order_ids, g.numbers) o (id, number)
        ORDER BY o.id, g.id DESC
    )
    SELECT array_agg(l.id), array_agg(l.number),
           (SELECT coalesce(array_agg(DISTINCT r.id), '{}') FROM gone g, unnest(g.repriced) r (id))
    INTO order_ids, numbers, repriced
    FROM latest l;
    PERFORM crm.settle_order_points(order_ids, numbers, repriced);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER settle AFTER INSERT ON order_points_due DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION crm.settle_points_due();
