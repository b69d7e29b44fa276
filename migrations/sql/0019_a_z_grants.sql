DO $$
DECLARE
    employee name := current_database() || '_employee';
BEGIN
    REVOKE EXECUTE ON FUNCTION crm.follow_points_left(), crm.rebuild_part_60_points_left(), crm.points_due() FROM PUBLIC;
    EXECUTE format('GRANT SELECT ON loyalty_points_left TO %I', employee);
    EXECUTE format('GRANT EXECUTE ON FUNCTION crm.points_due() TO %I', employee);
END
$$;
