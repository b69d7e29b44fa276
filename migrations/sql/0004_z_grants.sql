-- Each freezes selections of their own.

DO $$
DECLARE
    employee name := current_database() || '_employee';
BEGIN
    REVOKE EXECUTE ON FUNCTION crm.undo_transaction(xid8) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION crm.undo_transaction(xid8) TO %I', employee);
    EXECUTE format('GRANT SELECT, INSERT (selection_id, part, row_ids, versions), DELETE ON frozen_rows TO %I', employee);
END
$$;
