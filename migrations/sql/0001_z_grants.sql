-- What each group may do; everything else is refused. The groups are named after the database.

REVOKE ALL ON ALL TABLES IN SCHEMA crm FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA crm REVOKE ALL ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

DO $$
DECLARE
    employee name := current_database() || '_employee';
    admin name := current_database() || '_admin';
    statement text;
    routine regprocedure;
BEGIN
    -- Functions that came with an extension keep their grants.
    FOR routine IN
        SELECT p.oid::regprocedure FROM pg_proc p
        WHERE p.pronamespace = 'crm'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine);
    END LOOP;

    EXECUTE format('GRANT USAGE ON SCHEMA crm TO %I, %I', employee, admin);

    FOREACH statement IN ARRAY ARRAY[
        -- Both (administrators inherit the rights of employees).
        'SELECT ON alembic_version, users, customers, customer_interactions, customer_segments, contacts,
            contact_positions, loyalty_accounts, loyalty_ledger, loyalty_tiers, loyalty_tier_changes, products, orders,
            order_lines, saved_views, import_batches, duplicate_decisions, consents, audit_log, settings, figures',
        'INSERT (id, company_name, contact_name, email, phone, phone_national, address, city, state, country,
            postal_code, customer_type, status, source, tags, notes, owner_id, import_batch_id, last_contact,
            created_at) ON customers',
        'UPDATE (company_name, contact_name, email, phone, phone_national, address, city, state, country, postal_code,
            customer_type, status, source, tags, notes, owner_id) ON customers',
        'INSERT (id, customer_id, user_id, type, subject, description, outcome, priority, status, duration, follow_up,
            contact_id, assignee_id, created_at) ON customer_interactions',
        'UPDATE (type, subject, description, outcome, priority, status, duration, follow_up, contact_id, assignee_id)
            ON customer_interactions',
        'DELETE ON customer_interactions',
        'INSERT (id, name, description, criteria, is_active), UPDATE (name, description, criteria, is_active), DELETE
            ON customer_segments',
        'INSERT (id, name, email, phone, phone_national, notes), UPDATE (name, email, phone, phone_national, notes),
            DELETE ON contacts',
        'INSERT (contact_id, customer_id, role, is_primary), UPDATE (role, is_primary), DELETE ON contact_positions',
        'INSERT (user_id, kind, points, reason, order_id, created_at) ON loyalty_ledger',
        'INSERT (id, sku, name, category, unit_price, currency, is_active), UPDATE (sku, name, category, unit_price,
            currency, is_active), DELETE ON products',
        'INSERT (id, order_number, customer_id, ordered_at, status, currency, total, notes), UPDATE (order_number,
            ordered_at, status, currency, total, notes), DELETE ON orders',
        'INSERT (id, order_id, product_id, position, description, quantity, unit_price, discount_percent), UPDATE
            (product_id, position, description, quantity, unit_price, discount_percent), DELETE ON order_lines',
        'INSERT (id, subject, name, definition, is_shared), UPDATE (name, definition, is_shared), DELETE
            ON saved_views',
        'INSERT (id, kind, file_name, mapping, rows_created, rows_updated, rows_skipped, rows_refused), UPDATE
            (rows_created, rows_updated, rows_skipped, rows_refused) ON import_batches',
        'INSERT (first_id, second_id, decision, reason), UPDATE (decision, reason), DELETE ON duplicate_decisions',
        'INSERT (id, customer_id, purpose, channel, is_granted, evidence, given_at) ON consents'
    ] LOOP
        EXECUTE format('GRANT %s TO %I', statement, employee);
    END LOOP;

    FOREACH statement IN ARRAY ARRAY[
        'INSERT (user_id, tier, next_follow_up, updated_at), UPDATE (user_id), DELETE ON customers',
        'INSERT (completed_at, updated_at), UPDATE (customer_id) ON customer_interactions',
        'UPDATE (customer_id) ON orders, consents',
        'UPDATE (purpose, channel, is_granted, evidence, given_at), DELETE ON consents',
        'UPDATE (display_name, email) ON users',
        'UPDATE (threshold, earning_multiplier, discount_percent, benefits) ON loyalty_tiers',
        'INSERT (key, value), UPDATE (value), DELETE ON settings'
    ] LOOP
        EXECUTE format('GRANT %s TO %I', statement, admin);
    END LOOP;

    FOREACH statement IN ARRAY ARRAY[
        'fold(text)', 'fold_accents(text)', 'digits(text)', 'current_user_id()', 'is_admin()', 'signed_in()',
        'change_own_password(text)', 'enrol_customer(uuid)', 'enrol_customers(uuid[])', 'fold_figures()',
        'undo_transaction(xid8)'
    ] LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION crm.%s TO %I', statement, employee);
    END LOOP;

    FOREACH statement IN ARRAY ARRAY[
        'create_user(text, text, text, text, boolean)', 'change_role(uuid, text)', 'deactivate_user(uuid)',
        'reactivate_user(uuid)', 'reset_password(uuid, text)', 'rebuild_derived()', 'erase_customer(uuid)'
    ] LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION crm.%s TO %I', statement, admin);
    END LOOP;
END
$$;
