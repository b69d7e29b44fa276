-- Merging and erasing know that orders have points.

-- While customers are merged, and while that is undone, orders change hands without their points: the accounts are
-- united, or parted, in the same transaction, and every entry with them. An administrator who sets this by hand gets
-- an order moved without its points, and may write any entry into the ledger anyway.
DO $$
DECLARE
    change record;
    source text;
BEGIN
    FOR change IN
        SELECT * FROM (VALUES
            (
                'crm.merge_customers(uuid, uuid[], integer[], jsonb)',
                'PERFORM crm.move_what_belongs(merge_customers.survivor_id, merge_customers.other_ids);',
                'PERFORM set_config(''crm.merging'', ''yes'', true);
    PERFORM crm.move_what_belongs(merge_customers.survivor_id, merge_customers.other_ids);
    PERFORM set_config(''crm.merging'', '''', true);'
            ),
            (
                'crm.undo_transaction(xid8)',
                'SELECT r.restored, r.refused, r.kept
    INTO undo_transaction.restored, undo_transaction.refused, undo_transaction.kept
    FROM crm.replay_transaction(wanted) r;',
                'PERFORM set_config(''crm.merging'', ''yes'', true)
    WHERE EXISTS (SELECT FROM audit_log a WHERE a.transaction_id = wanted AND a.table_name = ''customer_merges'');
    SELECT r.restored, r.refused, r.kept
    INTO undo_transaction.restored, undo_transaction.refused, undo_transaction.kept
    FROM crm.replay_transaction(wanted) r;
    PERFORM set_config(''crm.merging'', '''', true);'
            ),
            -- What is taken back because the orders go leaves the trail with them.
            (
                'crm.erase_customer(uuid)',
                'ledger_ids := ARRAY(',
                'DELETE FROM orders o WHERE o.customer_id = erased;
    ledger_ids := ARRAY('
            )
        ) s (routine, before, afterwards)
    LOOP
        source := pg_get_functiondef(change.routine::regprocedure);
        IF strpos(source, change.before) = 0 THEN
            RAISE EXCEPTION '% is not as it is known here: points of orders would go wrong', change.routine;
        END IF;
        EXECUTE replace(source, change.before, change.afterwards);
    END LOOP;
END
$$;
