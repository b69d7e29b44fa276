-- Row policies, keyed on the login role. Customers have none: LIKE is not leakproof, so that a policy would keep the
-- trigram index from being used.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    admin name := current_database() || '_admin';
BEGIN
    ALTER TABLE customer_interactions ENABLE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY read_all ON customer_interactions FOR SELECT TO %I USING (true)', employee);
    EXECUTE format(
        'CREATE POLICY write_own ON customer_interactions FOR INSERT TO %I
         WITH CHECK (user_id = (SELECT crm.current_user_id()))', employee
    );
    -- Whoever has to follow up may hand it on.
    EXECUTE format(
        'CREATE POLICY change_own ON customer_interactions FOR UPDATE TO %I
         USING ((SELECT crm.current_user_id()) IN (user_id, assignee_id)) WITH CHECK (true)', employee
    );
    EXECUTE format(
        'CREATE POLICY delete_own ON customer_interactions FOR DELETE TO %I
         USING (user_id = (SELECT crm.current_user_id()))', employee
    );
    EXECUTE format('CREATE POLICY admin_all ON customer_interactions TO %I USING (true) WITH CHECK (true)', admin);

    ALTER TABLE import_batches ENABLE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY read_all ON import_batches FOR SELECT TO %I USING (true)', employee);
    EXECUTE format(
        'CREATE POLICY own ON import_batches TO %I
         USING (created_by = (SELECT crm.current_user_id())) WITH CHECK (created_by = (SELECT crm.current_user_id()))',
        employee
    );

    ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
    EXECUTE format(
        'CREATE POLICY read_customers ON audit_log FOR SELECT TO %I USING (customer_id IS NOT NULL)', employee
    );
    EXECUTE format('CREATE POLICY admin_all ON audit_log FOR SELECT TO %I USING (true)', admin);

    ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
    EXECUTE format(
        'CREATE POLICY read_shared ON saved_views FOR SELECT TO %I
         USING (is_shared OR owner_id = (SELECT crm.current_user_id()))', employee
    );
    EXECUTE format(
        'CREATE POLICY own ON saved_views TO %I
         USING (owner_id = (SELECT crm.current_user_id())) WITH CHECK (owner_id = (SELECT crm.current_user_id()))',
        employee
    );
    EXECUTE format(
        'CREATE POLICY admin_shared ON saved_views TO %I USING (is_shared) WITH CHECK (is_shared)', admin
    );
END
$$;
