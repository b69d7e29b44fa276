-- Both groups do chores and run the rules of segments; administrators write rules and take runs back.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    admin name := current_database() || '_admin';
    statement text;
    for_staff CONSTANT text[] := ARRAY[
        'chore_is_due(text, interval)', 'begin_chore(text, interval)', 'end_chore(text, text, boolean)',
        'rule_parameters_fit(text, jsonb)', 'time_zone()', 'due_time(timestamptz, text, integer, text)',
        'segment_fingerprint(uuid)', 'begin_segment_run(uuid)',
        'run_segment(uuid, uuid, bigint, text, boolean, uuid)', 'segments_without_size()',
        'record_segment_size(uuid, bigint)', 'forget_segment_members()'
    ];
    for_admins CONSTANT text[] := ARRAY['undo_segment_run(bigint)'];
    internal CONSTANT text[] := ARRAY[
        'check_segment_rule()', 'keep_ruled_segments()', 'check_time_zone()', 'somebody_to_follow_up(uuid[])',
        'act_by_rule(crm.segment_rules, text, uuid[], boolean)', 'note_segment_size(uuid, bigint, bigint, bigint)'
    ];
BEGIN
    REVOKE ALL ON chores, segment_rules, segment_states, segment_members, segment_runs, segment_sizes FROM PUBLIC;
    FOREACH statement IN ARRAY for_staff || for_admins || internal LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', statement);
    END LOOP;
    EXECUTE format(
        'GRANT SELECT ON chores, segment_rules, segment_states, segment_members, segment_runs, segment_sizes TO %I',
        employee
    );
    EXECUTE format(
        'GRANT INSERT (id, segment_id, event, action, parameters, is_active),
             UPDATE (event, action, parameters, is_active), DELETE ON segment_rules TO %I', admin
    );
    FOREACH statement IN ARRAY for_staff LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION crm.%s TO %I', statement, employee);
    END LOOP;
    FOREACH statement IN ARRAY for_admins LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION crm.%s TO %I', statement, admin);
    END LOOP;
END
$$;
