-- The agenda: what waits, of one person or of everybody, in the order in which it falls due; what has no date comes last.

DROP INDEX ix_customer_interactions_pending_follow_up;
CREATE INDEX ix_customer_interactions_pending_follow_up ON customer_interactions (follow_up, id)
    WHERE status = 'pending';
CREATE INDEX ix_customer_interactions_pending_assignee_id ON customer_interactions (assignee_id, follow_up, id)
    WHERE status = 'pending';

-- Somebody always has to follow up, so that nothing that waits is on nobody's agenda: without an assignee, the author.
-- Whoever gets one has to be somebody who works here. What the owner writes (undo, a foreign key) is let be.
CREATE FUNCTION crm.hand_on_interaction() RETURNS trigger
LANGUAGE plpgsql AS
$$
BEGIN
    IF NEW.assignee_id IS NULL THEN
        NEW.assignee_id := NEW.user_id;
    ELSIF current_user <> (
        SELECT r.rolname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner WHERE c.oid = TG_RELID
    ) AND NOT EXISTS (
        SELECT FROM crm.users u WHERE u.id = NEW.assignee_id AND u.is_active AND u.role IN ('admin', 'employee')
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = 'This person cannot follow up: there is no such active member of staff.',
            HINT = 'Choose somebody who can sign in.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER hand_on BEFORE UPDATE OF assignee_id ON customer_interactions
    FOR EACH ROW WHEN (OLD.assignee_id IS DISTINCT FROM NEW.assignee_id) EXECUTE FUNCTION crm.hand_on_interaction();
CREATE TRIGGER hand_on_new BEFORE INSERT ON customer_interactions
    FOR EACH ROW WHEN (NEW.assignee_id <> NEW.user_id) EXECUTE FUNCTION crm.hand_on_interaction();

UPDATE customer_interactions SET assignee_id = user_id WHERE assignee_id IS NULL AND status = 'pending';
