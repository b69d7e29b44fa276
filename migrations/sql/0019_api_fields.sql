-- What a body names and cannot be used is said of its column, so that whoever sent it finds the field.

CREATE OR REPLACE FUNCTION crm.hand_on_interaction() RETURNS trigger
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
        RAISE EXCEPTION USING ERRCODE = 'CR001', COLUMN = 'assignee_id',
            MESSAGE = 'This person cannot follow up: there is no such active member of staff.',
            HINT = 'Choose somebody who can sign in.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION crm.require_position() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT EXISTS (
        SELECT FROM contact_positions p WHERE (p.contact_id, p.customer_id) = (NEW.contact_id, NEW.customer_id)
    ) AND NOT EXISTS (
        SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.oid = TG_RELID AND r.rolname = current_user
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', COLUMN = 'contact_id',
            MESSAGE = 'This contact does not belong to the customer of the order.',
            HINT = 'Choose one of the customer''s contacts, or none.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION crm.check_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    stranger text;
    opened uuid[];
BEGIN
    IF EXISTS (SELECT FROM new_rows WHERE abs(points::numeric) > 1000000000000) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', COLUMN = 'points',
            MESSAGE = 'An entry brings or takes up to 1,000,000,000,000 points.';
    END IF;
    -- Clocks differ; a day is more than any zone of time makes.
    IF EXISTS (SELECT FROM new_rows WHERE created_at > now() + interval '1 day') THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = 'An entry of the ledger cannot be of a day that is still to come.';
    END IF;
    IF EXISTS (SELECT FROM new_rows WHERE contact_id IS NOT NULL) THEN
        EXECUTE
            'SELECT k.name FROM new_rows n JOIN contacts k ON k.id = n.contact_id
             WHERE NOT EXISTS (
                 SELECT FROM contact_positions p JOIN customers c ON c.id = p.customer_id
                 WHERE p.contact_id = n.contact_id AND c.user_id = n.user_id
             )
             LIMIT 1'
            INTO stranger;
        IF stranger IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'CR001', COLUMN = 'contact_id',
                MESSAGE = format('%s is no contact of the company whose points these are.', stranger),
                HINT = 'Choose one of its contacts, or nobody.';
        END IF;
    END IF;
    opened := ARRAY(SELECT n.user_id FROM new_rows n WHERE n.kind = 'opening');
    IF opened <> '{}' THEN
        -- In the order of crm.follow_ledger(), so that of two sessions the second sees what the first has opened.
        PERFORM crm.lock_members(ARRAY(SELECT DISTINCT n.user_id FROM new_rows n));
        IF EXISTS (
            SELECT FROM loyalty_ledger l WHERE l.user_id = ANY (opened) AND l.kind = 'opening'
            GROUP BY l.user_id HAVING count(*) > 1
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'CR001',
                MESSAGE = 'This account has an opening balance already.', HINT = 'Correct it with an adjustment.';
        END IF;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION crm.require_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    IF NOT EXISTS (SELECT FROM orders o WHERE o.id = NEW.order_id) AND NOT EXISTS (
        SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.oid = TG_RELID AND r.rolname = current_user
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', COLUMN = 'order_id', MESSAGE = 'This order is not there any more.';
    END IF;
    RETURN NEW;
END
$$;
