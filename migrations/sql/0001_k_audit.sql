-- The audit trail, and word to open windows. Both take what they need from the statement's transition tables.

-- Arguments: the row's id and its customer as expressions over a row r; generated columns, left out everywhere;
-- derived columns, left out of updates.
CREATE FUNCTION crm.audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    generated text[] := TG_ARGV[2]::text[];
    derived text[] := generated || TG_ARGV[3]::text[] || ARRAY['version', 'updated_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- The row itself is the after-image. Only a restored row starts with a version above 1.
        EXECUTE format(
            'INSERT INTO audit_log (table_name, row_id, customer_id, action, changes)
             SELECT %L, %s, %s, ''insert'', %s FROM new_rows r',
            TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1],
            CASE
                WHEN TG_TABLE_NAME = 'loyalty_ledger' THEN 'NULL'
                ELSE 'CASE WHEN r.version <> 1
                      THEN jsonb_build_object(''version'', jsonb_build_array(NULL, r.version)) END'
            END
        );
    ELSIF TG_OP = 'UPDATE' THEN
        -- Whatever people edit moves the version up; derived columns do not, and leave no trace.
        IF TG_TABLE_NAME <> 'loyalty_ledger' THEN
            IF (SELECT sum(version) FROM new_rows) IS NOT DISTINCT FROM (SELECT sum(version) FROM old_rows) THEN
                RETURN NULL;
            END IF;
        END IF;
        EXECUTE format(
            'INSERT INTO audit_log (table_name, row_id, customer_id, action, changes)
             SELECT %L, %s, %s, ''update'', d.changes
             FROM (SELECT * FROM new_rows) r
             JOIN (SELECT r.*, %2$s AS audit_key FROM old_rows r) o ON o.audit_key = %2$s,
             LATERAL (
                 SELECT jsonb_object_agg(n.key, jsonb_build_array(b.value, n.value)) AS changes
                 FROM jsonb_each(to_jsonb(r) - $1) n
                 JOIN jsonb_each(to_jsonb(o) - $1) b USING (key)
                 WHERE n.value <> b.value
             ) d
             WHERE %4$s AND d.changes IS NOT NULL',
            TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1],
            -- An entry of the ledger changes only when its order is deleted.
            CASE
                WHEN TG_TABLE_NAME = 'loyalty_ledger' THEN 'r.order_id IS DISTINCT FROM o.order_id'
                ELSE 'r.version <> o.version'
            END
        ) USING derived;
    ELSE
        EXECUTE format(
            'INSERT INTO audit_log (table_name, row_id, customer_id, action, changes)
             SELECT %L, %s, %s, ''delete'', (
                 SELECT jsonb_object_agg(f.key, jsonb_build_array(f.value, NULL))
                 FROM jsonb_each(to_jsonb(r) - $1) f WHERE f.value <> ''null''
             )
             FROM old_rows r',
            TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1]
        ) USING generated;
    END IF;
    RETURN NULL;
END
$$;

-- {"table", "operation", "ids": up to 50, or null when there are more}. Argument: the column that holds the id.
CREATE FUNCTION crm.notify_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    ids jsonb;
    counted bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT jsonb_agg(DISTINCT s.row -> TG_ARGV[0]), count(*) INTO ids, counted
        FROM (SELECT to_jsonb(r) AS row FROM old_rows r LIMIT 51) s;
    ELSE
        SELECT jsonb_agg(DISTINCT s.row -> TG_ARGV[0]), count(*) INTO ids, counted
        FROM (SELECT to_jsonb(r) AS row FROM new_rows r LIMIT 51) s;
    END IF;
    IF counted > 0 THEN
        PERFORM pg_notify(
            'crm_changes',
            json_build_object(
                'table', TG_TABLE_NAME,
                'operation', lower(TG_OP),
                'ids', CASE WHEN counted <= 50 AND TG_ARGV[0] <> '' THEN ids END
            )::text
        );
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    subject record;
    generated text[];
BEGIN
    FOR subject IN
        SELECT * FROM (VALUES
            -- table, id, customer, derived columns
            ('users', 'r.id::text', 'NULL::uuid', '{last_seen_at}'),
            ('customers', 'r.id::text', 'r.id', '{tier,next_follow_up,last_contact}'),
            ('customer_interactions', 'r.id::text', 'r.customer_id', '{completed_at}'),
            ('customer_segments', 'r.id::text', 'NULL::uuid', '{}'),
            ('contacts', 'r.id::text', 'NULL::uuid', '{}'),
            ('contact_positions', 'r.contact_id || '':'' || r.customer_id', 'r.customer_id', '{}'),
            ('loyalty_ledger', 'r.id::text', '(SELECT c.id FROM customers c WHERE c.user_id = r.user_id)', '{}'),
            ('loyalty_tiers', 'r.tier', 'NULL::uuid', '{}'),
            ('products', 'r.id::text', 'NULL::uuid', '{}'),
            ('orders', 'r.id::text', 'r.customer_id', '{}'),
            ('order_lines', 'r.id::text', '(SELECT d.customer_id FROM orders d WHERE d.id = r.order_id)', '{}'),
            ('saved_views', 'r.id::text', 'NULL::uuid', '{}'),
            ('import_batches', 'r.id::text', 'NULL::uuid', '{}'),
            ('duplicate_decisions', 'r.first_id || '':'' || r.second_id', 'r.first_id', '{}'),
            ('consents', 'r.id::text', 'r.customer_id', '{}'),
            ('settings', 'r.key', 'NULL::uuid', '{}')
        ) AS s (name, row_id, customer, derived)
    LOOP
        generated := ARRAY(
            SELECT attname FROM pg_attribute
            WHERE attrelid = ('crm.' || subject.name)::regclass AND attgenerated <> '' AND attnum > 0
        );
        EXECUTE format(
            'CREATE TRIGGER audit_insert AFTER INSERT ON %1$I REFERENCING NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(%2$L, %3$L, %4$L, %5$L)',
            subject.name, subject.row_id, subject.customer, generated, subject.derived
        );
        EXECUTE format(
            'CREATE TRIGGER audit_update AFTER UPDATE ON %1$I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(%2$L, %3$L, %4$L, %5$L)',
            subject.name, subject.row_id, subject.customer, generated, subject.derived
        );
        EXECUTE format(
            'CREATE TRIGGER audit_delete AFTER DELETE ON %1$I REFERENCING OLD TABLE AS old_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(%2$L, %3$L, %4$L, %5$L)',
            subject.name, subject.row_id, subject.customer, generated, subject.derived
        );
    END LOOP;

    FOR subject IN
        SELECT * FROM (VALUES
            ('users', 'id'), ('customers', 'id'), ('customer_interactions', 'id'), ('customer_segments', 'id'),
            ('contacts', 'id'), ('contact_positions', 'customer_id'), ('loyalty_accounts', 'user_id'),
            ('loyalty_tiers', ''), ('products', 'id'), ('orders', 'id'), ('saved_views', 'id'),
            ('import_batches', 'id'), ('consents', 'customer_id'), ('settings', '')
        ) AS s (name, id)
    LOOP
        EXECUTE format(
            'CREATE TRIGGER notify_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change(%L)', subject.name, subject.id
        );
        EXECUTE format(
            'CREATE TRIGGER notify_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS new_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change(%L)', subject.name, subject.id
        );
        EXECUTE format(
            'CREATE TRIGGER notify_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
             FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change(%L)', subject.name, subject.id
        );
    END LOOP;
END
$$;
