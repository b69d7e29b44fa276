-- Order numbers and SKUs are unique whatever their case and accents, as customer numbers are; blanks around them are none
-- of theirs.

-- Where several went by what is one number now, the oldest keeps it; each other gets a suffix that is free: "a-1 (2)". The
-- trail tells what it was before, and the order or product can be renamed again at any time.
DO $$
DECLARE
    target record;
    twin record;
    wanted text;
    place integer;
    is_taken boolean;
    renamed integer := 0;
BEGIN
    FOR target IN
        SELECT * FROM (VALUES ('orders', 'order_number'), ('products', 'sku')) s (relation, field)
    LOOP
        FOR twin IN EXECUTE format(
            'SELECT id, btrim(%1$I) AS number
             FROM (
                 SELECT id, %1$I, row_number() OVER (
                     PARTITION BY left(crm.fold(btrim(%1$I)), 300) ORDER BY created_at, btrim(%1$I) <> %1$I, id
                 ) AS place
                 FROM %2$I
             ) t
             WHERE place > 1 ORDER BY place, id', target.field, target.relation
        ) LOOP
            place := 2;
            LOOP
                wanted := btrim(format('%s (%s)', left(twin.number, 280), place));
                EXECUTE format(
                    'SELECT EXISTS (SELECT FROM %2$I WHERE left(crm.fold(btrim(%1$I)), 300) = left(crm.fold($1), 300))',
                    target.field, target.relation
                ) INTO is_taken USING wanted;
                EXIT WHEN NOT is_taken;
                place := place + 1;
            END LOOP;
            EXECUTE format('UPDATE %2$I SET %1$I = $1 WHERE id = $2', target.field, target.relation)
                USING wanted, twin.id;
            renamed := renamed + 1;
        END LOOP;
        EXECUTE format('UPDATE %2$I SET %1$I = btrim(%1$I) WHERE %1$I <> btrim(%1$I)', target.field, target.relation);
    END LOOP;
    IF renamed > 0 THEN
        RAISE NOTICE '% orders or products had a number that another has in other letters: each has a suffix now', renamed;
    END IF;
END
$$;

ALTER TABLE orders DROP CONSTRAINT uq_orders_order_number;
-- Partial: a column of a whole unique index is a key, and whoever adds up an order would keep everybody from adding lines.
CREATE UNIQUE INDEX uq_orders_number_key ON orders (number_key) WHERE number_key <> '';
ALTER TABLE products DROP CONSTRAINT uq_products_sku;
CREATE UNIQUE INDEX uq_products_sku_folded ON products ("left"(crm.fold(sku), 300));

-- Whoever writes blanks around it.
CREATE FUNCTION crm.trim_number() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_TABLE_NAME = 'orders' THEN
        NEW.order_number := btrim(NEW.order_number);
    ELSE
        NEW.sku := btrim(NEW.sku);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER trim_number BEFORE INSERT OR UPDATE OF order_number ON orders
    FOR EACH ROW WHEN (NEW.order_number <> btrim(NEW.order_number)) EXECUTE FUNCTION crm.trim_number();
CREATE TRIGGER trim_number BEFORE INSERT OR UPDATE OF sku ON products
    FOR EACH ROW WHEN (NEW.sku <> btrim(NEW.sku)) EXECUTE FUNCTION crm.trim_number();
