-- A version and a time for every change that people make. Derived columns change without either.

CREATE FUNCTION crm.touch() RETURNS trigger
LANGUAGE plpgsql AS
$$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

-- Where a table has generated or derived columns, the edited ones are named.
CREATE TRIGGER touch BEFORE UPDATE OF user_id, company_name, contact_name, email, phone, phone_national, address, city,
    state, country, postal_code, customer_type, status, source, tags, notes, owner_id, import_batch_id ON customers
    FOR EACH ROW WHEN (
        (OLD.user_id, OLD.company_name, OLD.contact_name, OLD.email, OLD.phone, OLD.phone_national, OLD.address,
            OLD.city, OLD.state, OLD.country, OLD.postal_code, OLD.customer_type, OLD.status, OLD.source, OLD.tags,
            OLD.notes, OLD.owner_id, OLD.import_batch_id)
        IS DISTINCT FROM
        (NEW.user_id, NEW.company_name, NEW.contact_name, NEW.email, NEW.phone, NEW.phone_national, NEW.address,
            NEW.city, NEW.state, NEW.country, NEW.postal_code, NEW.customer_type, NEW.status, NEW.source, NEW.tags,
            NEW.notes, NEW.owner_id, NEW.import_batch_id)
    ) EXECUTE FUNCTION crm.touch();
CREATE TRIGGER touch BEFORE UPDATE OF customer_id, type, subject, description, outcome, priority, status, duration,
    follow_up, contact_id, assignee_id ON customer_interactions
    FOR EACH ROW WHEN (
        (OLD.customer_id, OLD.type, OLD.subject, OLD.description, OLD.outcome, OLD.priority, OLD.status, OLD.duration,
            OLD.follow_up, OLD.contact_id, OLD.assignee_id)
        IS DISTINCT FROM
        (NEW.customer_id, NEW.type, NEW.subject, NEW.description, NEW.outcome, NEW.priority, NEW.status, NEW.duration,
            NEW.follow_up, NEW.contact_id, NEW.assignee_id)
    ) EXECUTE FUNCTION crm.touch();
CREATE TRIGGER touch BEFORE UPDATE OF name, email, phone, phone_national, notes ON contacts
    FOR EACH ROW WHEN (
        (OLD.name, OLD.email, OLD.phone, OLD.phone_national, OLD.notes)
        IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone, NEW.phone_national, NEW.notes)
    ) EXECUTE FUNCTION crm.touch();
CREATE TRIGGER touch BEFORE UPDATE OF sku, name, category, unit_price, currency, is_active ON products
    FOR EACH ROW WHEN (
        (OLD.sku, OLD.name, OLD.category, OLD.unit_price, OLD.currency, OLD.is_active)
        IS DISTINCT FROM (NEW.sku, NEW.name, NEW.category, NEW.unit_price, NEW.currency, NEW.is_active)
    ) EXECUTE FUNCTION crm.touch();
CREATE TRIGGER touch BEFORE UPDATE OF product_id, position, description, quantity, unit_price, discount_percent
    ON order_lines
    FOR EACH ROW WHEN (
        (OLD.product_id, OLD.position, OLD.description, OLD.quantity, OLD.unit_price, OLD.discount_percent)
        IS DISTINCT FROM
        (NEW.product_id, NEW.position, NEW.description, NEW.quantity, NEW.unit_price, NEW.discount_percent)
    ) EXECUTE FUNCTION crm.touch();
CREATE TRIGGER touch BEFORE UPDATE OF username, display_name, email, role, is_active, must_change_password ON users
    FOR EACH ROW WHEN (
        (OLD.username, OLD.display_name, OLD.email, OLD.role, OLD.is_active, OLD.must_change_password)
        IS DISTINCT FROM
        (NEW.username, NEW.display_name, NEW.email, NEW.role, NEW.is_active, NEW.must_change_password)
    ) EXECUTE FUNCTION crm.touch();
DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'customer_segments', 'contact_positions', 'orders', 'saved_views', 'import_batches', 'duplicate_decisions',
        'consents', 'loyalty_tiers', 'settings'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER touch BEFORE UPDATE ON %I FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
             EXECUTE FUNCTION crm.touch()',
            table_name
        );
    END LOOP;
END
$$;
