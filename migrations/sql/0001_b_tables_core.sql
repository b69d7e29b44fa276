-- People, customers and interactions: the specification's columns first, then what they imply.
-- Keys of texts are folded, '' where the text is blank, so that (key, id) pages need no NULLs. They are cut, because an
-- index entry cannot be longer than a third of a page. Times are those that a program can hold in every time zone:
-- 'infinity' in one row would keep everybody from reading the list.

CREATE TABLE users (
    id uuid CONSTRAINT pk_users PRIMARY KEY DEFAULT gen_random_uuid(),
    username text CONSTRAINT uq_users_username UNIQUE,
    display_name text NOT NULL,
    email text,
    role text NOT NULL CONSTRAINT ck_users_role CHECK (role IN ('admin', 'employee', 'user')),
    is_active boolean NOT NULL DEFAULT true,
    must_change_password boolean NOT NULL DEFAULT false,
    last_seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);
COMMENT ON COLUMN users.username IS 'Name of the login role; NULL for a customer''s account, which cannot sign in';

CREATE TABLE import_batches (
    id uuid CONSTRAINT pk_import_batches PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    file_name text NOT NULL,
    mapping jsonb NOT NULL DEFAULT '{}',
    rows_created bigint NOT NULL DEFAULT 0,
    rows_updated bigint NOT NULL DEFAULT 0,
    rows_skipped bigint NOT NULL DEFAULT 0,
    rows_refused bigint NOT NULL DEFAULT 0,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    created_by uuid CONSTRAINT fk_import_batches_created_by_users REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);

CREATE TABLE customers (
    id uuid CONSTRAINT pk_customers PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid CONSTRAINT fk_customers_user_id_users REFERENCES users (id) ON DELETE SET NULL,
    company_name text,
    contact_name text,
    email text,
    phone text,
    address text,
    city text,
    state text,
    country text,
    postal_code text,
    customer_type text DEFAULT 'individual'
        CONSTRAINT ck_customers_customer_type CHECK (customer_type IN ('individual', 'business')),
    status text DEFAULT 'active'
        CONSTRAINT ck_customers_status CHECK (status IN ('active', 'inactive', 'prospect')),
    source text DEFAULT 'website',
    tags jsonb DEFAULT '[]',
    notes text,
    created_at timestamptz DEFAULT now() CONSTRAINT ck_customers_created_at
        CHECK (created_at BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'),
    updated_at timestamptz DEFAULT now(),
    last_contact timestamptz CONSTRAINT ck_customers_last_contact
        CHECK (last_contact BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'),
    owner_id uuid CONSTRAINT fk_customers_owner_id_users REFERENCES users (id) ON DELETE SET NULL,
    import_batch_id uuid
        CONSTRAINT fk_customers_import_batch_id_import_batches REFERENCES import_batches (id) ON DELETE SET NULL,
    phone_national text,
    tier text CONSTRAINT ck_customers_tier CHECK (tier IN ('bronze', 'silver', 'gold', 'platinum')),
    next_follow_up timestamptz CONSTRAINT ck_customers_next_follow_up
        CHECK (next_follow_up BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'),
    version integer NOT NULL DEFAULT 1,
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        left(coalesce(crm.fold(CASE WHEN contact_name <> '' THEN contact_name ELSE company_name END), ''), 300)
    ) STORED,
    company_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(crm.fold(company_name), ''), 300)) STORED,
    email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(crm.fold(email), ''), 300)) STORED,
    phone_digits text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(crm.digits(phone), ''), 300)) STORED,
    city_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(crm.fold(city), ''), 300)) STORED,
    country_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(crm.fold(country), ''), 300)) STORED,
    type_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(customer_type, '')) STORED,
    status_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(status, '')) STORED,
    tier_rank smallint NOT NULL GENERATED ALWAYS AS (
        CASE tier WHEN 'bronze' THEN 1 WHEN 'silver' THEN 2 WHEN 'gold' THEN 3 WHEN 'platinum' THEN 4 ELSE 0 END
    ) STORED,
    tags_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        CASE WHEN tags <> '[]'::jsonb THEN left(coalesce(crm.fold(translate(tags::text, '[]"', '')), ''), 300) ELSE '' END
    ) STORED,
    email_normalized text COLLATE "C" GENERATED ALWAYS AS (left(nullif(crm.fold(btrim(email)), ''), 320)) STORED,
    phone_e164 text COLLATE "C" GENERATED ALWAYS AS (
        CASE
            WHEN left(phone, 1) = '+' AND length(phone) BETWEEN 8 AND 16 AND substr(phone, 2, 1) <> '0'
                AND ltrim(substr(phone, 2), '0123456789') = ''
            THEN phone
        END
    ) STORED,
    search_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        coalesce(' ' || crm.fold(contact_name), '')
        || coalesce(' ' || crm.fold(company_name), '')
        || coalesce(' ' || crm.fold(email), '')
        || coalesce(' ' || crm.digits(phone), '')
        || coalesce(' ' || phone_national, '')
        || coalesce(' ' || crm.fold(city), '')
        || coalesce(' ' || crm.fold(state), '')
        || coalesce(' ' || crm.fold(country), '')
    ) STORED
);
COMMENT ON COLUMN customers.tier IS 'Follows loyalty_accounts through user_id; NULL when not enrolled';
COMMENT ON COLUMN customers.next_follow_up IS 'Earliest pending follow-up; kept by the triggers of customer_interactions';
COMMENT ON COLUMN customers.phone_e164 IS 'NULL although there is a phone: the number could not be checked';

