-- Undo and erasure learn about attachments, beside whatever else has been added to them: neither is written out twice.
-- Undo of all other tables keeps doing what it did, under another name.

ALTER FUNCTION crm.undo_entries(bigint[], text, text, boolean) RENAME TO undo_other_entries;
CREATE FUNCTION crm.undo_entries(entry_ids bigint[], subject text, action text, own_only boolean) RETURNS bigint
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    me uuid := crm.current_user_id();
    undone bigint;
BEGIN
    IF subject <> 'attachments' THEN
        RETURN crm.undo_other_entries(entry_ids, subject, action, own_only);
    END IF;
    IF action = 'insert' THEN
        DELETE FROM attachments t USING audit_log e
        WHERE e.id = ANY (entry_ids) AND t.id = e.row_id::uuid AND (NOT own_only OR t.created_by = me)
          AND t.version = coalesce((e.changes #>> '{version,1}')::integer, 1);
    ELSIF action = 'delete' THEN
        -- Whoever deleted an interaction deleted its files, others' too, and may bring back what went with it.
        INSERT INTO attachments
        SELECT r.*
        FROM audit_log e,
        LATERAL (SELECT jsonb_object_agg(c.key, c.value -> 0) AS before FROM jsonb_each(e.changes) c) b,
        LATERAL jsonb_populate_record(NULL::attachments, b.before) r
        WHERE e.id = ANY (entry_ids)
          AND EXISTS (SELECT FROM attachment_contents k WHERE k.attachment_id = r.id AND k.is_sealed)
        ON CONFLICT DO NOTHING;
    ELSIF own_only THEN
        RETURN 0;
    ELSE
        UPDATE attachments t SET (customer_id, interaction_id) = (
            SELECT r.customer_id, r.interaction_id FROM jsonb_populate_record(t, (
                SELECT jsonb_object_agg(c.key, c.value -> 0) FROM jsonb_each(e.changes) c
            )) r
        )
        FROM audit_log e
        WHERE e.id = ANY (entry_ids) AND t.id = e.row_id::uuid
          AND NOT EXISTS (
              SELECT FROM jsonb_each(e.changes) c WHERE to_jsonb(t) -> c.key IS DISTINCT FROM c.value -> 1
          );
    END IF;
    GET DIAGNOSTICS undone = ROW_COUNT;
    RETURN undone;
END
$$;

-- One more step within the function, whatever earlier revisions have made of it.
DO $$
DECLARE
    before text := 'DELETE FROM customers c WHERE c.id = erased;';
    source text := pg_get_functiondef('crm.erase_customer(uuid)'::regprocedure);
    changed text := replace(
        source, before,
        '-- Those that were deleted before, too: their content may still be kept for undo.
    DELETE FROM attachment_contents k
    WHERE k.attachment_id IN (
        SELECT t.id FROM attachments t WHERE t.customer_id = erased
        UNION
        SELECT a.row_id::uuid FROM audit_log a WHERE a.customer_id = erased AND a.table_name = ''attachments''
    );
    ' || before
    );
BEGIN
    IF changed = source THEN
        RAISE EXCEPTION 'erase_customer() is not as it is known here: attachments would survive an erasure';
    END IF;
    EXECUTE changed;
END
$$;
