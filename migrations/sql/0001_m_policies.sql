-- Row policies, keyed on the login role. Customers have none: LIKE is not leakproof, so that a policy would keep the
-- trigram index from being used.
-- They name no group: whoever has a group's rights could drop its policies (DROP OWNED BY). Grants decide who gets here.

ALTER TABLE customer_interactions ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON customer_interactions FOR SELECT USING (true);
CREATE POLICY write_own ON customer_interactions FOR INSERT WITH CHECK (user_id = (SELECT crm.current_user_id()));
-- Whoever has to follow up may hand it on.
CREATE POLICY change_own ON customer_interactions FOR UPDATE
    USING ((SELECT crm.current_user_id()) IN (user_id, assignee_id)) WITH CHECK (true);
CREATE POLICY delete_own ON customer_interactions FOR DELETE USING (user_id = (SELECT crm.current_user_id()));
CREATE POLICY admin_all ON customer_interactions
    USING ((SELECT crm.is_admin())) WITH CHECK ((SELECT crm.is_admin()));

ALTER TABLE import_batches ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON import_batches FOR SELECT USING (true);
CREATE POLICY own ON import_batches
    USING (created_by = (SELECT crm.current_user_id())) WITH CHECK (created_by = (SELECT crm.current_user_id()));

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_customers ON audit_log FOR SELECT USING (customer_id IS NOT NULL);
CREATE POLICY admin_all ON audit_log FOR SELECT USING ((SELECT crm.is_admin()));

ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_shared ON saved_views FOR SELECT
    USING (is_shared OR owner_id = (SELECT crm.current_user_id()));
CREATE POLICY own ON saved_views
    USING (owner_id = (SELECT crm.current_user_id())) WITH CHECK (owner_id = (SELECT crm.current_user_id()));
CREATE POLICY admin_shared ON saved_views
    USING (is_shared AND (SELECT crm.is_admin())) WITH CHECK (is_shared AND (SELECT crm.is_admin()));
