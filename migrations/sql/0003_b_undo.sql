-- Undo, as before, and also by whoever handed a follow-up of somebody else's on: the transaction was theirs.

-- Internal: undoes audit rows of one table and one action in one statement; returns how many it undid.
-- `own_only`: the caller is no administrator, so each step needs the rights that doing it by hand would need.
CREATE OR REPLACE FUNCTION crm.undo_entries(entry_ids bigint[], subject text, action text, own_only boolean) RETURNS bigint
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
                -- or they had to follow up until they handed it on
                ' AND ($3 IN (t.user_id, t.assignee_id) OR e.changes #>> ''{assignee_id,0}'' = $3::text)'
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
