-- A company is found by its contacts: customers.contacts_text holds their search texts, exact under concurrency.
-- Locks are taken in one order, contacts before customers, and never block the foreign keys' own checks.

-- Internal: `affected` selects the customer_id of those whose contacts changed.
CREATE FUNCTION crm.gather_contacts(affected text) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
SELECT format(
    'UPDATE customers c
     SET contacts_text = x.found
     FROM (
         SELECT k.id, coalesce(
             (
                 SELECT string_agg(t.search_text, '''' ORDER BY t.name_key, t.id)
                 FROM contact_positions p JOIN contacts t ON t.id = p.contact_id
                 WHERE p.customer_id = k.id
             ), ''''
         ) AS found
         FROM customers k WHERE k.id IN (%s)
     ) x
     WHERE c.id = x.id AND c.contacts_text <> x.found',
    affected
)
$$;

CREATE FUNCTION crm.follow_positions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    affected text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT customer_id FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT customer_id FROM old_rows'
        ELSE
            'SELECT customer_id FROM (
                 SELECT contact_id, customer_id FROM old_rows UNION ALL SELECT contact_id, customer_id FROM new_rows
             ) p GROUP BY contact_id, customer_id HAVING count(*) = 1'
    END;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT EXISTS (
            SELECT FROM (
                SELECT contact_id, customer_id FROM old_rows UNION ALL SELECT contact_id, customer_id FROM new_rows
            ) p GROUP BY contact_id, customer_id HAVING count(*) = 1
        ) THEN
            RETURN NULL;  -- another role, or another primary one
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        -- Whoever is changing such a contact right now does not see the new position yet: waits for that change.
        EXECUTE 'SELECT FROM contacts WHERE id IN (SELECT contact_id FROM new_rows) ORDER BY id FOR SHARE';
    END IF;
    -- The last of several transactions at one company sees the contacts of all.
    EXECUTE format('SELECT FROM customers WHERE id IN (%s) ORDER BY id FOR NO KEY UPDATE', affected);
    EXECUTE crm.gather_contacts(affected);
    IF TG_OP = 'DELETE' THEN
        -- A deleted company takes along whom nobody else knows: neither another company nor an interaction with
        -- somebody else. Removed from a company that stays, a person stays, too.
        EXECUTE
            'DELETE FROM contacts k USING old_rows o
             WHERE k.id = o.contact_id
               AND NOT EXISTS (SELECT FROM customers c WHERE c.id = o.customer_id)
               AND NOT EXISTS (SELECT FROM contact_positions p WHERE p.contact_id = k.id)
               AND NOT EXISTS (
                   SELECT FROM customer_interactions i JOIN customers c ON c.id = i.customer_id
                   WHERE i.contact_id = k.id
               )';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_insert AFTER INSERT ON contact_positions
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_positions();
CREATE TRIGGER follow_update AFTER UPDATE ON contact_positions
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_positions();
CREATE TRIGGER follow_delete AFTER DELETE ON contact_positions
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_positions();

CREATE FUNCTION crm.follow_contacts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    affected text :=
        'SELECT p.customer_id FROM old_rows o JOIN new_rows n ON n.id = o.id
         JOIN contact_positions p ON p.contact_id = n.id
         WHERE (o.search_text, o.name_key) <> (n.search_text, n.name_key)';
BEGIN
    EXECUTE format('SELECT FROM customers WHERE id IN (%s) ORDER BY id FOR NO KEY UPDATE', affected);
    EXECUTE crm.gather_contacts(affected);
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_update AFTER UPDATE ON contacts
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_contacts();

-- A deleted company that comes back has no contacts yet: they come back after it, as far as they can.
CREATE FUNCTION crm.forget_contacts() RETURNS trigger
LANGUAGE plpgsql AS
$$
BEGIN
    NEW.contacts_text := '';
    RETURN NEW;
END
$$;
CREATE TRIGGER forget_contacts BEFORE INSERT ON customers
    FOR EACH ROW WHEN (NEW.contacts_text <> '') EXECUTE FUNCTION crm.forget_contacts();

-- For those who had contacts before this.
UPDATE customers c
SET contacts_text = x.found
FROM (
    SELECT p.customer_id, string_agg(t.search_text, '' ORDER BY t.name_key, t.id) AS found
    FROM contact_positions p JOIN contacts t ON t.id = p.contact_id
    GROUP BY p.customer_id
) x
WHERE c.id = x.customer_id;
