-- Both groups write the number as any other field.

DO $$
BEGIN
    REVOKE EXECUTE ON FUNCTION crm.clear_blank_number() FROM PUBLIC;
    EXECUTE format(
        'GRANT INSERT (customer_number), UPDATE (customer_number) ON customers TO %I', current_database() || '_employee'
    );
END
$$;
