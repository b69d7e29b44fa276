-- Undo: the audit rows of a transaction, backwards. What changed since is left alone and counted as refused.

-- Internal: undoes audit rows of one table and one action in one statement; returns how many it undid.
-- `own_only`: the caller is no administrator, so each step needs the rights that doing it by hand would need.
CREATE FUNCTION crm.undo_entries(entry_ids bigint[], subject text, action text, own_only boolean) RETURNS bigint
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    me uuid := crm.current_user_id();
    target text := format('crm.%I', subject);
    match text := CASE subject
        WHEN 'contact_positions' THEN
            't.contact_id = split_part(e.row_id, '':'', 1)::uuid AND t.customer_id = split_part(e.row_id, '':'', 2)::uuid'
        WHEN 'duplicate_decisions' THEN
            't.first_id = split_part(e.row_id, '':'', 1)::uuid AND t.second_id = split_part(e.row_id, '':'', 2)::uuid'
        WHEN 'loyalty_ledger' THEN 't.id = e.row_id::bigint'
        WHEN 'settings' THEN 't.key = e.row_id'
        WHEN 'loyalty_tiers' THEN 't.tier = e.row_id'
        ELSE 't.id = e.row_id::uuid'
    END;
    columns text;
    values_of_r text;
    allowed text := 'true';
    unused text := '';
    undone bigint;
