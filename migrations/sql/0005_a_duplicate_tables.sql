-- Possible duplicates as the last scan found them, and which customers were merged into which.

-- Edit distance, for typing errors. Trusted: no superuser is needed. Where the company has it already, it stays there.
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch SCHEMA crm;

CREATE TABLE duplicate_scans (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_duplicate_scans PRIMARY KEY,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    snapshot pg_snapshot NOT NULL,
    scanned_by uuid DEFAULT crm.current_user_id()
        CONSTRAINT fk_duplicate_scans_scanned_by_users REFERENCES users (id) ON DELETE SET NULL,
    customers bigint NOT NULL,
    compared bigint NOT NULL,
    found bigint NOT NULL,
    groups_cut bigint NOT NULL,
    examples_cut jsonb NOT NULL DEFAULT '[]'
);
COMMENT ON COLUMN duplicate_scans.snapshot IS 'Transactions that are not visible in it may have changed customers since';
COMMENT ON COLUMN duplicate_scans.groups_cut IS 'Groups with one thing in common that were too large to compare each with each';

-- No foreign keys: a scan writes hundreds of thousands of rows, and the trigger below keeps them honest.
CREATE TABLE duplicate_pairs (
    first_id uuid NOT NULL,
    second_id uuid NOT NULL,
    score smallint NOT NULL CONSTRAINT ck_duplicate_pairs_score CHECK (score BETWEEN 0 AND 100),
    reasons text[] NOT NULL,
    CONSTRAINT pk_duplicate_pairs PRIMARY KEY (first_id, second_id),
    CONSTRAINT ck_duplicate_pairs_order CHECK (first_id < second_id)
);
COMMENT ON TABLE duplicate_pairs IS 'What the last scan found; crm.scan_duplicates() writes it anew';
CREATE INDEX ix_duplicate_pairs_score_first_id_second_id ON duplicate_pairs (score, first_id, second_id);
CREATE INDEX ix_duplicate_pairs_second_id ON duplicate_pairs (second_id);

CREATE TABLE customer_merges (
    id uuid CONSTRAINT pk_customer_merges PRIMARY KEY,
    survivor_id uuid NOT NULL
        CONSTRAINT fk_customer_merges_survivor_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    name text NOT NULL,
    merged_by uuid DEFAULT crm.current_user_id()
        CONSTRAINT fk_customer_merges_merged_by_users REFERENCES users (id) ON DELETE SET NULL,
    kept jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);
COMMENT ON TABLE customer_merges IS 'The customer "id" is gone; whoever asks for it is led to the survivor';
COMMENT ON COLUMN customer_merges.kept IS 'What undoing the merge needs and no audit row tells: loyalty accounts, derived columns';
CREATE INDEX ix_customer_merges_survivor_id ON customer_merges (survivor_id);

CREATE FUNCTION crm.forget_pairs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    EXECUTE 'DELETE FROM duplicate_pairs p USING old_rows o WHERE p.first_id = o.id';
    EXECUTE 'DELETE FROM duplicate_pairs p USING old_rows o WHERE p.second_id = o.id';
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_pairs AFTER DELETE ON customers
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.forget_pairs();

CREATE TRIGGER touch BEFORE UPDATE ON customer_merges
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION crm.touch();
