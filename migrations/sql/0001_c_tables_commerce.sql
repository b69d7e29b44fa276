-- Loyalty, products and orders.

CREATE TABLE loyalty_accounts (
    user_id uuid CONSTRAINT pk_loyalty_accounts PRIMARY KEY
        CONSTRAINT fk_loyalty_accounts_user_id_users REFERENCES users (id) ON DELETE CASCADE,
    points_balance bigint DEFAULT 0 CONSTRAINT ck_loyalty_accounts_points_balance CHECK (points_balance >= 0),
    tier text DEFAULT 'bronze'
        CONSTRAINT ck_loyalty_accounts_tier CHECK (tier IN ('bronze', 'silver', 'gold', 'platinum')),
    total_earned bigint DEFAULT 0,
    total_redeemed bigint DEFAULT 0,
    last_activity timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
COMMENT ON TABLE loyalty_accounts IS 'Follows loyalty_ledger, by trigger; nobody writes here';

CREATE TABLE loyalty_tiers (
    tier text CONSTRAINT pk_loyalty_tiers PRIMARY KEY
        CONSTRAINT ck_loyalty_tiers_tier CHECK (tier IN ('bronze', 'silver', 'gold', 'platinum')),
    threshold bigint NOT NULL CONSTRAINT ck_loyalty_tiers_threshold CHECK (threshold >= 0),
    earning_multiplier numeric(6, 3) NOT NULL DEFAULT 1
        CONSTRAINT ck_loyalty_tiers_earning_multiplier CHECK (earning_multiplier >= 0),
    discount_percent numeric(5, 2) NOT NULL DEFAULT 0
        CONSTRAINT ck_loyalty_tiers_discount_percent CHECK (discount_percent BETWEEN 0 AND 100),
    benefits text NOT NULL DEFAULT '',
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT uq_loyalty_tiers_threshold UNIQUE (threshold) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE products (
    id uuid CONSTRAINT pk_products PRIMARY KEY DEFAULT gen_random_uuid(),
    sku text NOT NULL CONSTRAINT uq_products_sku UNIQUE,
    name text NOT NULL,
    category text,
    unit_price numeric(14, 2) NOT NULL DEFAULT 0 CONSTRAINT ck_products_unit_price CHECK (unit_price >= 0),
    currency text NOT NULL DEFAULT 'EUR' CONSTRAINT ck_products_currency CHECK (currency ~ '^[A-Z]{3}$'),
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(crm.fold(name), ''), 300)) STORED
);

CREATE TABLE orders (
    id uuid CONSTRAINT pk_orders PRIMARY KEY DEFAULT gen_random_uuid(),
    order_number text NOT NULL CONSTRAINT uq_orders_order_number UNIQUE,
    customer_id uuid NOT NULL
        CONSTRAINT fk_orders_customer_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    ordered_at timestamptz NOT NULL DEFAULT now() CONSTRAINT ck_orders_ordered_at
        CHECK (ordered_at BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'),
    status text NOT NULL DEFAULT 'open'
        CONSTRAINT ck_orders_status CHECK (status IN ('open', 'paid', 'shipped', 'completed', 'cancelled', 'refunded')),
    currency text NOT NULL DEFAULT 'EUR' CONSTRAINT ck_orders_currency CHECK (currency ~ '^[A-Z]{3}$'),
    total numeric(14, 2) NOT NULL DEFAULT 0,
    notes text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);
COMMENT ON COLUMN orders.total IS 'The sum of its lines where it has any, by trigger; as written where it has none';

CREATE TABLE order_lines (
    id uuid CONSTRAINT pk_order_lines PRIMARY KEY DEFAULT gen_random_uuid(),
    order_id uuid NOT NULL CONSTRAINT fk_order_lines_order_id_orders REFERENCES orders (id) ON DELETE CASCADE,
    product_id uuid CONSTRAINT fk_order_lines_product_id_products REFERENCES products (id) ON DELETE RESTRICT,
    position integer NOT NULL DEFAULT 1,
    description text NOT NULL,
    quantity numeric(14, 3) NOT NULL DEFAULT 1,
    unit_price numeric(14, 2) NOT NULL DEFAULT 0,
    discount_percent numeric(5, 2) NOT NULL DEFAULT 0
        CONSTRAINT ck_order_lines_discount_percent CHECK (discount_percent BETWEEN 0 AND 100),
    line_total numeric(14, 2) NOT NULL GENERATED ALWAYS AS (
        round(quantity * unit_price * (100 - discount_percent) / 100, 2)
    ) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);

CREATE TABLE loyalty_ledger (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loyalty_ledger PRIMARY KEY,
    user_id uuid NOT NULL
        CONSTRAINT fk_loyalty_ledger_user_id_loyalty_accounts REFERENCES loyalty_accounts (user_id) ON DELETE CASCADE,
    kind text NOT NULL
        CONSTRAINT ck_loyalty_ledger_kind CHECK (kind IN ('earn', 'redeem', 'adjust', 'opening', 'expire')),
    points bigint NOT NULL,
    reason text NOT NULL DEFAULT '',
    order_id uuid CONSTRAINT fk_loyalty_ledger_order_id_orders REFERENCES orders (id) ON DELETE SET NULL,
    created_by uuid CONSTRAINT fk_loyalty_ledger_created_by_users REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now() CONSTRAINT ck_loyalty_ledger_created_at
        CHECK (created_at BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'),
    CONSTRAINT ck_loyalty_ledger_points CHECK (
        CASE kind
            WHEN 'earn' THEN points > 0
            WHEN 'opening' THEN points >= 0
            WHEN 'redeem' THEN points < 0
            WHEN 'expire' THEN points < 0
            ELSE points <> 0
        END
    )
);
COMMENT ON TABLE loyalty_ledger IS 'Append-only: a mistake is corrected by another entry (adjust)';

CREATE TABLE loyalty_tier_changes (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loyalty_tier_changes PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_loyalty_tier_changes_user_id_loyalty_accounts
        REFERENCES loyalty_accounts (user_id) ON DELETE CASCADE,
    from_tier text,
    to_tier text NOT NULL,
    points_balance bigint NOT NULL,
    total_earned bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
