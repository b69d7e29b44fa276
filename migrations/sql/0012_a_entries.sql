-- The corporate programme: a business has one account, and an entry says which of its contacts earned it. And what is
-- sent twice, because the first answer was lost, is booked once.

ALTER TABLE loyalty_ledger
    ADD COLUMN contact_id uuid
        CONSTRAINT fk_loyalty_ledger_contact_id_contacts REFERENCES contacts (id) ON DELETE SET NULL,
    ADD COLUMN booking_id uuid;
COMMENT ON COLUMN loyalty_ledger.contact_id IS 'Who of the company earned or spent the points; null: nobody in particular';
COMMENT ON COLUMN loyalty_ledger.booking_id IS 'Chosen by whoever books, before it is sent: sent again, it is the same entry';
-- Deleting a contact looks for its entries; a booking is looked for by its id. Most entries have neither.
CREATE INDEX ix_loyalty_ledger_contact_id ON loyalty_ledger (contact_id) WHERE contact_id IS NOT NULL;
CREATE UNIQUE INDEX uq_loyalty_ledger_booking_id ON loyalty_ledger (booking_id) WHERE booking_id IS NOT NULL;

-- What no CHECK can see: a contact belongs to the company whose account it is, a balance is opened once, and nothing was
-- earned in the future: such points would never expire. So many points that sums of them overflow would keep the
-- customer's orders from being paid.
CREATE FUNCTION crm.check_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    stranger text;
    opened uuid[];
BEGIN
    IF EXISTS (SELECT FROM new_rows WHERE abs(points::numeric) > 1000000000000) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
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
            RAISE EXCEPTION USING ERRCODE = 'CR001',
                MESSAGE = format('%s is no contact of the company whose points these are.', stranger),
                HINT = 'Choose one of its contacts, or nobody.';
        END IF;
    END IF;
    opened := ARRAY(SELECT n.user_id FROM new_rows n WHERE n.kind = 'opening');
    IF opened <> '{}' THEN
        -- In the order of crm.follow_ledger(), so that of two sessions the second sees what the first has opened.
        PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
        PERFORM FROM loyalty_accounts WHERE user_id = ANY (opened) ORDER BY user_id FOR NO KEY UPDATE;
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
CREATE TRIGGER check_insert AFTER INSERT ON loyalty_ledger
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.check_entries();

-- The trail tells when an entry loses its contact, beside when it moves and when its order goes: so undo gives it back.
DO $$
DECLARE
    source text := pg_get_functiondef('crm.audit()'::regprocedure);
    changed text := replace(
        source,
        $q$'(r.order_id, r.user_id) IS DISTINCT FROM (o.order_id, o.user_id)'$q$,
        $q$'(r.order_id, r.user_id, r.contact_id) IS DISTINCT FROM (o.order_id, o.user_id, o.contact_id)'$q$
    );
BEGIN
    IF changed = source THEN
        RAISE EXCEPTION 'audit() is not as it is known here: lost contacts would leave no trace';
    END IF;
    EXECUTE changed;
END
$$;

-- Nobody but an administrator takes a name out of the ledger, which cannot be edited.
CREATE OR REPLACE FUNCTION crm.keep_named_contacts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF crm.is_admin() THEN
        RETURN OLD;
    END IF;
    IF EXISTS (
        SELECT FROM customer_interactions i
        WHERE i.contact_id = OLD.id AND crm.current_user_id() NOT IN (i.user_id, coalesce(i.assignee_id, i.user_id))
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002',
            MESSAGE = 'Interactions of others name this contact.',
            HINT = 'Remove the contact from the company instead: the person stays for those interactions.';
    END IF;
    IF EXISTS (SELECT FROM loyalty_ledger l WHERE l.contact_id = OLD.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002',
            MESSAGE = 'Loyalty points name this contact.',
            HINT = 'Remove the contact from the company instead: the person stays for those points.';
    END IF;
    RETURN OLD;
END
$$;
