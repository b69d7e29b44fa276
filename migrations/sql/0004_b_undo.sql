-- Undo of many rows: in slices that tell how far they are, writing only the columns that were changed; and it says
-- which customers it left alone.

-- Internal: undoes audit rows of one table and one action in one statement; returns how many it undid.
-- `own_only`: the caller is no administrator, so each step needs the rights that doing it by hand would need.
CREATE OR REPLACE FUNCTION crm.undo_entries(entry_ids bigint[], subject text, action text, own_only boolean) RETURNS bigint
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    me uuid := crm.current_user_id();
    target text := format('crm.%I', subject);
    match text;
    columns text;
    values_of_r text;
    unchanged text;
    allowed text := 'true';
    unused text := '';
    undone bigint;
BEGIN
    -- What is audited can be undone, except people and the ledger, which is corrected by another entry.
    IF action NOT IN ('insert', 'update', 'delete') OR subject = 'users'
        OR (subject = 'loyalty_ledger' AND action <> 'update')
        OR NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = to_regclass(target) AND g.tgname = 'audit_update')
    THEN
        RETURN 0;
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
                -- or they had to follow up until they handed it on
                ' AND ($3 IN (t.user_id, t.assignee_id) OR e.changes #>> ''{assignee_id,0}'' = $3::text)'
            WHEN subject = 'customer_interactions' THEN ' AND t.user_id = $3'
            WHEN subject = 'saved_views' THEN ' AND t.owner_id = $3'
            ELSE ''
        END;
    END IF;

    -- The trail names a row by its primary key, the parts joined by colons.
    SELECT string_agg(
        CASE
            WHEN cardinality(i.indkey::smallint[]) = 1
            THEN format('t.%I = e.row_id::%s', a.attname, format_type(a.atttypid, a.atttypmod))
            ELSE format('t.%I = split_part(e.row_id, '':'', %s)::%s', a.attname, k.place,
                        format_type(a.atttypid, a.atttypmod))
        END, ' AND '
    )
    INTO match
    FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY k (attnum, place)
    JOIN pg_attribute a ON a.attnum = k.attnum
    WHERE i.indrelid = target::regclass AND i.indisprimary AND a.attrelid = i.indrelid;

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
        -- A row that was changed and changed back is as it was added: each field is what its first change found.
        EXECUTE format(
            'DELETE FROM %s t USING audit_log e
             WHERE e.id = ANY ($1) AND %s AND %s
               AND (
                   t.version = coalesce((e.changes #>> ''{version,1}'')::integer, 1)
                   OR e.customer_id IS NOT NULL AND NOT EXISTS (
                       SELECT FROM (
                           SELECT DISTINCT ON (c.key) c.key, c.value -> 0 AS found
                           FROM audit_log a, jsonb_each(a.changes) c
                           WHERE a.customer_id = e.customer_id AND a.id > e.id AND a.table_name = e.table_name
                             AND a.row_id = e.row_id AND a.action = ''update''
                           ORDER BY c.key, a.id
                       ) f
                       WHERE coalesce(to_jsonb(t) -> f.key, ''null'') <> f.found
                   )
               ) %s',
            target, match, allowed, unused
        ) USING entry_ids, target, me;
    ELSIF action = 'delete' THEN
        SELECT string_agg(quote_ident(attname), ', '), string_agg('r.' || quote_ident(attname), ', ')
        INTO columns, values_of_r
        FROM pg_attribute
        WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
          AND attidentity = '';
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
        -- Only the columns that occur in the changes: a bulk edit has one. A column that has gone since keeps the row.
        SELECT string_agg(quote_ident(k.name), ', '), string_agg('r.' || quote_ident(k.name), ', '),
               string_agg(
                   CASE
                       WHEN a.attname IS NULL THEN format('NOT e.changes ? %L', k.name)
                       ELSE format(
                           '(NOT e.changes ? %1$L OR coalesce(to_jsonb(t.%1$I), ''null'') = e.changes -> %1$L -> 1)',
                           k.name
                       )
                   END, ' AND '
               )
        INTO columns, values_of_r, unchanged
        FROM (
            SELECT DISTINCT c.name
            FROM audit_log e, jsonb_object_keys(e.changes) c (name)
            WHERE e.id = ANY (entry_ids)
        ) k
        LEFT JOIN pg_attribute a ON a.attrelid = target::regclass AND a.attname = k.name AND a.attnum > 0
            AND a.attgenerated = '' AND NOT a.attisdropped;
        EXECUTE format(
            'UPDATE %1$s t SET (%2$s) = (
                 SELECT %3$s FROM jsonb_populate_record(t, (
                     SELECT jsonb_object_agg(c.key, c.value -> 0) FROM jsonb_each(e.changes) c
                 )) r
             )
             FROM audit_log e
             WHERE e.id = ANY ($1) AND %4$s AND %5$s AND %6$s',
            target, columns, values_of_r, match, allowed, unchanged
        ) USING entry_ids, target, me;
    END IF;
    GET DIAGNOSTICS undone = ROW_COUNT;
    RETURN undone;
END
$$;

-- Internal: a transaction's audit rows backwards; neighbours of one table and action are one step, unless they are very
-- many.
CREATE OR REPLACE FUNCTION crm.undo_steps(wanted xid8)
RETURNS TABLE (id bigint, subject text, action text, entries bigint[], is_distinct boolean)
LANGUAGE sql STABLE SET search_path = crm, pg_temp AS
$$
SELECT max(s.id), s.table_name, s.action, array_agg(s.id ORDER BY s.id DESC), count(DISTINCT s.row_id) = count(*)
FROM (
    SELECT r.*, (row_number() OVER (PARTITION BY r.table_name, r.action, r.run ORDER BY r.id DESC) - 1) / 10000 AS slice
    FROM (
        SELECT a.id, a.table_name, a.action, a.row_id,
               row_number() OVER (ORDER BY a.id DESC)
               - row_number() OVER (PARTITION BY a.table_name, a.action ORDER BY a.id DESC) AS run
        FROM audit_log a
        WHERE a.transaction_id = wanted
    ) r
) s
GROUP BY s.table_name, s.action, s.run, s.slice
ORDER BY 1 DESC
$$;

-- `kept`: customers among what was refused, up to a thousand of them. A NOTICE of state CR100 tells how far it is.
DROP FUNCTION crm.undo_transaction(xid8);
CREATE FUNCTION crm.undo_transaction(transaction_id xid8, OUT restored bigint, OUT refused bigint, OUT kept uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    own_only boolean := NOT crm.is_admin();
    settled bigint[] := '{}';
    total bigint;
    progress boolean;
    waiting boolean;
    last_resort boolean := false;
    step record;
    undone bigint;
BEGIN
    -- Undoing writes audit rows of its own, which it would undo in turn, for ever.
    IF transaction_id = pg_current_xact_id_if_assigned() THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'A change can be undone once it is saved.';
    END IF;
    SELECT count(*) INTO total FROM audit_log a WHERE a.transaction_id = undo_transaction.transaction_id;
    IF total = 0 THEN
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
    kept := '{}';
    -- A cascade is audited after what it came from, so a step may have to wait for a later one: as long as a round
    -- brings something, another follows. What is left then is tried row by row.
    LOOP
        progress := false;
        waiting := false;
        FOR step IN SELECT * FROM crm.undo_steps(transaction_id) LOOP
            CONTINUE WHEN step.id = ANY (settled);
            undone := NULL;
            IF step.is_distinct AND NOT last_resort THEN
                BEGIN
                    undone := crm.undo_entries(step.entries, step.subject, step.action, own_only);
                EXCEPTION WHEN integrity_constraint_violation THEN
                    waiting := true;
                    CONTINUE;
                END;
            ELSE
                undone := crm.undo_one_by_one(step.entries, step.subject, step.action, own_only);
            END IF;
            settled := settled || step.id;
            progress := true;
            restored := restored + undone;
            refused := refused + cardinality(step.entries) - undone;
            RAISE NOTICE USING ERRCODE = 'CR100', MESSAGE = format('%s of %s', restored + refused, total);
        END LOOP;
        EXIT WHEN last_resort OR NOT waiting;
        last_resort := NOT progress;
    END LOOP;
    IF refused > 0 THEN
        -- What was undone has left a trace of its own by now. In one pass: the planner does not know yet how many these
        -- are, and would look through all of them once for each of the others.
        kept := ARRAY(
            SELECT DISTINCT c.id
            FROM (
                SELECT array_agg(a.customer_id) AS customers
                FROM audit_log a
                WHERE a.transaction_id IN (undo_transaction.transaction_id, pg_current_xact_id_if_assigned())
                GROUP BY a.table_name, a.row_id
                HAVING bool_and(a.transaction_id = undo_transaction.transaction_id)
            ) alone, unnest(alone.customers) c (id)
            WHERE c.id IS NOT NULL
            LIMIT 1000
        );
    END IF;
END
$$;
