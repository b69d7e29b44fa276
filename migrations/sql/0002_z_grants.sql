-- Both groups may read and write the new columns; the derived one is written by triggers only.

DO $$
DECLARE
    employee name := current_database() || '_employee';
    statement text;
    routine text;
BEGIN
    FOREACH routine IN ARRAY ARRAY[
        'folded_words(jsonb)', 'digit_words(jsonb)', 'reach(jsonb, jsonb)', 'gather_contacts(text)',
        'follow_positions()', 'follow_contacts()', 'forget_contacts()', 'keep_named_contacts()'
    ] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION crm.%s FROM PUBLIC', routine);
    END LOOP;
    FOREACH statement IN ARRAY ARRAY[
        'INSERT (other_emails, other_phones, other_phones_national), UPDATE (other_emails, other_phones,
            other_phones_national) ON customers',
        'INSERT (other_emails, other_phones, other_phones_national), UPDATE (other_emails, other_phones,
            other_phones_national) ON contacts',
        'EXECUTE ON FUNCTION crm.folded_words(jsonb)',
        'EXECUTE ON FUNCTION crm.digit_words(jsonb)',
        'EXECUTE ON FUNCTION crm.reach(jsonb, jsonb)'
    ] LOOP
        EXECUTE format('GRANT %s TO %I', statement, employee);
    END LOOP;
END
$$;
