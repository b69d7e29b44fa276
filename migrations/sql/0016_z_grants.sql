-- Locks and settling are inner parts; whoever merges, deletes or erases locks first.

DO $$
DECLARE
    admin name := current_database() || '_admin';
    employee name := current_database() || '_employee';
    routine text;
BEGIN
    REVOKE ALL ON order_points_due FROM PUBLIC;
    FOREACH routine IN ARRAY ARRAY[
        'take_turns()', 'lock_members(uuid[])', 'lock_customers(uuid[])', 'hold_member()', 'settle_points_due()',
        'hold_customers(uuid[])', 'hold_customers_of(xid8)',
        'trim_number()', 'start_again()', 'follows_an_order(text, text, text)',
        'acted_on_too_often(crm.segment_rules, uuid[])',
        'stop_rules(crm.segment_rules, uuid[])'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', routine);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION crm.is_shared_mailbox(text) TO %I', employee);
    EXECUTE format('GRANT EXECUTE ON FUNCTION crm.lock_customers(uuid[]) TO %I', admin);
END
$$;
