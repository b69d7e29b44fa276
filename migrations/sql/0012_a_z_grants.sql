-- Both groups book and expire; the rest is inner parts.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    routine text;
    statement text;
BEGIN
    FOREACH routine IN ARRAY ARRAY[
        'check_entries()', 'points_left()', 'expire_points()', 'follow_member()', 'follow_members()',
        'rebuild_part_35_members()', 'undo_entries(bigint[], text, text, boolean)',
        'undo_entries_besides_enrolling(bigint[], text, text, boolean)'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', routine);
    END LOOP;
    FOREACH statement IN ARRAY ARRAY[
        'INSERT (contact_id, booking_id) ON loyalty_ledger',
        'EXECUTE ON FUNCTION crm.points_left()',
        'EXECUTE ON FUNCTION crm.expire_points()'
    ] LOOP
        EXECUTE format('GRANT %s TO %I', statement, employee);
    END LOOP;
END
$$;
