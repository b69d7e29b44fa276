-- Running a segment's rules. Whoever is signed in finds out who is in the segment, with the one compiler of filters, and
-- freezes it; these functions compare that with the last time and act, as far as the rules of administrators go. All of
-- it is one transaction: whatever breaks it off leaves things as they were, members included.

-- Of a segment's criteria and of those that they name.
CREATE FUNCTION crm.segment_fingerprint(segment_id uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
WITH RECURSIVE named (id) AS (
    SELECT segment_fingerprint.segment_id::text
    UNION
    SELECT lower(v.value #>> '{}')
    FROM named n
    JOIN customer_segments s ON s.id::text = n.id,
    LATERAL jsonb_path_query(s.criteria, 'lax $.** ? (@.field == "segment").value[*]') v (value)
)
SELECT md5(coalesce(string_agg(s.id::text || s.criteria::text, '' ORDER BY s.id), ''))
FROM customer_segments s JOIN named n ON s.id::text = n.id
$$;

-- From here to the end of the transaction nobody else runs this segment. To be called before its customers are looked
-- up: what is read after waiting for somebody else's run is what that left.
CREATE FUNCTION crm.begin_segment_run(segment_id uuid, OUT fingerprint text, OUT today timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF crm.current_user_id() IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002', MESSAGE = 'Your account has no access to the CRM.';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('crm.segment_runs'), hashtext(begin_segment_run.segment_id::text));
    fingerprint := crm.segment_fingerprint(begin_segment_run.segment_id);
    today := now();
END
$$;

-- Internal: who gets a follow-up: the first of these who can sign in.
CREATE FUNCTION crm.somebody_to_follow_up(wanted uuid[]) RETURNS uuid
LANGUAGE sql STABLE SET search_path = crm, pg_temp AS
$$
SELECT u.id
FROM users u
WHERE u.is_active AND u.role IN ('admin', 'employee') AND (u.id = ANY (wanted) OR u.role = 'admin')
ORDER BY array_position(wanted, u.id) NULLS LAST, u.created_at, u.id
LIMIT 1
$$;

-- Internal: does what a rule says for these customers; how many it changed. `dry`: how many it would change.
-- The trail names the program's rules as the application.
CREATE FUNCTION crm.act_by_rule(rule segment_rules, segment_name text, who uuid[], dry boolean) RETURNS bigint
LANGUAGE plpgsql SET search_path = crm, pg_temp SET application_name = 'CRM Desktop segment rules' AS
$$
DECLARE
    changed bigint;
    given jsonb := rule.parameters;
    tagged CONSTANT text :=
        'jsonb_typeof(c.tags) = ''array'' AND EXISTS (
             SELECT FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(c.tags) = ''array'' THEN c.tags ELSE ''[]'' END) h (tag)
             WHERE crm.fold(h.tag) = crm.fold($2)
         )';
    met text;      -- which of the customers change
    becomes text;  -- what of them
    value text;
BEGIN
    CASE rule.action
        WHEN 'add_tag' THEN
            value := given ->> 'tag';
            met := format('NOT coalesce(%s, false)', tagged);
            becomes := 'tags = CASE WHEN jsonb_typeof(c.tags) = ''array'' THEN c.tags ELSE ''[]'' END || to_jsonb($2)';
        WHEN 'remove_tag' THEN
            value := given ->> 'tag';
            met := tagged;
            becomes :=
                'tags = (
                     SELECT coalesce(jsonb_agg(h.value ORDER BY h.place), ''[]'')
                     FROM jsonb_array_elements(c.tags) WITH ORDINALITY h (value, place)
                     WHERE crm.fold(h.value #>> ''{}'') <> crm.fold($2)
                 )';
        WHEN 'set_status' THEN
            value := given ->> 'status';
            met := 'c.status IS DISTINCT FROM $2';
            becomes := 'status = $2';
        ELSE
            met := 'true';
    END CASE;
    IF dry THEN
        EXECUTE 'SELECT count(*) FROM customers c WHERE c.id IN (SELECT unnest($1)) AND ' || met
            INTO changed USING who, value;
        RETURN changed;
    END IF;
    IF rule.action <> 'follow_up' THEN
        EXECUTE format('UPDATE customers c SET %s FROM unnest($1) w (id) WHERE c.id = w.id AND %s', becomes, met)
            USING who, value;
        GET DIAGNOSTICS changed = ROW_COUNT;
        RETURN changed;
    END IF;
    EXECUTE
        'INSERT INTO customer_interactions
             (customer_id, user_id, type, subject, description, priority, status, follow_up, assignee_id)
         SELECT c.id, $2, ''follow_up'', $3, $4, $5, ''pending'', $6, crm.somebody_to_follow_up($7)
         FROM customers c WHERE $8 AND c.id IN (SELECT unnest($1))
         UNION ALL
         SELECT c.id, $2, ''follow_up'', $3, $4, $5, ''pending'', $6, o.assignee
         FROM customers c
         JOIN (
             SELECT d.owner_id, crm.somebody_to_follow_up(d.owner_id || $7) AS assignee
             FROM (SELECT DISTINCT k.owner_id FROM customers k WHERE k.id IN (SELECT unnest($1))) d
         ) o ON o.owner_id IS NOT DISTINCT FROM c.owner_id
         WHERE NOT $8 AND c.id IN (SELECT unnest($1))'
        -- Written in the name of whoever wrote the rule.
        USING who, coalesce(rule.written_by, crm.somebody_to_follow_up('{}')), given ->> 'subject',
            format('Made by a rule of the segment “%s”.', segment_name), given ->> 'priority',
            crm.due_time(now(), crm.time_zone(), (given ->> 'days')::integer, given ->> 'time'),
            CASE
                WHEN given ->> 'assignee' = 'owner' THEN ARRAY[(given ->> 'fallback')::uuid, rule.written_by]
                ELSE ARRAY[(given ->> 'assignee')::uuid, rule.written_by]
            END,
            given ->> 'assignee' <> 'owner';
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;

-- So many local days from a moment at a local time. A time that the clocks skip is moved on by the hour that they skip.
CREATE FUNCTION crm.due_time(moment timestamptz, zone text, days integer, local_time text) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = crm, pg_temp AS
$$ SELECT ((moment AT TIME ZONE zone)::date + days + local_time::time) AT TIME ZONE zone $$;

-- Compares who is in a segment now (`selection`: frozen by whoever calls, `size` rows) with the last run, and lets its
-- rules act: each that was active at the last run already, unless the criteria have changed since; who is in, or gone,
-- because the criteria are others has not entered or left. `asked`: a rule that an administrator lets act on everybody
-- who is in and on whom it has not acted. `dry`: says what would be done, and changes nothing.
CREATE FUNCTION crm.run_segment(
    segment_id uuid, selection uuid, size bigint, fingerprint text, dry boolean DEFAULT false, asked uuid DEFAULT NULL,
    OUT kind text, OUT entered bigint, OUT left_count bigint, OUT did jsonb, OUT run_id bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    me uuid := crm.current_user_id();
    segment customer_segments;
    state segment_states;
    inside uuid[];
    known boolean;
    came uuid[];
    went uuid[];
    active uuid[];
    acting uuid[];
    acted_on_entering uuid[];
    who uuid[];
    rule segment_rules;
    changed bigint;
    any_changed boolean := false;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002', MESSAGE = 'Your account has no access to the CRM.';
    END IF;
    IF run_segment.asked IS NOT NULL THEN
        PERFORM crm.require_admin();
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('crm.segment_runs'), hashtext(run_segment.segment_id::text));
    SELECT s.* INTO segment FROM customer_segments s
    WHERE s.id = run_segment.segment_id AND coalesce(s.is_active, false) FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This segment is not in use any more.';
    END IF;
    IF crm.segment_fingerprint(segment.id) IS DISTINCT FROM run_segment.fingerprint THEN
        RAISE EXCEPTION USING ERRCODE = 'CR003',
            MESSAGE = format('Somebody changed the segment “%s” in the meantime.', segment.name),
            HINT = 'Nothing was done. Try again.';
    END IF;
    inside := ARRAY(
        SELECT unnest(f.row_ids) FROM frozen_rows f
        WHERE f.selection_id = run_segment.selection AND f.owner_id = me
    );
    IF cardinality(inside) IS DISTINCT FROM run_segment.size THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004',
            MESSAGE = 'The selection is not there any more.', HINT = 'Nothing was done. Try again.';
    END IF;
    did := '[]';
    entered := 0;
    left_count := 0;
    active := ARRAY(
        SELECT r.id FROM segment_rules r WHERE r.segment_id = segment.id AND r.is_active ORDER BY r.id FOR SHARE
    );
    SELECT s.* INTO state FROM segment_states s WHERE s.segment_id = segment.id;
    known := FOUND;
    kind := CASE
        WHEN run_segment.asked IS NOT NULL THEN 'asked'
        WHEN NOT known THEN 'first'
        WHEN state.fingerprint <> run_segment.fingerprint THEN 'criteria'
        ELSE 'run'
    END;

    EXECUTE
        'SELECT ARRAY(SELECT f.id FROM unnest($1) f (id) WHERE NOT EXISTS (
             SELECT FROM segment_members m WHERE m.segment_id = $2 AND m.customer_id = f.id
         ))' INTO came USING inside, segment.id;
    -- Customers who are gone have not left: undoing their deletion brings them back as they were. Asked of those who are
    -- missing only: otherwise the whole table of customers is read.
    EXECUTE
        'WITH missing AS MATERIALIZED (
             SELECT m.customer_id FROM segment_members m
             LEFT JOIN unnest($1) f (id) ON f.id = m.customer_id
             WHERE m.segment_id = $2 AND f.id IS NULL
         )
         SELECT ARRAY(
             SELECT s.customer_id FROM missing s WHERE EXISTS (SELECT FROM customers c WHERE c.id = s.customer_id)
         )' INTO went USING inside, segment.id;
    entered := cardinality(came);
    left_count := cardinality(went);

    acting := CASE
        WHEN known AND state.fingerprint = run_segment.fingerprint
        THEN ARRAY(SELECT unnest(active) INTERSECT SELECT unnest(state.rules))
        ELSE '{}'
    END;
    acted_on_entering := ARRAY(SELECT r.id FROM segment_rules r WHERE r.id = ANY (acting) AND r.event = 'enter');
    IF NOT dry THEN
        -- Into whom somebody was merged who was in stays in as that one: nobody entered.
        EXECUTE
            'INSERT INTO segment_members (segment_id, customer_id, entered_at, acted)
             SELECT $2, f.id, now(), CASE WHEN old.customer_id IS NULL THEN $3 ELSE old.acted END
             FROM unnest($1) f (id)
             LEFT JOIN LATERAL (
                 SELECT m.customer_id, m.acted FROM customer_merges g
                 JOIN segment_members m ON m.segment_id = $2 AND m.customer_id = g.id
                 WHERE g.survivor_id = f.id ORDER BY m.entered_at LIMIT 1
             ) old ON true'
            USING came, segment.id, acted_on_entering;
        EXECUTE 'DELETE FROM segment_members m USING unnest($1) w (id) WHERE m.segment_id = $2 AND m.customer_id = w.id'
            USING went, segment.id;
        -- Nor is whoever was merged into somebody who is not in.
        EXECUTE
            'DELETE FROM segment_members m
             USING customer_merges g LEFT JOIN unnest($1) f (id) ON f.id = g.survivor_id
             WHERE m.segment_id = $2 AND m.customer_id = g.id AND f.id IS NULL'
            USING inside, segment.id;
    END IF;
    EXECUTE
        'SELECT ARRAY(SELECT f.id FROM unnest($1) f (id) WHERE NOT EXISTS (
             SELECT FROM customer_merges g
             JOIN segment_members m ON m.segment_id = $2 AND m.customer_id = g.id
             WHERE g.survivor_id = f.id
         ))' INTO came USING came, segment.id;

    IF NOT dry AND (run_segment.asked IS NOT NULL OR cardinality(came) + cardinality(went) > 1) THEN
        PERFORM pg_advisory_xact_lock(hashtext('crm.many_customers'));  -- as bulk changes do: they take turns
    END IF;
    FOR rule IN
        SELECT r.* FROM segment_rules r
        WHERE r.segment_id = segment.id AND (r.id = ANY (acting) OR r.id = run_segment.asked)
        ORDER BY r.created_at, r.id
    LOOP
        who := CASE WHEN rule.id <> ALL (acting) THEN '{}' WHEN rule.event = 'enter' THEN came ELSE went END;
        IF rule.id = run_segment.asked AND rule.event = 'enter' THEN
            IF dry THEN
                EXECUTE
                    'SELECT ARRAY(SELECT f.id FROM unnest($1) f (id) WHERE NOT EXISTS (
                         SELECT FROM segment_members m
                         WHERE m.segment_id = $2 AND m.customer_id = f.id AND $3 = ANY (m.acted)
                     ))' INTO who USING inside, segment.id, rule.id;
            ELSE
                EXECUTE
                    'WITH marked AS (
                         UPDATE segment_members m SET acted = m.acted || $3
                         FROM unnest($1) f (id)
                         WHERE m.segment_id = $2 AND m.customer_id = f.id AND NOT $3 = ANY (m.acted)
                         RETURNING m.customer_id
                     )
                     SELECT $4 || ARRAY(SELECT customer_id FROM marked)' INTO who USING inside, segment.id, rule.id, who;
            END IF;
        END IF;
        CONTINUE WHEN cardinality(who) = 0;
        changed := crm.act_by_rule(rule, segment.name, who, dry);
        any_changed := any_changed OR changed > 0;
        did := did || jsonb_build_object(
            'rule', rule.id, 'event', rule.event, 'action', rule.action, 'parameters', rule.parameters,
            'customers', cardinality(who), 'changed', changed
        );
    END LOOP;
    IF dry THEN
        RETURN;
    END IF;

    IF active = '{}' THEN
        -- Nobody asks any more who was in: whoever is in when a rule is active again has not just entered.
        DELETE FROM segment_members m WHERE m.segment_id = segment.id;
        DELETE FROM segment_states s WHERE s.segment_id = segment.id;
    ELSE
        INSERT INTO segment_states AS s (segment_id, fingerprint, rules, run_at)
        VALUES (segment.id, run_segment.fingerprint, active, now())
        ON CONFLICT ON CONSTRAINT pk_segment_states DO UPDATE
        SET fingerprint = excluded.fingerprint, rules = excluded.rules, run_at = excluded.run_at;
    END IF;
    IF any_changed OR (active <> '{}' AND kind = 'first') OR (kind = 'criteria' AND entered + left_count > 0) THEN
        INSERT INTO segment_runs (segment_id, kind, size, entered, left_count, did)
        VALUES (segment.id, kind, run_segment.size, entered, left_count, did)
        RETURNING id INTO run_id;
    END IF;
    IF active <> '{}' THEN
        PERFORM crm.note_segment_size(
            segment.id, run_segment.size, CASE WHEN known THEN entered ELSE 0 END,
            CASE WHEN known THEN left_count ELSE 0 END
        );
    END IF;
    DELETE FROM frozen_rows f WHERE f.selection_id = run_segment.selection AND f.owner_id = me;
