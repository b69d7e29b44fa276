-- What the product itself needs: views, decisions, consents, the audit trail, settings, figures.

CREATE TABLE saved_views (
    id uuid CONSTRAINT pk_saved_views PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL CONSTRAINT fk_saved_views_owner_id_users REFERENCES users (id) ON DELETE CASCADE,
    subject text NOT NULL,
    name text NOT NULL,
    definition jsonb NOT NULL,
    is_shared boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT uq_saved_views_owner_id_subject_name UNIQUE (owner_id, subject, name)
);

CREATE TABLE duplicate_decisions (
    first_id uuid NOT NULL
        CONSTRAINT fk_duplicate_decisions_first_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    second_id uuid NOT NULL
        CONSTRAINT fk_duplicate_decisions_second_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    decision text NOT NULL DEFAULT 'different'
        CONSTRAINT ck_duplicate_decisions_decision CHECK (decision IN ('different', 'later')),
    reason text NOT NULL DEFAULT '',
    decided_by uuid CONSTRAINT fk_duplicate_decisions_decided_by_users REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_duplicate_decisions PRIMARY KEY (first_id, second_id),
    CONSTRAINT ck_duplicate_decisions_order CHECK (first_id < second_id)
);

CREATE TABLE consents (
    id uuid CONSTRAINT pk_consents PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id uuid NOT NULL
        CONSTRAINT fk_consents_customer_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    purpose text NOT NULL,
    channel text NOT NULL DEFAULT 'any',
    is_granted boolean NOT NULL,
    evidence text NOT NULL DEFAULT '',
    given_at timestamptz NOT NULL DEFAULT now() CONSTRAINT ck_consents_given_at
        CHECK (given_at BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'),
    created_by uuid CONSTRAINT fk_consents_created_by_users REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);

CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_audit_log PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    actor text NOT NULL DEFAULT session_user,
    application text NOT NULL DEFAULT current_setting('application_name'),
    table_name text NOT NULL,
    row_id text NOT NULL,
    customer_id uuid,
    action text NOT NULL
        CONSTRAINT ck_audit_log_action CHECK (action IN ('insert', 'update', 'delete', 'erase', 'export')),
    changes jsonb CONSTRAINT ck_audit_log_changes CHECK (jsonb_typeof(changes) = 'object')
);
COMMENT ON COLUMN audit_log.changes IS
    '{field: [before, after]}; an insert has none (the row tells it), a delete holds the whole row as before';

CREATE TABLE settings (
    key text CONSTRAINT pk_settings PRIMARY KEY,
    value jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT ck_settings_tier_basis CHECK (key <> 'tier_basis' OR value IN ('"lifetime"', '"balance"'))
);

CREATE TABLE figures (
    measure text NOT NULL,
    key text NOT NULL,
    part text NOT NULL,
    amount bigint NOT NULL
);
COMMENT ON TABLE figures IS 'Deltas; the figure is their sum. crm.fold_figures() adds them up now and then';

INSERT INTO loyalty_tiers (tier, threshold, benefits) VALUES
    ('bronze', 0, ''),
    ('silver', 1000, ''),
    ('gold', 5000, ''),
    ('platinum', 10000, '');
INSERT INTO settings (key, value) VALUES ('tier_basis', '"lifetime"');
