-- Selections that are about to be changed, frozen: ids and versions as they were when somebody looked at their number.
-- By thousands, since a row for each would cost more than the change itself. Not logged: after a crash of the
-- server nobody waits for an answer any more.

CREATE UNLOGGED TABLE frozen_rows (
    selection_id uuid NOT NULL,
    part integer NOT NULL,
    row_ids uuid[] NOT NULL,
    versions integer[] NOT NULL,
    owner_id uuid NOT NULL DEFAULT crm.current_user_id()
        CONSTRAINT fk_frozen_rows_owner_id_users REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_frozen_rows PRIMARY KEY (selection_id, part)
);
ALTER TABLE frozen_rows ALTER COLUMN row_ids SET STORAGE EXTERNAL;

ALTER TABLE frozen_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON frozen_rows
    USING (owner_id = (SELECT crm.current_user_id())) WITH CHECK (owner_id = (SELECT crm.current_user_id()));
