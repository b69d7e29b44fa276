-- Orders to four decimals, so that totals and their sums equal what they were made of; who ordered at a company; and
-- the number in a form that sorts and is found.

-- Both are written out again: neither can look at the whole row of a table with generated columns.
DROP TRIGGER touch ON orders;
DROP TRIGGER audit_insert ON orders;
DROP TRIGGER audit_update ON orders;
DROP TRIGGER audit_delete ON orders;

ALTER TABLE order_lines DROP COLUMN line_total;
ALTER TABLE order_lines ADD COLUMN line_total numeric(18, 4) NOT NULL GENERATED ALWAYS AS (
    round(quantity * unit_price * (100 - discount_percent) / 100, 4)
) STORED;

ALTER TABLE orders
    ALTER COLUMN total TYPE numeric(18, 4),
    ADD COLUMN contact_id uuid
        CONSTRAINT fk_orders_contact_id_contacts REFERENCES contacts (id) ON DELETE SET NULL,
    ADD COLUMN number_key text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (left(coalesce(crm.fold(order_number), ''), 300)) STORED;
COMMENT ON COLUMN orders.contact_id IS 'Who ordered, where the customer is a company';

-- What was rounded line by line is what the lines make now. Nobody edited anything: neither version nor trail.
ALTER TABLE orders DISABLE TRIGGER USER;
UPDATE orders o SET total = x.total
FROM (SELECT order_id, sum(line_total) AS total FROM order_lines GROUP BY order_id) x
WHERE x.order_id = o.id AND o.total <> x.total;
ALTER TABLE orders ENABLE TRIGGER USER;

-- NUMERIC has a value that is no number: sums that once held it stay so whatever is taken off again, and it counts as more
-- than any limit. A line has it as soon as one of its numbers does.
ALTER TABLE products ADD CONSTRAINT ck_products_unit_price_number CHECK (unit_price <> 'NaN');
ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total <> 'NaN');
ALTER TABLE order_lines ADD CONSTRAINT ck_order_lines_line_total CHECK (line_total <> 'NaN');

CREATE INDEX ix_orders_number_key_id ON orders (number_key, id);
CREATE INDEX ix_orders_status_id ON orders (status, id);
CREATE INDEX ix_orders_total_id ON orders (total, id);
CREATE INDEX ix_orders_contact_id ON orders (contact_id) WHERE contact_id IS NOT NULL;

CREATE TRIGGER touch BEFORE UPDATE OF order_number, customer_id, contact_id, ordered_at, status, currency, total, notes
    ON orders
    FOR EACH ROW WHEN (
        (OLD.order_number, OLD.customer_id, OLD.contact_id, OLD.ordered_at, OLD.status, OLD.currency, OLD.total,
            OLD.notes)
        IS DISTINCT FROM
        (NEW.order_number, NEW.customer_id, NEW.contact_id, NEW.ordered_at, NEW.status, NEW.currency, NEW.total,
            NEW.notes)
    ) EXECUTE FUNCTION crm.touch();
CREATE TRIGGER audit_insert AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{number_key}', '{}');
CREATE TRIGGER audit_update AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{number_key}', '{}');
CREATE TRIGGER audit_delete AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{number_key}', '{}');

-- Who ordered has a position at the customer when that is written. Leaving the company later changes no order, and
-- what undo and merging bring back (they work as the owner) is not asked.
CREATE FUNCTION crm.require_position() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT EXISTS (
        SELECT FROM contact_positions p WHERE (p.contact_id, p.customer_id) = (NEW.contact_id, NEW.customer_id)
    ) AND NOT EXISTS (
        SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.oid = TG_RELID AND r.rolname = current_user
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = 'This contact does not belong to the customer of the order.',
            HINT = 'Choose one of the customer''s contacts, or none.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER require_position_insert BEFORE INSERT ON orders
    FOR EACH ROW WHEN (NEW.contact_id IS NOT NULL) EXECUTE FUNCTION crm.require_position();
CREATE TRIGGER require_position_update BEFORE UPDATE OF contact_id ON orders
    FOR EACH ROW WHEN (NEW.contact_id IS NOT NULL AND OLD.contact_id IS DISTINCT FROM NEW.contact_id)
    EXECUTE FUNCTION crm.require_position();

-- Whoever writes another total over an order that has lines gets theirs: points and revenue follow the total. What the
-- lines' own trigger writes is theirs already (it works as the owner).
CREATE FUNCTION crm.keep_total_of_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.oid = TG_RELID AND r.rolname = current_user
    ) THEN
        NEW.total := coalesce((SELECT sum(l.line_total) FROM order_lines l WHERE l.order_id = NEW.id), NEW.total);
    END IF;
    RETURN NEW;
END
$$;
-- Before "touch": what stays as it was is no change.
CREATE TRIGGER keep_total BEFORE UPDATE OF total ON orders
    FOR EACH ROW WHEN (OLD.total IS DISTINCT FROM NEW.total) EXECUTE FUNCTION crm.keep_total_of_lines();

-- The total of an order is the sum of its lines, as before; and whoever saves an order finds out when somebody else has
-- changed a line: that counts as a change of the order. One that is being made, or brought back, keeps its version.
CREATE OR REPLACE FUNCTION crm.follow_order_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    -- The orders, and whether a person changed their lines.
    affected text := CASE TG_OP
        WHEN 'INSERT' THEN
            'SELECT order_id, bool_or(created_at = now()) AS is_change FROM new_rows GROUP BY order_id'
        WHEN 'DELETE' THEN
            'SELECT DISTINCT order_id, true AS is_change FROM old_rows'
        ELSE
            'SELECT DISTINCT v.order_id, true AS is_change
             FROM old_rows o JOIN new_rows n ON n.id = o.id, LATERAL (VALUES (o.order_id), (n.order_id)) v (order_id)
             WHERE o.version <> n.version OR o.order_id <> n.order_id'
    END;
BEGIN
    -- Not FOR UPDATE: the foreign keys of two lines that are added at once hold their order both, and each would wait for
    -- the other. Whoever comes last adds up all of them.
    EXECUTE format(
        'SELECT FROM orders WHERE id IN (SELECT order_id FROM (%s) a) ORDER BY id FOR NO KEY UPDATE', affected
    );
    EXECUTE format(
        'UPDATE orders o
         SET total = x.total, version = o.version + 1
         FROM (
             SELECT a.order_id, a.is_change,
                    coalesce((SELECT sum(l.line_total) FROM order_lines l WHERE l.order_id = a.order_id), 0) AS total
             FROM (%s) a
         ) x
         WHERE o.id = x.order_id AND (o.total <> x.total OR (x.is_change AND o.created_at <> now()))',
        affected
    );
    RETURN NULL;
END
$$;

-- Whoever is erased leaves no lines of orders that were deleted before, either: the trail knows them by their order.
DO $$
DECLARE
    source text := pg_get_functiondef('crm.erase_customer(uuid)'::regprocedure);
    before text := 'SELECT l.id::text FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.customer_id = erased';
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'erase_customer() is not as it is known here: lines of orders would survive an erasure';
    END IF;
    EXECUTE replace(
        source, before,
        before || '
        UNION
        SELECT a.row_id FROM audit_log a
        WHERE a.table_name = ''order_lines'' AND a.changes #>> ''{order_id,0}'' IN (
            SELECT g.row_id FROM audit_log g WHERE g.customer_id = ANY (erased || merged) AND g.table_name = ''orders''
        )'
    );
END
$$;
