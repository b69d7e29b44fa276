-- Everybody looks for duplicates and decides about them; administrators merge.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    admin name := current_database() || '_admin';
    routine regprocedure;
    statement text;
BEGIN
    REVOKE ALL ON duplicate_pairs, duplicate_scans, customer_merges FROM PUBLIC;
    FOREACH routine IN ARRAY ARRAY[
        'crm.forget_pairs()', 'crm.plain_words(text)', 'crm.person_words(text)', 'crm.company_words(text)',
        'crm.sound(text)', 'crm.likeness(text, text)', 'crm.phones_alike(text[], text[])', 'crm.is_shared_mailbox(text)',
        'crm.compare_cards(crm.duplicate_card, crm.duplicate_card)',
        'crm.make_duplicate_card(uuid, text, text, text, text, text, jsonb, text, text, jsonb, text)',
        'crm.scan_duplicates()', 'crm.changed_since_scan(integer)', 'crm.follow_moved_entries()',
        'crm.united(text[], text[])', 'crm.move_what_belongs(uuid, uuid[])', 'crm.unite_accounts(uuid[])',
        'crm.merge_customers(uuid, uuid[], integer[], jsonb)', 'crm.reopen_accounts(jsonb)', 'crm.part_again(jsonb)',
        'crm.replay_transaction(xid8)', 'crm.name_likeness(text, text)', 'crm.email_is_valid(text)', 'crm.is_reachable(text, text, jsonb, jsonb)'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine);
    END LOOP;
    FOREACH statement IN ARRAY ARRAY[
        'SELECT ON duplicate_pairs, duplicate_scans, customer_merges',
        'EXECUTE ON FUNCTION crm.scan_duplicates()',
        'EXECUTE ON FUNCTION crm.changed_since_scan(integer)',
        'EXECUTE ON FUNCTION crm.person_words(text)',
        'EXECUTE ON FUNCTION crm.plain_words(text)',
        'EXECUTE ON FUNCTION crm.company_words(text)',
        'EXECUTE ON FUNCTION crm.likeness(text, text)',
        'EXECUTE ON FUNCTION crm.name_likeness(text, text)',
        'EXECUTE ON FUNCTION crm.email_is_valid(text)',
        'EXECUTE ON FUNCTION crm.is_reachable(text, text, jsonb, jsonb)'
    ] LOOP
        EXECUTE format('GRANT %s TO %I', statement, employee);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION crm.merge_customers(uuid, uuid[], integer[], jsonb) TO %I', admin);
END
$$;