CREATE TABLE contacts (
    id uuid CONSTRAINT pk_contacts PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    email text,
    phone text,
    phone_national text,
    notes text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(crm.fold(name), ''), 300)) STORED,
    phone_digits text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(crm.digits(phone), ''), 300)) STORED,
    email_normalized text COLLATE "C" GENERATED ALWAYS AS (left(nullif(crm.fold(btrim(email)), ''), 320)) STORED
);

CREATE TABLE contact_positions (
    contact_id uuid NOT NULL
        CONSTRAINT fk_contact_positions_contact_id_contacts REFERENCES contacts (id) ON DELETE CASCADE,
    customer_id uuid NOT NULL
        CONSTRAINT fk_contact_positions_customer_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    role text,
    is_primary boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_contact_positions PRIMARY KEY (contact_id, customer_id)
);

CREATE TABLE customer_interactions (
    id uuid CONSTRAINT pk_customer_interactions PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id uuid NOT NULL
        CONSTRAINT fk_customer_interactions_customer_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    user_id uuid NOT NULL
        CONSTRAINT fk_customer_interactions_user_id_users REFERENCES users (id) ON DELETE CASCADE,
    type text NOT NULL CONSTRAINT ck_customer_interactions_type
        CHECK (type IN ('call', 'email', 'meeting', 'support', 'sale', 'follow_up', 'other')),
    subject text NOT NULL,
    description text,
    outcome text,
    priority text DEFAULT 'medium'
        CONSTRAINT ck_customer_interactions_priority CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    status text DEFAULT 'pending'
        CONSTRAINT ck_customer_interactions_status CHECK (status IN ('pending', 'completed', 'cancelled')),
    duration integer,
    follow_up timestamptz CONSTRAINT ck_customer_interactions_follow_up
        CHECK (follow_up BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'),
    created_at timestamptz DEFAULT now() CONSTRAINT ck_customer_interactions_created_at
        CHECK (created_at BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'),
    updated_at timestamptz DEFAULT now(),
    contact_id uuid
        CONSTRAINT fk_customer_interactions_contact_id_contacts REFERENCES contacts (id) ON DELETE SET NULL,
    assignee_id uuid CONSTRAINT fk_customer_interactions_assignee_id_users REFERENCES users (id) ON DELETE SET NULL,
    completed_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    priority_rank smallint NOT NULL GENERATED ALWAYS AS (
        CASE priority WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 WHEN 'urgent' THEN 4 ELSE 0 END
    ) STORED,
    status_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(status, '')) STORED
);
COMMENT ON COLUMN customer_interactions.duration IS 'in minutes';
COMMENT ON COLUMN customer_interactions.assignee_id IS 'Who has to follow up; the author unless said otherwise';

CREATE TABLE customer_segments (
    id uuid CONSTRAINT pk_customer_segments PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CONSTRAINT uq_customer_segments_name UNIQUE,
    description text,
    criteria jsonb NOT NULL,
    is_active boolean DEFAULT true,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);
