-- Files attached to a customer, or to an interaction of one. The content stands apart, in parts, so that it can be
-- written and read piece by piece, and so that it never gets into the audit trail.

CREATE TABLE attachments (
    id uuid CONSTRAINT pk_attachments PRIMARY KEY,
    customer_id uuid NOT NULL
        CONSTRAINT fk_attachments_customer_id_customers REFERENCES customers (id) ON DELETE CASCADE,
    interaction_id uuid CONSTRAINT fk_attachments_interaction_id_customer_interactions
        REFERENCES customer_interactions (id) ON DELETE CASCADE,
    file_name text NOT NULL CONSTRAINT ck_attachments_file_name CHECK (
        octet_length(file_name) BETWEEN 1 AND 255 AND file_name NOT IN ('.', '..')
        AND file_name !~ '[/\\\x01-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]'
    ),
    media_type text NOT NULL
        CONSTRAINT ck_attachments_media_type CHECK (media_type ~ '^[a-z0-9.+-]{1,64}/[A-Za-z0-9.+_-]{1,100}$'),
    size bigint NOT NULL,
    sha256 text NOT NULL,
    created_by uuid DEFAULT crm.current_user_id()
        CONSTRAINT fk_attachments_created_by_users REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);
COMMENT ON COLUMN attachments.size IS 'in bytes';
CREATE INDEX ix_attachments_customer_id ON attachments (customer_id);
CREATE INDEX ix_attachments_interaction_id ON attachments (interaction_id) WHERE interaction_id IS NOT NULL;

CREATE TABLE attachment_contents (
    attachment_id uuid NOT NULL,
    part integer NOT NULL,
    content bytea NOT NULL,
    created_by uuid DEFAULT crm.current_user_id(),
    is_sealed boolean NOT NULL DEFAULT false,
    orphaned_at timestamptz DEFAULT now(),
    CONSTRAINT pk_attachment_contents PRIMARY KEY (attachment_id, part)
);
-- Most files are compressed already; stored plainly, a part of one can be read without the rest.
ALTER TABLE attachment_contents ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON COLUMN attachment_contents.attachment_id IS
    'No foreign key: the content of a deleted attachment stays for a while, so that deleting can be undone';
COMMENT ON COLUMN attachment_contents.orphaned_at IS 'Since when no attachment has it; purged after 30 days';
CREATE INDEX ix_attachment_contents_orphaned_at ON attachment_contents (orphaned_at) WHERE orphaned_at IS NOT NULL;

