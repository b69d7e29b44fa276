-- Purchases are read only: they follow orders. Preferences are everybody's to write down.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    admin name := current_database() || '_admin';
    statement text;
    routine text;
BEGIN
    FOREACH routine IN ARRAY ARRAY[
        'require_position()', 'keep_total_of_lines()', 'is_purchase(text)', 'follow_orders()', 'rebuild_part_45_order_totals()',
        'rebuild_part_50_purchases()'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', routine);
    END LOOP;
    FOREACH statement IN ARRAY ARRAY[
        'INSERT (contact_id), UPDATE (contact_id) ON orders',
        'SELECT ON customer_purchases, customer_preferences',
        'INSERT (id, customer_id, kind, subject, product_id, attitude, note), UPDATE (kind, subject, product_id,
            attitude, note), DELETE ON customer_preferences',
        'EXECUTE ON FUNCTION crm.is_purchase(text)'
    ] LOOP
        EXECUTE format('GRANT %s TO %I', statement, employee);
    END LOOP;
    EXECUTE format('GRANT UPDATE (customer_id) ON customer_preferences TO %I', admin);
END
$$;
