-- What customers say that they like or dislike, written down by hand. What they buy tells itself.

CREATE TABLE customer_preferences (
    id uuid CONSTRAINT pk_customer_preferences PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id uuid NOT NULL
        CONSTRAINT fk_customer_preferences_customer_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    kind text NOT NULL
        CONSTRAINT ck_customer_preferences_kind CHECK (kind IN ('product', 'category', 'other')),
    subject text NOT NULL CONSTRAINT ck_customer_preferences_subject CHECK (btrim(subject) <> ''),
    product_id uuid
        CONSTRAINT fk_customer_preferences_product_id_products REFERENCES products (id) ON DELETE SET NULL,
    attitude text NOT NULL DEFAULT 'likes'
        CONSTRAINT ck_customer_preferences_attitude CHECK (attitude IN ('likes', 'dislikes')),
    note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);
COMMENT ON COLUMN customer_preferences.subject IS
    'The words for it; a product''s name as it was, so that it outlives the product';
CREATE INDEX ix_customer_preferences_customer_id ON customer_preferences (customer_id);
CREATE INDEX ix_customer_preferences_product_id ON customer_preferences (product_id) WHERE product_id IS NOT NULL;

CREATE TRIGGER touch BEFORE UPDATE ON customer_preferences
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION crm.touch();
CREATE TRIGGER audit_insert AFTER INSERT ON customer_preferences REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{}', '{}');
CREATE TRIGGER audit_update AFTER UPDATE ON customer_preferences
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{}', '{}');
CREATE TRIGGER audit_delete AFTER DELETE ON customer_preferences REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{}', '{}');
CREATE TRIGGER notify_insert AFTER INSERT ON customer_preferences REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('customer_id');
CREATE TRIGGER notify_update AFTER UPDATE ON customer_preferences REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('customer_id');
CREATE TRIGGER notify_delete AFTER DELETE ON customer_preferences REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('customer_id');