END
$$;

-- Internal: the size of today, and who came and went, added to what the day had.
CREATE FUNCTION crm.note_segment_size(segment_id uuid, size bigint, entered bigint, left_count bigint) RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp AS
$$
INSERT INTO segment_sizes AS s (segment_id, day, size, entered, left_count)
VALUES (
    note_segment_size.segment_id, (now() AT TIME ZONE crm.time_zone())::date, note_segment_size.size,
    note_segment_size.entered, note_segment_size.left_count
)
ON CONFLICT ON CONSTRAINT pk_segment_sizes DO UPDATE
SET size = excluded.size,
    entered = CASE WHEN excluded.entered IS NULL THEN s.entered ELSE coalesce(s.entered, 0) + excluded.entered END,
    left_count = CASE WHEN excluded.left_count IS NULL THEN s.left_count
                      ELSE coalesce(s.left_count, 0) + excluded.left_count END
WHERE s.size <> excluded.size OR excluded.entered + excluded.left_count > 0
$$;

-- Segments in use that have no size of today yet.
CREATE FUNCTION crm.segments_without_size() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT c.id FROM customer_segments c
WHERE c.is_active AND NOT EXISTS (
    SELECT FROM segment_sizes s WHERE s.segment_id = c.id AND s.day = (now() AT TIME ZONE crm.time_zone())::date
)
ORDER BY c.name
$$;

