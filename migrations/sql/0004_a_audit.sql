-- The audit trail of an update costs half: columns are compared one by one. The whole row as JSON, before and after,
-- built the search text and all other generated columns for each row only to leave them out.

-- Arguments: the row's id and its customer as expressions over a row r; generated columns, left out everywhere;
-- derived columns, left out of updates.
CREATE OR REPLACE FUNCTION crm.audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    generated text[] := TG_ARGV[2]::text[];
    derived text[] := generated || TG_ARGV[3]::text[] || ARRAY['version', 'updated_at'];
    compared text;
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
        SELECT string_agg(
            format('(%1$L, CASE WHEN r.%2$I IS DISTINCT FROM o.%2$I THEN jsonb_build_array(o.%2$I, r.%2$I) END)',
                   a.attname, a.attname),
            ', ' ORDER BY a.attnum
        )
        INTO compared
        FROM pg_attribute a
        WHERE a.attrelid = TG_RELID AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (derived);
        EXECUTE format(
            'INSERT INTO audit_log (table_name, row_id, customer_id, action, changes)
             SELECT %L, %s, %s, ''update'', d.changes
             FROM (SELECT * FROM new_rows) r
             JOIN (SELECT r.*, %2$s AS audit_key FROM old_rows r) o ON o.audit_key = %2$s,
             LATERAL (
                 SELECT jsonb_object_agg(c.key, c.pair) AS changes FROM (VALUES %5$s) c (key, pair)
                 WHERE c.pair IS NOT NULL
             ) d
             WHERE %4$s AND d.changes IS NOT NULL',
            TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1],
            -- An entry of the ledger changes only when its order is deleted.
            CASE
                WHEN TG_TABLE_NAME = 'loyalty_ledger' THEN 'r.order_id IS DISTINCT FROM o.order_id'
                ELSE 'r.version <> o.version'
            END,
            compared
        );
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
