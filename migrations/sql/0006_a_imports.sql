-- Imports that create, update and skip; how the columns of a file were assigned, kept under a name; taking one back.

ALTER TABLE import_batches
    ADD COLUMN undone_at timestamptz,
    ADD COLUMN undone_by uuid CONSTRAINT fk_import_batches_undone_by_users REFERENCES users (id) ON DELETE SET NULL,
    ADD COLUMN rows_kept bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN import_batches.rows_kept IS 'Records that were changed since and so stayed when the import was undone';
CREATE INDEX ix_import_batches_created_at_id ON import_batches (created_at, id);

CREATE TABLE import_mappings (
    id uuid CONSTRAINT pk_import_mappings PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL DEFAULT crm.current_user_id()
        CONSTRAINT fk_import_mappings_owner_id_users REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL
        CONSTRAINT ck_import_mappings_kind CHECK (kind IN ('customers', 'contacts', 'interactions')),
    name text NOT NULL,
    header text NOT NULL,
    definition jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT uq_import_mappings_kind_name UNIQUE (kind, name)
);
COMMENT ON COLUMN import_mappings.header IS 'The column names in one text, as they are compared';

CREATE TRIGGER touch BEFORE UPDATE ON import_mappings FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION crm.touch();
CREATE TRIGGER audit_insert AFTER INSERT ON import_mappings REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'NULL::uuid', '{}', '{}');
CREATE TRIGGER audit_update AFTER UPDATE ON import_mappings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'NULL::uuid', '{}', '{}');
CREATE TRIGGER audit_delete AFTER DELETE ON import_mappings REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'NULL::uuid', '{}', '{}');
CREATE TRIGGER notify_insert AFTER INSERT ON import_mappings REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('id');
CREATE TRIGGER notify_update AFTER UPDATE ON import_mappings REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('id');
CREATE TRIGGER notify_delete AFTER DELETE ON import_mappings REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('id');

-- Everybody uses the same mappings; who made one changes it, and administrators.
ALTER TABLE import_mappings ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON import_mappings FOR SELECT USING (true);
CREATE POLICY own ON import_mappings
    USING (owner_id = (SELECT crm.current_user_id())) WITH CHECK (owner_id = (SELECT crm.current_user_id()));
CREATE POLICY admin_all ON import_mappings
    USING ((SELECT crm.is_admin())) WITH CHECK ((SELECT crm.is_admin()));

-- The values of a list with those added that are neither in it nor the main one ("A@x" and "a@x" are one).
CREATE FUNCTION crm.with_values(held jsonb, added jsonb, main text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT CASE
    WHEN added IS NULL OR added = '[]'::jsonb THEN coalesce(held, '[]'::jsonb)
    ELSE coalesce((
        SELECT jsonb_agg(kept.value ORDER BY kept.place)
        FROM (
            SELECT DISTINCT ON (crm.fold(e.value)) e.value, e.place
            -- || makes a list of what is none.
            FROM jsonb_array_elements_text(coalesce(nullif(held, 'null'::jsonb), '[]'::jsonb) || added)
                WITH ORDINALITY e (value, place)
            WHERE e.value <> '' AND crm.fold(e.value) IS DISTINCT FROM crm.fold(main)
            ORDER BY crm.fold(e.value), e.place
        ) kept
    ), '[]'::jsonb)
END
$$;

-- Takes an import back by its transaction; rows that were changed since stay: `kept` counts them, `customers` are those
-- of whom something stayed. The batch itself
-- stays with its counts, so that the list of imports still tells of one that was taken back.
CREATE FUNCTION crm.undo_import(batch_id uuid, OUT restored bigint, OUT kept bigint, OUT customers uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    batch import_batches;
    reset bigint;
BEGIN
    SELECT b.* INTO batch FROM import_batches b WHERE b.id = batch_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This import is not there any more.';
    END IF;
    IF batch.undone_at IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'This import was undone before.';
    END IF;
    IF NOT crm.is_admin() THEN
        IF batch.created_by IS DISTINCT FROM crm.current_user_id() THEN
            RAISE EXCEPTION USING ERRCODE = 'CR002',
                MESSAGE = 'Only the person who made an import, or an administrator, can undo it.';
        END IF;
        IF EXISTS (
            SELECT FROM audit_log a
            WHERE a.transaction_id = batch.transaction_id AND a.table_name = 'customers' AND a.action = 'insert'
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'CR002',
                MESSAGE = 'Undoing this import would delete customers, which only administrators may do.';
        END IF;
    END IF;
    restored := 0;
    kept := 0;
    customers := '{}';
    IF EXISTS (
        SELECT FROM audit_log a
        WHERE a.transaction_id = batch.transaction_id AND a.table_name <> 'import_batches'
    ) THEN
        SELECT u.restored, u.refused, u.kept INTO undo_import.restored, undo_import.kept, undo_import.customers
        FROM crm.undo_transaction(batch.transaction_id) u;
        -- The batch's own entries do not count: its counts were taken back, and it has gone itself if it had none.
        reset := count(*) FROM audit_log a
            WHERE a.transaction_id = batch.transaction_id AND a.table_name = 'import_batches' AND a.action = 'update';
        IF EXISTS (SELECT FROM import_batches b WHERE b.id = batch_id) THEN
            kept := kept - 1;
        ELSE
            reset := reset + 1;
            INSERT INTO import_batches SELECT batch.*;
        END IF;
        restored := restored - reset;
    END IF;
    UPDATE import_batches b
    SET undone_at = now(), undone_by = crm.current_user_id(), rows_kept = undo_import.kept,
        rows_created = batch.rows_created, rows_updated = batch.rows_updated, rows_skipped = batch.rows_skipped,
        rows_refused = batch.rows_refused
    WHERE b.id = batch_id;
END
$$;

DO $$
DECLARE
    employee name := current_database() || '_employee';
    statement text;
BEGIN
    REVOKE EXECUTE ON FUNCTION crm.with_values(jsonb, jsonb, text), crm.undo_import(uuid) FROM PUBLIC;
    REVOKE ALL ON import_mappings FROM PUBLIC;
    FOREACH statement IN ARRAY ARRAY[
        'SELECT, INSERT (id, kind, name, header, definition), UPDATE (name, header, definition), DELETE
            ON import_mappings',
        'EXECUTE ON FUNCTION crm.with_values(jsonb, jsonb, text), crm.undo_import(uuid)'
    ] LOOP
        EXECUTE format('GRANT %s TO %I', statement, employee);
    END LOOP;
END
$$;
