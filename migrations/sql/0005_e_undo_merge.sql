-- Undo and erasure learn about merges, beside whatever else has been added to them.

-- All that an account earned moves back, or nothing: half of it would be neither's.
DO $$
DECLARE
    source text := pg_get_functiondef('crm.undo_one_by_one(bigint[], text, text, boolean)'::regprocedure);
    before text := 'FOREACH entry IN ARRAY entries LOOP';
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'undo_one_by_one() is not as it is known here: points could be torn apart';
    END IF;
    EXECUTE replace(
        source, before,
        'IF subject = ''loyalty_ledger'' AND EXISTS (
        SELECT FROM audit_log a WHERE a.id = ANY (entries) AND a.changes ? ''user_id''
    ) THEN
        RETURN 0;
    END IF;
    ' || before
    );
END
$$;

-- Internal: accounts that were closed by merging exist again, empty: their entries come back to them.
CREATE FUNCTION crm.reopen_accounts(merges jsonb) RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp AS
$$
INSERT INTO loyalty_accounts (user_id, tier, last_activity)
SELECT a.user_id, crm.tier_for(0), a.last_activity
FROM jsonb_array_elements(merges) m,
LATERAL jsonb_populate_record(NULL::loyalty_accounts, m #> '{kept,account}') a
WHERE a.user_id IN (SELECT u.id FROM users u)
ON CONFLICT DO NOTHING
$$;

-- Internal: what no audit row tells is as it was before the merge, as far as nothing happened since.
CREATE FUNCTION crm.part_again(merge jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    side jsonb;
    account loyalty_accounts;
BEGIN
    UPDATE customers c
    SET last_contact = x.contacted
    FROM (
        SELECT v.id, greatest(v.kept, (
                   SELECT max(crm.contact_time(i.type, i.status, i.created_at, i.completed_at))
                   FROM customer_interactions i WHERE i.customer_id = v.id
               )) AS contacted
        FROM (VALUES
            ((merge ->> 'id')::uuid, (merge #>> '{kept,last_contact}')::timestamptz),
            ((merge ->> 'survivor_id')::uuid, (merge #>> '{kept,survivor,last_contact}')::timestamptz)
        ) v (id, kept)
    ) x
    WHERE c.id = x.id AND c.last_contact IS DISTINCT FROM x.contacted;

    FOR side IN SELECT merge -> 'kept' UNION ALL SELECT merge #> '{kept,survivor}' LOOP
        account := jsonb_populate_record(NULL::loyalty_accounts, side -> 'account');
        IF EXISTS (
            SELECT FROM loyalty_accounts a
            WHERE a.user_id = account.user_id
              AND (a.points_balance, a.total_earned, a.total_redeemed, a.tier)
                  = (account.points_balance, account.total_earned, account.total_redeemed, account.tier)
              AND (SELECT count(*) FROM loyalty_ledger l WHERE l.user_id = a.user_id) = (side ->> 'entries')::bigint
        ) THEN
            -- A promotion that the merge brought never was.
            DELETE FROM loyalty_tier_changes t
            WHERE t.user_id = account.user_id AND t.id NOT IN (
                SELECT k.id FROM jsonb_populate_recordset(NULL::loyalty_tier_changes, side -> 'tier_changes') k
            );
            INSERT INTO loyalty_tier_changes OVERRIDING SYSTEM VALUE
            SELECT k.* FROM jsonb_populate_recordset(NULL::loyalty_tier_changes, side -> 'tier_changes') k
            ON CONFLICT DO NOTHING;
            UPDATE loyalty_accounts a SET last_activity = account.last_activity
            WHERE a.user_id = account.user_id AND a.last_activity IS DISTINCT FROM account.last_activity;
        END IF;
    END LOOP;

    INSERT INTO duplicate_pairs
    SELECT p.*
    FROM jsonb_populate_recordset(NULL::duplicate_pairs, merge #> '{kept,pairs}') p
    WHERE EXISTS (SELECT FROM customers c WHERE c.id = p.first_id)
      AND EXISTS (SELECT FROM customers c WHERE c.id = p.second_id)
    ON CONFLICT DO NOTHING;
END
$$;

-- What undo did so far keeps doing it, under another name.
DO $$
BEGIN
    EXECUTE replace(
        pg_get_functiondef('crm.undo_transaction(xid8)'::regprocedure), 'undo_transaction', 'replay_transaction'
    );
END
$$;
COMMENT ON FUNCTION crm.replay_transaction(xid8) IS 'Internal: the audit rows backwards; undo_transaction() is for people';

CREATE OR REPLACE FUNCTION crm.undo_transaction(
    transaction_id xid8, OUT restored bigint, OUT refused bigint, OUT kept uuid[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    wanted xid8 := undo_transaction.transaction_id;
    merges jsonb;
    merge jsonb;
    name text;
BEGIN
    -- Without those that were merged before and only led on from here.
    SELECT jsonb_agg(to_jsonb(m) ORDER BY a.id DESC),
           max(m.name) FILTER (WHERE m.survivor_id <> (m.kept ->> 'survivor_id')::uuid)
    INTO merges, name
    FROM audit_log a JOIN customer_merges m ON m.id::text = a.row_id
    WHERE a.transaction_id = wanted AND a.table_name = 'customer_merges' AND a.action = 'insert'
      AND NOT EXISTS (
          SELECT FROM audit_log d
          WHERE d.transaction_id = wanted AND d.table_name = a.table_name AND d.row_id = a.row_id AND d.action = 'delete'
      );
    IF merges IS NOT NULL THEN
        PERFORM crm.require_admin();
        IF name IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'CR001',
                MESSAGE = format('The customer that "%s" was merged into has been merged with another one since.', name),
                HINT = 'Undo the later merge first.';
        END IF;
        PERFORM crm.reopen_accounts(merges);
    END IF;

    SELECT r.restored, r.refused, r.kept
    INTO undo_transaction.restored, undo_transaction.refused, undo_transaction.kept
    FROM crm.replay_transaction(wanted) r;

    FOR merge IN SELECT * FROM jsonb_array_elements(merges) LOOP
        PERFORM crm.part_again(merge);
    END LOOP;
    -- Undoing the undo of a merge closes the account that this had opened again.
    DELETE FROM loyalty_accounts a
    USING audit_log e JOIN customer_merges m ON m.id::text = e.row_id
    WHERE e.transaction_id = wanted AND e.table_name = 'customer_merges' AND e.action = 'delete'
      AND a.user_id = (m.kept #>> '{account,user_id}')::uuid
      AND NOT EXISTS (SELECT FROM loyalty_ledger l WHERE l.user_id = a.user_id)
      AND NOT EXISTS (SELECT FROM customers c WHERE c.user_id = a.user_id);
END
$$;

-- Erasure under privacy law: as before, and with the traces of those who were merged into the customer.
CREATE OR REPLACE FUNCTION crm.erase_customer(customer_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    erased uuid := erase_customer.customer_id;
    account uuid;
    merged uuid[];
    accounts uuid[];
    people uuid[];
    order_line_ids text[];
    ledger_ids text[];
BEGIN
    PERFORM crm.require_admin();
    -- Contacts before customers, as whoever changes a contact does.
    PERFORM FROM contacts k
    WHERE k.id IN (SELECT p.contact_id FROM contact_positions p WHERE p.customer_id = erased)
    ORDER BY k.id FOR UPDATE;
    SELECT c.user_id INTO account FROM customers c WHERE c.id = erased FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This customer is not there any more.';
    END IF;
    SELECT coalesce(array_agg(m.id), '{}'), array_agg((m.kept ->> 'user_id')::uuid) || account
    INTO merged, accounts
    FROM customer_merges m WHERE m.survivor_id = erased;
    -- Contacts who are known at this customer only, and who were here and are gone: the trail still has their names.
    people := ARRAY(
        SELECT p.contact_id FROM contact_positions p
        GROUP BY p.contact_id HAVING bool_and(p.customer_id = erased)
        UNION
        SELECT split_part(a.row_id, ':', 1)::uuid FROM audit_log a
        WHERE a.customer_id = ANY (erased || merged) AND a.table_name = 'contact_positions'
          AND NOT EXISTS (SELECT FROM contacts k WHERE k.id = split_part(a.row_id, ':', 1)::uuid)
    );
    order_line_ids := ARRAY(
        SELECT l.id::text FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.customer_id = erased
    );
    ledger_ids := ARRAY(SELECT l.id::text FROM loyalty_ledger l WHERE l.user_id = account);
    DELETE FROM customers c WHERE c.id = erased;
    DELETE FROM contacts k WHERE k.id = ANY (people);
    DELETE FROM users u WHERE u.id = ANY (accounts) AND u.role = 'user' AND u.username IS NULL;
    DELETE FROM audit_log a
    WHERE a.customer_id = ANY (erased || merged)
       OR (a.table_name = 'contacts' AND a.row_id = ANY (people::text[]))
       OR (a.table_name = 'contact_positions' AND split_part(a.row_id, ':', 1) = ANY (people::text[]))
       OR (a.table_name = 'duplicate_decisions' AND split_part(a.row_id, ':', 2) = ANY ((erased || merged)::text[]))
       OR (a.table_name = 'order_lines' AND a.row_id = ANY (order_line_ids))
       OR (a.table_name = 'loyalty_ledger' AND a.row_id = ANY (ledger_ids))
       OR (a.table_name = 'users' AND a.row_id = ANY (accounts::text[]));
    INSERT INTO audit_log (table_name, row_id, customer_id, action)
    VALUES ('customers', erased::text, erased, 'erase');
END
$$;

DO $$
DECLARE
    operation text;
    rows text;
BEGIN
    FOR operation, rows IN VALUES
        ('insert', 'NEW TABLE AS new_rows'), ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'),
        ('delete', 'OLD TABLE AS old_rows')
    LOOP
        EXECUTE format(
            'CREATE TRIGGER audit_%1$s AFTER %1$s ON customer_merges REFERENCING %2$s
             FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(''r.id::text'', ''r.survivor_id'', ''{}'', ''{}'')',
            operation, rows
        );
    END LOOP;
END
$$;
