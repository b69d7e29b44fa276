-- Undo of what earned points, or gave them back: entries that follow an order follow it back by themselves, with another
-- entry. They are nothing that was left alone.

-- Whoever books by hand does so under an id of their own.
CREATE FUNCTION crm.follows_an_order(subject text, action text, row_id text) RETURNS boolean LANGUAGE sql STABLE AS
$$
SELECT CASE WHEN subject = 'loyalty_ledger' AND action = 'insert' THEN EXISTS (
    SELECT FROM crm.loyalty_ledger l WHERE l.id = row_id::bigint AND l.order_id IS NOT NULL AND l.booking_id IS NULL
) ELSE false END
$$;

DO $$
DECLARE
    steps text := pg_get_functiondef('crm.undo_steps(xid8)'::regprocedure);
    all_steps text := 'WHERE a.transaction_id = wanted';
    replay text := pg_get_functiondef('crm.replay_transaction(xid8)'::regprocedure);
    left_alone text := 'WHERE a.transaction_id IN (replay_transaction.transaction_id, pg_current_xact_id_if_assigned())';
    besides text := ' AND NOT crm.follows_an_order(a.table_name, a.action, a.row_id)';
BEGIN
    IF strpos(steps, all_steps) = 0 OR strpos(replay, left_alone) = 0 THEN
        RAISE EXCEPTION 'Undo is not as it is known here: it would say of points that they were left alone';
    END IF;
    EXECUTE replace(steps, all_steps, all_steps || besides);
    EXECUTE replace(replay, left_alone, left_alone || besides);
END
$$;
