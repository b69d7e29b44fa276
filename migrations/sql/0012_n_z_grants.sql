-- What would happen under other rules is asked by those who may change them.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    admin name := current_database() || '_admin';
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        'tier_of(bigint, bigint[], text[])', 'check_tiers()', 'what_if_tiers(jsonb, text)',
        'who_would_move(jsonb, text, text, text, integer)'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', statement);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION crm.tier_of(bigint, bigint[], text[]) TO %I', employee);
    FOREACH statement IN ARRAY ARRAY[
        'what_if_tiers(jsonb, text)', 'who_would_move(jsonb, text, text, text, integer)'
    ] LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION crm.%s TO %I', statement, admin);
    END LOOP;
END
$$;
