-- One (key, id) index for each column that a list sorts by; both directions read the same index.

CREATE INDEX ix_customers_name_key_id ON customers (name_key, id);
CREATE INDEX ix_customers_type_key_id ON customers (type_key, id);
CREATE INDEX ix_customers_company_key_id ON customers (company_key, id);
CREATE INDEX ix_customers_email_key_id ON customers (email_key, id);
CREATE INDEX ix_customers_phone_digits_id ON customers (phone_digits, id);
CREATE INDEX ix_customers_city_key_id ON customers (city_key, id);
CREATE INDEX ix_customers_country_key_id ON customers (country_key, id);
CREATE INDEX ix_customers_status_key_id ON customers (status_key, id);
CREATE INDEX ix_customers_tier_rank_id ON customers (tier_rank, id);
CREATE INDEX ix_customers_last_contact_id ON customers (last_contact, id);
CREATE INDEX ix_customers_next_follow_up_id ON customers (next_follow_up, id);
CREATE INDEX ix_customers_tags_key_id ON customers (tags_key, id);
CREATE INDEX ix_customers_created_at_id ON customers (created_at, id);
DO $$
BEGIN
    EXECUTE format(
        'CREATE INDEX ix_customers_search_text ON customers USING gin (search_text %I.gin_trgm_ops)',
        (
            SELECT n.nspname
            FROM pg_extension e
            JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'pg_trgm'
        )
    );
END
$$;
CREATE INDEX ix_customers_tags ON customers USING gin (tags jsonb_path_ops);

-- Duplicates, and what belongs to whom.
CREATE INDEX ix_customers_email_normalized ON customers (email_normalized) WHERE email_normalized IS NOT NULL;
CREATE INDEX ix_customers_phone_e164 ON customers (phone_e164) WHERE phone_e164 IS NOT NULL;
CREATE UNIQUE INDEX uq_customers_user_id ON customers (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX ix_customers_owner_id ON customers (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX ix_customers_import_batch_id ON customers (import_batch_id) WHERE import_batch_id IS NOT NULL;

CREATE INDEX ix_customer_interactions_customer_id_created_at ON customer_interactions (customer_id, created_at);
CREATE INDEX ix_customer_interactions_created_at_id ON customer_interactions (created_at, id);
CREATE INDEX ix_customer_interactions_follow_up_id ON customer_interactions (follow_up, id);
CREATE INDEX ix_customer_interactions_type_id ON customer_interactions (type, id);
CREATE INDEX ix_customer_interactions_priority_rank_id ON customer_interactions (priority_rank, id);
CREATE INDEX ix_customer_interactions_status_key_id ON customer_interactions (status_key, id);
CREATE INDEX ix_customer_interactions_pending_customer_id ON customer_interactions (customer_id, follow_up)
    WHERE status = 'pending' AND follow_up IS NOT NULL;
CREATE INDEX ix_customer_interactions_pending_follow_up ON customer_interactions (follow_up, assignee_id)
    WHERE status = 'pending' AND follow_up IS NOT NULL;
CREATE INDEX ix_customer_interactions_user_id ON customer_interactions (user_id, created_at);
CREATE INDEX ix_customer_interactions_assignee_id ON customer_interactions (assignee_id, created_at);
CREATE INDEX ix_customer_interactions_contact_id ON customer_interactions (contact_id) WHERE contact_id IS NOT NULL;

CREATE INDEX ix_contacts_name_key_id ON contacts (name_key, id);
CREATE INDEX ix_contacts_email_normalized ON contacts (email_normalized) WHERE email_normalized IS NOT NULL;
CREATE INDEX ix_contact_positions_customer_id ON contact_positions (customer_id);
CREATE UNIQUE INDEX uq_contact_positions_primary ON contact_positions (customer_id) WHERE is_primary;

CREATE INDEX ix_products_name_key_id ON products (name_key, id);
CREATE INDEX ix_orders_customer_id_ordered_at ON orders (customer_id, ordered_at);
CREATE INDEX ix_orders_ordered_at_id ON orders (ordered_at, id);
CREATE INDEX ix_order_lines_order_id ON order_lines (order_id, position);
CREATE INDEX ix_order_lines_product_id ON order_lines (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX ix_loyalty_accounts_tier ON loyalty_accounts (tier);
CREATE INDEX ix_loyalty_ledger_user_id ON loyalty_ledger (user_id, id);
CREATE INDEX ix_loyalty_ledger_order_id ON loyalty_ledger (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX ix_loyalty_tier_changes_user_id ON loyalty_tier_changes (user_id, id);
CREATE INDEX ix_consents_customer_id ON consents (customer_id);
CREATE INDEX ix_duplicate_decisions_second_id ON duplicate_decisions (second_id);
CREATE INDEX ix_figures_measure_key ON figures (measure, key);

CREATE INDEX ix_audit_log_at ON audit_log USING brin (at);
CREATE INDEX ix_audit_log_transaction_id ON audit_log (transaction_id);
CREATE INDEX ix_audit_log_customer_id ON audit_log (customer_id, id) WHERE customer_id IS NOT NULL;
