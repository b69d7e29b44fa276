-- What follows from interactions: assignee, time of completion, and the customer's last contact and next follow-up.
-- Statements over transition tables are EXECUTEd, so that each is planned for the number of rows that it meets.

CREATE FUNCTION crm.complete_interaction() RETURNS trigger
LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.assignee_id := NEW.user_id;
    ELSE
        NEW.completed_at := CASE WHEN NEW.status = 'completed' THEN now() END;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER assign BEFORE INSERT ON customer_interactions
    FOR EACH ROW WHEN (NEW.assignee_id IS NULL) EXECUTE FUNCTION crm.complete_interaction();
CREATE TRIGGER complete BEFORE UPDATE OF status ON customer_interactions
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION crm.complete_interaction();

-- When an interaction was a contact with the customer; NULL when it was none (yet).
CREATE FUNCTION crm.contact_time(type text, status text, created_at timestamptz, completed_at timestamptz)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT CASE
    WHEN status = 'cancelled' OR (type = 'follow_up' AND status IS DISTINCT FROM 'completed') THEN NULL
    ELSE greatest(created_at, completed_at)
END
$$;

CREATE FUNCTION crm.follow_new_interactions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    -- The foreign key's check has locked the customers by now, so a recalculation below waits for this or is seen here.
    EXECUTE
        'UPDATE customers c
         SET last_contact = greatest(c.last_contact, n.contacted), next_follow_up = least(c.next_follow_up, n.next)
         FROM (
             SELECT customer_id,
                    max(crm.contact_time(type, status, created_at, completed_at)) AS contacted,
                    min(follow_up) FILTER (WHERE status = ''pending'') AS next
             FROM new_rows
             GROUP BY customer_id
         ) n
         WHERE c.id = n.customer_id
           AND (c.last_contact IS DISTINCT FROM greatest(c.last_contact, n.contacted)
                OR c.next_follow_up IS DISTINCT FROM least(c.next_follow_up, n.next))';
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_insert AFTER INSERT ON customer_interactions
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_new_interactions();

CREATE FUNCTION crm.follow_changed_interactions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    -- Per customer: the contact times that are gone, and the latest new one.
    affected text := CASE TG_OP
        WHEN 'DELETE' THEN
            'SELECT customer_id, contact_time(type, status, created_at, completed_at) AS gone,
                    NULL::timestamptz AS come
             FROM old_rows'
        ELSE
            'SELECT v.customer_id, v.gone, v.come
             FROM old_rows o
             JOIN new_rows n ON n.id = o.id,
             LATERAL (VALUES
                 (o.customer_id, contact_time(o.type, o.status, o.created_at, o.completed_at), NULL::timestamptz),
                 (n.customer_id, NULL, contact_time(n.type, n.status, n.created_at, n.completed_at))
             ) AS v (customer_id, gone, come)
             WHERE (o.customer_id, o.type, o.status, o.follow_up, o.completed_at)
                 IS DISTINCT FROM (n.customer_id, n.type, n.status, n.follow_up, n.completed_at)'
    END;
BEGIN
    -- Waits for transactions that are adding interactions to the same customers; what follows sees their rows.
    EXECUTE format(
        'SELECT FROM customers WHERE id IN (SELECT customer_id FROM (%s) a) ORDER BY id FOR UPDATE', affected
    );
    EXECUTE format(
        'UPDATE customers c
         SET last_contact = x.contacted, next_follow_up = x.next
         FROM (
             SELECT k.id,
                    CASE
                        WHEN k.last_contact = ANY (a.gone) THEN (
                            SELECT max(contact_time(i.type, i.status, i.created_at, i.completed_at))
                            FROM customer_interactions i WHERE i.customer_id = k.id
                        )
                        ELSE greatest(k.last_contact, a.come)
                    END AS contacted,
                    (
                        SELECT min(i.follow_up) FROM customer_interactions i
                        WHERE i.customer_id = k.id AND i.status = ''pending'' AND i.follow_up IS NOT NULL
                    ) AS next
             FROM customers k
             JOIN (
                 SELECT customer_id, array_agg(gone) AS gone, max(come) AS come FROM (%s) v GROUP BY customer_id
             ) a ON a.customer_id = k.id
         ) x
         WHERE c.id = x.id
           AND (c.last_contact IS DISTINCT FROM x.contacted OR c.next_follow_up IS DISTINCT FROM x.next)',
        affected
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_update AFTER UPDATE ON customer_interactions
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_changed_interactions();
CREATE TRIGGER follow_delete AFTER DELETE ON customer_interactions
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_changed_interactions();

-- The total of an order is the sum of its lines.
CREATE FUNCTION crm.follow_order_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    affected text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT order_id FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT order_id FROM old_rows'
        ELSE 'SELECT order_id FROM old_rows UNION SELECT order_id FROM new_rows'
    END;
BEGIN
    EXECUTE format('SELECT FROM orders WHERE id IN (%s) ORDER BY id FOR UPDATE', affected);
    EXECUTE format(
        'UPDATE orders o
         SET total = x.total
         FROM (
             SELECT k.id, coalesce((SELECT sum(l.line_total) FROM order_lines l WHERE l.order_id = k.id), 0) AS total
             FROM orders k WHERE k.id IN (%s)
         ) x
         WHERE o.id = x.id AND o.total <> x.total',
        affected
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_insert AFTER INSERT ON order_lines
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_order_lines();
CREATE TRIGGER follow_update AFTER UPDATE ON order_lines
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_order_lines();
CREATE TRIGGER follow_delete AFTER DELETE ON order_lines
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_order_lines();