BEGIN
    IF action NOT IN ('insert', 'update', 'delete') OR subject NOT IN (
        'customers', 'customer_interactions', 'customer_segments', 'contacts', 'contact_positions', 'products', 'orders',
        'order_lines', 'saved_views', 'import_batches', 'duplicate_decisions', 'consents', 'loyalty_tiers', 'settings'
    ) AND (subject, action) <> ('loyalty_ledger', 'update') THEN
        RETURN 0;  -- people and the ledger are not undone: the ledger is corrected by another entry
    END IF;
    IF own_only THEN
        IF action <> 'update' AND NOT has_table_privilege(session_user, target, 'DELETE') THEN
            RETURN 0;
        END IF;
        IF action = 'delete' AND NOT has_any_column_privilege(session_user, target, 'INSERT') THEN
            RETURN 0;
        END IF;
        allowed := CASE
            WHEN action = 'update' THEN
                'NOT EXISTS (
                     SELECT FROM jsonb_object_keys(e.changes) k (name)
                     WHERE NOT has_column_privilege(session_user, $2::regclass, k.name, ''UPDATE'')
                 )'
            ELSE 'true'
        END || CASE
            WHEN subject = 'customer_interactions' AND action = 'update' THEN
                ' AND $3 IN (t.user_id, t.assignee_id)'
            WHEN subject = 'customer_interactions' THEN ' AND t.user_id = $3'
            WHEN subject = 'saved_views' THEN ' AND t.owner_id = $3'
            ELSE ''
        END;
    END IF;

    SELECT string_agg(quote_ident(attname), ', '), string_agg('r.' || quote_ident(attname), ', ')
    INTO columns, values_of_r
    FROM pg_attribute
    WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''
      AND (action = 'delete' OR attname NOT IN ('version', 'updated_at'));

    IF action = 'insert' THEN
        -- Rows of others that would go or lose their link keep the row here; this transaction's own went before it.
        SELECT coalesce(string_agg(
            format(
                ' AND NOT EXISTS (SELECT FROM %s x WHERE x.%I = t.%I)',
                f.conrelid::regclass,
                (SELECT attname FROM pg_attribute WHERE attrelid = f.conrelid AND attnum = f.conkey[1]),
                (SELECT attname FROM pg_attribute WHERE attrelid = f.confrelid AND attnum = f.confkey[1])
            ), ''
        ), '')
        INTO unused
        FROM pg_constraint f
        WHERE f.contype = 'f' AND f.confrelid = target::regclass;
        EXECUTE format(
            'DELETE FROM %s t USING audit_log e
             WHERE e.id = ANY ($1) AND %s AND %s
               AND t.version = coalesce((e.changes #>> ''{version,1}'')::integer, 1) %s',
            target, match, allowed, unused
        ) USING entry_ids, target, me;
    ELSIF action = 'delete' THEN
        EXECUTE format(
            'INSERT INTO %1$s (%2$s)
             SELECT %3$s
             FROM audit_log e,
             LATERAL (SELECT jsonb_object_agg(c.key, c.value -> 0) AS before FROM jsonb_each(e.changes) c) b,
             LATERAL jsonb_populate_record(NULL::%1$s, b.before) r
             WHERE e.id = ANY ($1) AND %4$s
             ON CONFLICT DO NOTHING',
            target, columns, values_of_r, replace(allowed, 't.', 'r.')
        ) USING entry_ids, target, me;
    ELSE
        EXECUTE format(
            'UPDATE %1$s t SET (%2$s) = (
                 SELECT %3$s FROM jsonb_populate_record(t, (
                     SELECT jsonb_object_agg(c.key, c.value -> 0) FROM jsonb_each(e.changes) c
                 )) r
             )
             FROM audit_log e
             WHERE e.id = ANY ($1) AND %4$s AND %5$s
               AND NOT EXISTS (
                   SELECT FROM jsonb_each(e.changes) c WHERE to_jsonb(t) -> c.key IS DISTINCT FROM c.value -> 1
               )',
            target, columns, values_of_r, match, allowed
        ) USING entry_ids, target, me;
    END IF;
    GET DIAGNOSTICS undone = ROW_COUNT;
    RETURN undone;
END
$$;

-- Internal: a transaction's audit rows backwards; neighbours of one table and action are one step.
CREATE FUNCTION crm.undo_steps(wanted xid8)
RETURNS TABLE (id bigint, subject text, action text, entries bigint[], is_distinct boolean)
LANGUAGE sql STABLE SET search_path = crm, pg_temp AS
$$
SELECT max(s.id), s.table_name, s.action, array_agg(s.id ORDER BY s.id DESC), count(DISTINCT s.row_id) = count(*)
FROM (
    SELECT a.*,
           row_number() OVER (ORDER BY a.id DESC)
           - row_number() OVER (PARTITION BY a.table_name, a.action ORDER BY a.id DESC) AS run
    FROM audit_log a
    WHERE a.transaction_id = wanted
) s
GROUP BY s.table_name, s.action, s.run
ORDER BY 1 DESC
$$;

-- Internal: for a row that occurs twice in a step, and where one row must not spoil it for the others.
CREATE FUNCTION crm.undo_one_by_one(entries bigint[], subject text, action text, own_only boolean) RETURNS bigint
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    entry bigint;
    undone bigint := 0;
BEGIN
    FOREACH entry IN ARRAY entries LOOP
        BEGIN
            undone := undone + crm.undo_entries(ARRAY[entry], subject, action, own_only);
        EXCEPTION WHEN integrity_constraint_violation THEN
            NULL;  -- what it belongs to is gone, or its place is taken
        END;
    END LOOP;
    RETURN undone;
END
$$;

CREATE FUNCTION crm.undo_transaction(transaction_id xid8, OUT restored bigint, OUT refused bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    own_only boolean := NOT crm.is_admin();
    settled bigint[] := '{}';
    progress boolean := true;
    last_resort boolean := false;
    step record;
    undone bigint;
BEGIN
    -- Undoing writes audit rows of its own, which it would undo in turn, for ever.
    IF transaction_id = pg_current_xact_id_if_assigned() THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'A change can be undone once it is saved.';
    END IF;
    IF NOT EXISTS (SELECT FROM audit_log a WHERE a.transaction_id = undo_transaction.transaction_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'There is nothing to undo.';
    END IF;
    IF own_only AND EXISTS (
        SELECT FROM audit_log a
        WHERE a.transaction_id = undo_transaction.transaction_id AND a.actor <> session_user
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002',
            MESSAGE = 'Only the person who made a change, or an administrator, can undo it.';
    END IF;
    restored := 0;
    refused := 0;
    -- A cascade is audited after what it came from, so a step may have to wait for a later one: as long as a round
    -- brings something, another follows. What is left then is tried row by row.
    LOOP
        progress := false;
        FOR step IN SELECT * FROM crm.undo_steps(transaction_id) LOOP
            CONTINUE WHEN step.id = ANY (settled);
            undone := NULL;
            IF step.is_distinct AND NOT last_resort THEN
                BEGIN
                    undone := crm.undo_entries(step.entries, step.subject, step.action, own_only);
                EXCEPTION WHEN integrity_constraint_violation THEN
                    CONTINUE;
                END;
            ELSE
                undone := crm.undo_one_by_one(step.entries, step.subject, step.action, own_only);
            END IF;
            settled := settled || step.id;
            progress := true;
            restored := restored + undone;
            refused := refused + cardinality(step.entries) - undone;
        END LOOP;
        EXIT WHEN last_resort;
        last_resort := NOT progress;
    END LOOP;
END
$$;

-- Erasure under privacy law: the customer, what hangs on it, and its traces. A tombstone without content remains.
CREATE FUNCTION crm.erase_customer(customer_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    erased uuid := erase_customer.customer_id;
    account uuid;
    people uuid[];
    order_line_ids text[];
    ledger_ids text[];
BEGIN
    PERFORM crm.require_admin();
    SELECT c.user_id INTO account FROM customers c WHERE c.id = erased FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This customer is not there any more.';
    END IF;
    -- Contacts who are known at this customer only.
    people := ARRAY(
        SELECT p.contact_id FROM contact_positions p
        GROUP BY p.contact_id HAVING bool_and(p.customer_id = erased)
    );
    order_line_ids := ARRAY(
        SELECT l.id::text FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.customer_id = erased
    );
    ledger_ids := ARRAY(SELECT l.id::text FROM loyalty_ledger l WHERE l.user_id = account);
    DELETE FROM customers c WHERE c.id = erased;
    DELETE FROM contacts k WHERE k.id = ANY (people);
    DELETE FROM users u WHERE u.id = account AND u.role = 'user' AND u.username IS NULL;
    DELETE FROM audit_log a
    WHERE a.customer_id = erased
       OR (a.table_name = 'contacts' AND a.row_id = ANY (people::text[]))
       OR (a.table_name = 'contact_positions' AND split_part(a.row_id, ':', 1) = ANY (people::text[]))
       OR (a.table_name = 'order_lines' AND a.row_id = ANY (order_line_ids))
       OR (a.table_name = 'loyalty_ledger' AND a.row_id = ANY (ledger_ids))
       OR (a.table_name = 'users' AND a.row_id = account::text);
    INSERT INTO audit_log (table_name, row_id, customer_id, action)
    VALUES ('customers', erased::text, erased, 'erase');
END
$$;
