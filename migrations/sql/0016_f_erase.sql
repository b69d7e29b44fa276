-- Whoever was deleted is not erased: the trail keeps all of it, so that deleting can be undone. Privacy asks for more, also
-- days later.

-- Deletions are few: the list of those who can still be erased is read along this.
CREATE INDEX ix_audit_log_deleted_customers ON audit_log (id) WHERE table_name = 'customers' AND action = 'delete';

DO $$
DECLARE
    change record;
    source text := pg_get_functiondef('crm.erase_customer(uuid)'::regprocedure);
BEGIN
    FOR change IN
        SELECT * FROM (VALUES
            (
                'IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = ''CR004'', MESSAGE = ''This customer is not there any more.'';
    END IF;
',
                'IF NOT FOUND THEN
        -- Who was deleted before is erased as well, as long as the trail knows them.
        IF EXISTS (SELECT FROM customer_merges m WHERE m.id = erased) THEN
            RAISE EXCEPTION USING ERRCODE = ''CR001'',
                MESSAGE = ''This customer was merged into another one.'',
                HINT = ''Erase that one: the traces of this one go along.'';
        END IF;
        SELECT (a.changes #>> ''{user_id,0}'')::uuid INTO account
        FROM audit_log a
        WHERE a.customer_id = erased AND a.table_name = ''customers'' AND a.action = ''delete''
        ORDER BY a.id DESC LIMIT 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = ''CR004'', MESSAGE = ''This customer is not there any more.'';
        END IF;
        IF EXISTS (SELECT FROM customers c WHERE c.user_id = account) THEN
            account := NULL;  -- somebody else''s by now
        END IF;
    END IF;
'
            ),
            (
                'FROM customer_merges m WHERE m.survivor_id = erased;
',
                'FROM customer_merges m WHERE m.survivor_id = erased;
    -- What was merged into a customer who is deleted, the trail tells.
    merged := merged || ARRAY(
        SELECT a.row_id::uuid FROM audit_log a
        WHERE a.customer_id = erased AND a.table_name = ''customer_merges''
          AND NOT EXISTS (SELECT FROM customers c WHERE c.id::text = a.row_id)
          AND NOT EXISTS (SELECT FROM customer_merges m WHERE m.id::text = a.row_id AND m.survivor_id <> erased)
    );
'
            )
        ) s (before, afterwards)
    LOOP
        IF strpos(source, change.before) = 0 THEN
            RAISE EXCEPTION 'erase_customer() is not as it is known here: who was deleted could not be erased';
        END IF;
        source := replace(source, change.before, change.afterwards);
    END LOOP;
    EXECUTE source;
END
$$;