ALTER TABLE settings ADD CONSTRAINT ck_settings_attachment_max_mb CHECK (
    key <> 'attachment_max_mb'
    OR (jsonb_typeof(value) = 'number' AND (value #>> '{}') ~ '^[0-9]{1,3}$' AND (value #>> '{}')::integer BETWEEN 1 AND 100)
);

CREATE FUNCTION crm.attachment_limit() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT coalesce((SELECT (s.value #>> '{}')::bigint FROM settings s WHERE s.key = 'attachment_max_mb'), 10) * 1024 * 1024
$$;
COMMENT ON FUNCTION crm.attachment_limit() IS 'How large one file may be, in bytes';

-- One part of a file, at most a megabyte, numbered from 0. Belongs to nothing until finish_attachment().
CREATE FUNCTION crm.add_attachment_part(attachment_id uuid, part integer, content bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    me uuid := crm.current_user_id();
    kept record;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002', MESSAGE = 'Your account has no access to the CRM.';
    END IF;
    SELECT count(*) AS parts, coalesce(sum(octet_length(c.content)), 0) AS bytes,
           coalesce(bool_or(c.is_sealed OR c.created_by IS DISTINCT FROM me), false) AS is_closed
    INTO kept
    FROM attachment_contents c WHERE c.attachment_id = add_attachment_part.attachment_id;
    IF add_attachment_part.attachment_id IS NULL OR add_attachment_part.content IS NULL OR kept.is_closed
        OR add_attachment_part.part IS DISTINCT FROM kept.parts OR octet_length(add_attachment_part.content) > 1048576
    THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'This part does not belong to the file.';
    END IF;
    IF kept.bytes + octet_length(add_attachment_part.content) > crm.attachment_limit() THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = format('The file is larger than %s MB.', crm.attachment_limit() / 1048576),
            HINT = 'An administrator can allow larger files: Settings, Files.';
    END IF;
    INSERT INTO attachment_contents (attachment_id, part, content)
    VALUES (add_attachment_part.attachment_id, add_attachment_part.part, add_attachment_part.content);
END
$$;

-- Internal: contents that have belonged to nothing for 30 days. Undo of a deletion does not reach further back.
CREATE FUNCTION crm.purge_attachments() RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp AS
$$ DELETE FROM attachment_contents WHERE orphaned_at < now() - interval '30 days' $$;

-- Attaches the parts that the caller has added under this id. Size and hash are those of what was stored.
CREATE FUNCTION crm.finish_attachment(
    attachment_id uuid, customer_id uuid, interaction_id uuid, file_name text, media_type text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    me uuid := crm.current_user_id();
    stored record;
BEGIN
    SELECT count(*) AS parts, coalesce(sum(octet_length(c.content)), 0) AS bytes,
           encode(sha256(coalesce(string_agg(c.content, '' ORDER BY c.part), '')), 'hex') AS hash,
           coalesce(bool_or(c.is_sealed OR c.created_by IS DISTINCT FROM me), me IS NULL) AS is_closed
    INTO stored
    FROM attachment_contents c WHERE c.attachment_id = finish_attachment.attachment_id;
    IF stored.parts = 0 OR stored.is_closed THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'The file has not been sent.';
    END IF;
    IF finish_attachment.interaction_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM customer_interactions i
        WHERE i.id = finish_attachment.interaction_id AND i.customer_id = finish_attachment.customer_id
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This interaction is not there any more.';
    END IF;
    UPDATE attachment_contents c SET is_sealed = true
    WHERE c.attachment_id = finish_attachment.attachment_id;
    INSERT INTO attachments (id, customer_id, interaction_id, file_name, media_type, size, sha256)
    VALUES (
        finish_attachment.attachment_id, finish_attachment.customer_id, finish_attachment.interaction_id,
        finish_attachment.file_name, finish_attachment.media_type, stored.bytes, stored.hash
    );
    PERFORM crm.purge_attachments();
END
$$;

-- Contents follow their attachments: kept for a while when those go, in use again when they come back.
CREATE FUNCTION crm.follow_attachments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE attachment_contents c SET orphaned_at = NULL WHERE c.attachment_id IN (SELECT n.id FROM new_rows n);
    ELSE
        UPDATE attachment_contents c SET orphaned_at = now() WHERE c.attachment_id IN (SELECT o.id FROM old_rows o);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_insert AFTER INSERT ON attachments REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_attachments();
CREATE TRIGGER follow_delete AFTER DELETE ON attachments REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_attachments();
CREATE TRIGGER touch BEFORE UPDATE ON attachments
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION crm.touch();

CREATE TRIGGER audit_insert AFTER INSERT ON attachments REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{}', '{}');
CREATE TRIGGER audit_update AFTER UPDATE ON attachments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{}', '{}');
CREATE TRIGGER audit_delete AFTER DELETE ON attachments REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.audit('r.id::text', 'r.customer_id', '{}', '{}');
CREATE TRIGGER notify_insert AFTER INSERT ON attachments REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('customer_id');
CREATE TRIGGER notify_update AFTER UPDATE ON attachments REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('customer_id');
CREATE TRIGGER notify_delete AFTER DELETE ON attachments REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('customer_id');

ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON attachments FOR SELECT USING (true);
CREATE POLICY delete_own ON attachments FOR DELETE USING (created_by = (SELECT crm.current_user_id()));
CREATE POLICY admin_all ON attachments USING ((SELECT crm.is_admin())) WITH CHECK ((SELECT crm.is_admin()));

-- What was deleted, or has not been attached yet, is kept for undo and for whoever sends it: nobody reads it.
ALTER TABLE attachment_contents ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_attached ON attachment_contents FOR SELECT USING (orphaned_at IS NULL);
