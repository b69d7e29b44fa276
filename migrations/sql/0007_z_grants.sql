-- Attachments are written by functions only; contents of those that are there can be read by
-- whoever reads customers.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    admin name := current_database() || '_admin';
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        'may_export()', 'set_may_export(uuid, boolean)', 'record_export(text, text, bigint, jsonb)', 'attachment_limit()',
        'add_attachment_part(uuid, integer, bytea)', 'purge_attachments()', 'follow_attachments()',
        'finish_attachment(uuid, uuid, uuid, text, text)', 'undo_entries(bigint[], text, text, boolean)',
        'undo_other_entries(bigint[], text, text, boolean)'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', statement);
    END LOOP;

    EXECUTE format('GRANT SELECT ON attachments, attachment_contents TO %I', employee);
    EXECUTE format('GRANT DELETE ON attachments TO %I', employee);
    EXECUTE format('GRANT UPDATE (customer_id) ON attachments TO %I', admin);
    FOREACH statement IN ARRAY ARRAY[
        'may_export()', 'record_export(text, text, bigint, jsonb)', 'attachment_limit()',
        'add_attachment_part(uuid, integer, bytea)', 'finish_attachment(uuid, uuid, uuid, text, text)'
    ] LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION crm.%s TO %I', statement, employee);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION crm.set_may_export(uuid, boolean) TO %I', admin);
END
$$;
