-- What happens by itself when customers enter a segment or leave it, and how large segments were.

-- The fields of a rule's action, and nothing else. plpgsql: what comes later may rely on what was asked before.
CREATE FUNCTION crm.rule_parameters_fit(action text, parameters jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = crm, pg_temp AS
$$
DECLARE
    keys text[];
    is_owner boolean;
    uuid_like CONSTANT text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
BEGIN
    IF jsonb_typeof(parameters) IS DISTINCT FROM 'object' THEN
        RETURN false;
    END IF;
    keys := ARRAY(SELECT k.name COLLATE "C" FROM jsonb_object_keys(parameters) k (name) ORDER BY 1);
    IF action IN ('add_tag', 'remove_tag') THEN
        RETURN keys = '{tag}' AND jsonb_typeof(parameters -> 'tag') = 'string'
            AND length(parameters ->> 'tag') BETWEEN 1 AND 50 AND btrim(parameters ->> 'tag') = parameters ->> 'tag';
    ELSIF action = 'set_status' THEN
        RETURN keys = '{status}' AND jsonb_typeof(parameters -> 'status') = 'string'
            AND parameters ->> 'status' IN ('active', 'inactive', 'prospect');
    ELSIF action IS DISTINCT FROM 'follow_up' THEN
        RETURN false;
    END IF;
    is_owner := parameters -> 'assignee' = '"owner"';
    IF keys IS DISTINCT FROM (
            CASE
                WHEN is_owner THEN '{assignee,days,fallback,priority,subject,time}'::text[]
                ELSE '{assignee,days,priority,subject,time}'::text[]
            END
        )
        OR jsonb_typeof(parameters -> 'days') <> 'number' OR jsonb_typeof(parameters -> 'time') <> 'string'
        OR jsonb_typeof(parameters -> 'subject') <> 'string' OR jsonb_typeof(parameters -> 'priority') <> 'string'
    THEN
        RETURN false;
    END IF;
    RETURN coalesce(CASE WHEN is_owner THEN parameters ->> 'fallback' ELSE parameters ->> 'assignee' END, '') ~ uuid_like
        AND parameters ->> 'days' ~ '^[0-9]{1,3}$' AND (parameters ->> 'days')::integer <= 365
        AND parameters ->> 'time' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
        AND parameters ->> 'priority' IN ('low', 'medium', 'high', 'urgent')
        AND btrim(parameters ->> 'subject') <> '' AND length(parameters ->> 'subject') <= 300;
END
$$;

CREATE TABLE segment_rules (
    id uuid CONSTRAINT pk_segment_rules PRIMARY KEY DEFAULT gen_random_uuid(),
    segment_id uuid NOT NULL
        CONSTRAINT fk_segment_rules_segment_id_customer_segments REFERENCES customer_segments (id) ON DELETE CASCADE,
    event text NOT NULL CONSTRAINT ck_segment_rules_event CHECK (event IN ('enter', 'leave')),
    action text NOT NULL CONSTRAINT ck_segment_rules_action
        CHECK (action IN ('add_tag', 'remove_tag', 'set_status', 'follow_up')),
    parameters jsonb NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    written_by uuid CONSTRAINT fk_segment_rules_written_by_users REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT ck_segment_rules_parameters CHECK (crm.rule_parameters_fit(action, parameters))
);
COMMENT ON COLUMN segment_rules.written_by IS 'Who said last what it does: the author of the follow-ups that it makes';
CREATE INDEX ix_segment_rules_segment_id ON segment_rules (segment_id);

-- The tables below follow from what runs find. They have no foreign keys: a customer whose deletion or merging is undone
-- is known as before, so that no rule acts a second time.

CREATE TABLE segment_states (
    segment_id uuid CONSTRAINT pk_segment_states PRIMARY KEY,
    fingerprint text NOT NULL,
    rules uuid[] NOT NULL,
    run_at timestamptz NOT NULL
);
COMMENT ON TABLE segment_states IS 'What the last run of a segment with rules knew: its criteria, and which rules were active';

CREATE TABLE segment_members (
    segment_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    acted uuid[] NOT NULL DEFAULT '{}',
    CONSTRAINT pk_segment_members PRIMARY KEY (segment_id, customer_id)
);
COMMENT ON TABLE segment_members IS 'Who was in a segment with rules at its last run; who is in it now, the criteria say';
COMMENT ON COLUMN segment_members.acted IS 'The rules that have acted because the customer entered, this time';

CREATE TABLE segment_runs (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_segment_runs PRIMARY KEY,
    segment_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT ck_segment_runs_kind CHECK (kind IN ('run', 'first', 'criteria', 'asked')),
    run_at timestamptz NOT NULL DEFAULT now(),
    run_by uuid DEFAULT crm.current_user_id()
        CONSTRAINT fk_segment_runs_run_by_users REFERENCES users (id) ON DELETE SET NULL,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    size bigint NOT NULL,
    entered bigint NOT NULL,
    left_count bigint NOT NULL,
    did jsonb NOT NULL DEFAULT '[]',
    undone_at timestamptz,
    undone_by uuid CONSTRAINT fk_segment_runs_undone_by_users REFERENCES users (id) ON DELETE SET NULL,
    rows_kept bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN segment_runs.did IS 'For each rule that acted: what it was, on how many customers, how many it changed';
CREATE INDEX ix_segment_runs_segment_id_id ON segment_runs (segment_id, id);

CREATE TABLE segment_sizes (
    segment_id uuid NOT NULL,
    day date NOT NULL,
    size bigint NOT NULL,
    entered bigint,
    left_count bigint,
    CONSTRAINT pk_segment_sizes PRIMARY KEY (segment_id, day)
);
COMMENT ON TABLE segment_sizes IS 'The size of each segment in use, once a day; the day is that of the setting time_zone';
COMMENT ON COLUMN segment_sizes.entered IS 'Over the day; known of segments with rules only';

-- Whose words a follow-up will be is decided here; so is that its reader can sign in.
CREATE FUNCTION crm.check_segment_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    NEW.written_by := coalesce(crm.current_user_id(), NEW.written_by);
    IF NEW.action = 'follow_up' AND crm.rule_parameters_fit(NEW.action, NEW.parameters) AND NOT EXISTS (
        SELECT FROM users u
        WHERE u.id = (
            CASE
                WHEN NEW.parameters ->> 'assignee' = 'owner' THEN NEW.parameters ->> 'fallback'
                ELSE NEW.parameters ->> 'assignee'
            END
        )::uuid AND u.is_active AND u.role IN ('admin', 'employee')
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = 'This person cannot follow up: there is no such active member of staff.',
            HINT = 'Choose somebody who can sign in.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER check_rule BEFORE INSERT OR UPDATE OF event, action, parameters ON segment_rules
    FOR EACH ROW EXECUTE FUNCTION crm.check_segment_rule();
CREATE TRIGGER touch BEFORE UPDATE ON segment_rules
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION crm.touch();

-- Whoever may delete a segment does not get rid of rules that way which they may not delete.
CREATE FUNCTION crm.keep_ruled_segments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF EXISTS (SELECT FROM segment_rules r WHERE r.segment_id = OLD.id)
        AND NOT crm.is_admin() AND NOT pg_has_role(session_user, current_user, 'MEMBER')
    THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002',
            MESSAGE = 'This segment has rules: only administrators may delete it.',
            HINT = 'It can be taken out of use; its rules rest then.';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER keep_ruled BEFORE DELETE ON customer_segments
    FOR EACH ROW EXECUTE FUNCTION crm.keep_ruled_segments();

DO $$
BEGIN
    EXECUTE 'CREATE TRIGGER audit_insert AFTER INSERT ON segment_rules REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(''r.id::text'', ''NULL::uuid'', ''{}'', ''{}'')';
    EXECUTE 'CREATE TRIGGER audit_update AFTER UPDATE ON segment_rules
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(''r.id::text'', ''NULL::uuid'', ''{}'', ''{}'')';
    EXECUTE 'CREATE TRIGGER audit_delete AFTER DELETE ON segment_rules REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION crm.audit(''r.id::text'', ''NULL::uuid'', ''{}'', ''{}'')';
END
$$;
CREATE TRIGGER notify_insert AFTER INSERT ON segment_rules REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('segment_id');
CREATE TRIGGER notify_update AFTER UPDATE ON segment_rules REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('segment_id');
CREATE TRIGGER notify_delete AFTER DELETE ON segment_rules REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('segment_id');
CREATE TRIGGER notify_insert AFTER INSERT ON segment_runs REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('segment_id');
CREATE TRIGGER notify_update AFTER UPDATE ON segment_runs REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.notify_change('segment_id');

-- The days and hours that rules mean are those of one place, whichever desk runs them.
CREATE FUNCTION crm.check_time_zone() RETURNS trigger
LANGUAGE plpgsql AS
$$
BEGIN
    IF jsonb_typeof(NEW.value) IS DISTINCT FROM 'string' OR NOT EXISTS (
        SELECT FROM pg_catalog.pg_timezone_names z WHERE z.name = NEW.value #>> '{}'
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = format('There is no time zone "%s".', NEW.value #>> '{}'),
            HINT = 'Name one as in Europe/Berlin.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER check_time_zone BEFORE INSERT OR UPDATE ON settings
    FOR EACH ROW WHEN (NEW.key = 'time_zone') EXECUTE FUNCTION crm.check_time_zone();

CREATE FUNCTION crm.time_zone() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT coalesce((SELECT s.value #>> '{}' FROM settings s WHERE s.key = 'time_zone'), 'UTC')
$$;
COMMENT ON FUNCTION crm.time_zone() IS 'Where the days of segment_sizes and the hours of rules are';

-- An erasure takes along that somebody was in a segment: one more step within the function as it is.
DO $$
DECLARE
    before text := 'DELETE FROM customers c WHERE c.id = erased;';
    source text := pg_get_functiondef('crm.erase_customer(uuid)'::regprocedure);
    changed text := replace(source, before, 'DELETE FROM segment_members m WHERE m.customer_id = ANY (erased || merged);
    ' || before);
BEGIN
    IF changed = source THEN
        RAISE EXCEPTION 'erase_customer() is not as it is known here: members of segments would survive an erasure';
    END IF;
    EXECUTE changed;
END
$$;