CREATE FUNCTION crm.record_segment_size(segment_id uuid, size bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF crm.current_user_id() IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR002', MESSAGE = 'Your account has no access to the CRM.';
    END IF;
    IF record_segment_size.size IS NULL OR record_segment_size.size < 0 OR NOT EXISTS (
        SELECT FROM customer_segments c WHERE c.id = record_segment_size.segment_id
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This segment is not there any more.';
    END IF;
    PERFORM crm.note_segment_size(record_segment_size.segment_id, record_segment_size.size, NULL, NULL);
END
$$;

-- Forgets who was in segments that have no active rule any more, are out of use, or are gone.
CREATE FUNCTION crm.forget_segment_members() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    unused uuid[] := ARRAY(
        SELECT s.segment_id FROM segment_states s
        WHERE NOT EXISTS (
            SELECT FROM segment_rules r JOIN customer_segments c ON c.id = r.segment_id
            WHERE r.segment_id = s.segment_id AND r.is_active AND c.is_active
        )
    );
BEGIN
    DELETE FROM segment_members m WHERE m.segment_id = ANY (unused);
    DELETE FROM segment_states s WHERE s.segment_id = ANY (unused);
END
$$;

-- Takes back what the rules did in a run; what was changed since stays, and `customers` are those of whom something
-- stayed. Members stay as they are: no rule acts again on who was acted on.
CREATE FUNCTION crm.undo_segment_run(run_id bigint, OUT restored bigint, OUT kept bigint, OUT customers uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    run segment_runs;
BEGIN
    PERFORM crm.require_admin();
    SELECT r.* INTO run FROM segment_runs r WHERE r.id = undo_segment_run.run_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This run is not there any more.';
    END IF;
    IF run.undone_at IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'This run was undone before.';
    END IF;
    SELECT u.restored, u.refused, u.kept INTO undo_segment_run.restored, undo_segment_run.kept, undo_segment_run.customers
    FROM crm.undo_transaction(run.transaction_id) u;
    UPDATE segment_runs r SET undone_at = now(), undone_by = crm.current_user_id(), rows_kept = undo_segment_run.kept
    WHERE r.id = run.id;
END
$$;
