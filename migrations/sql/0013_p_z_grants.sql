-- Points of orders are the database's own work.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        'require_order()', 'earns_points(text)', 'settle_order_points(uuid[], text[], uuid[])', 'follow_order_points()'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', statement);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION crm.earns_points(text) TO %I', employee);
END
$$;
