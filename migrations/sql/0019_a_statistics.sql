-- What the planner has to know about conditions that filters put: of an expression it would guess that a row in two
-- hundred meets it, and ask the lines of a million orders one by one. ANALYZE fills them in, and they cost nothing else.

CREATE STATISTICS st_orders_currency ON (lower(currency)) FROM orders;
CREATE STATISTICS st_products_category ON (crm.fold(btrim(coalesce(category, '')))) FROM products;
CREATE STATISTICS st_customer_interactions_contact_at ON (
    CASE WHEN status IS DISTINCT FROM 'cancelled' AND (type <> 'follow_up' OR status = 'completed')
         THEN greatest(created_at, completed_at) END
) FROM customer_interactions;
ANALYZE orders, products, customer_interactions;
