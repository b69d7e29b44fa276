-- Both groups do chores.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    statement text;
BEGIN
    REVOKE ALL ON chores FROM PUBLIC;
    FOREACH statement IN ARRAY ARRAY[
        'chore_is_due(text, interval)', 'begin_chore(text, interval)', 'end_chore(text, text, boolean)'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', statement);
    END LOOP;
    EXECUTE format('GRANT SELECT ON chores TO %I', employee);
    FOREACH statement IN ARRAY ARRAY[
        'chore_is_due(text, interval)', 'begin_chore(text, interval)', 'end_chore(text, text, boolean)'
    ] LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION crm.%s TO %I', statement, employee);
    END LOOP;
END
$$;
