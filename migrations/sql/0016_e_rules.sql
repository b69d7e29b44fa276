-- Rules that undo each other, or that are made to act on the same customers again and again, stop by themselves.

ALTER TABLE segment_rules ADD COLUMN stopped_because text;
COMMENT ON COLUMN segment_rules.stopped_because IS 'Why the program paused it; gone once an administrator resumes it';

CREATE FUNCTION crm.start_again() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    NEW.stopped_because := NULL;
    RETURN NEW;
END
$$;
-- Before "touch".
CREATE TRIGGER start_again BEFORE UPDATE ON segment_rules
    FOR EACH ROW WHEN (NEW.is_active AND NEW.stopped_because IS NOT NULL) EXECUTE FUNCTION crm.start_again();

-- Internal: of these customers, those on whom a rule has acted three times since yesterday, and since somebody changed the
-- rule. Runs tell in which transactions it acted, the trail whom they changed; a rule that has not acted so often in all
-- costs one look at the runs.
CREATE FUNCTION crm.acted_on_too_often(rule segment_rules, who uuid[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = crm, pg_temp AS
$$
DECLARE
    lately xid8[] := ARRAY(
        SELECT r.transaction_id FROM segment_runs r
        WHERE r.segment_id = rule.segment_id AND r.run_at > greatest(now() - interval '1 day', rule.updated_at)
          AND r.undone_at IS NULL
          AND EXISTS (
              SELECT FROM jsonb_array_elements(r.did) d
              WHERE d ->> 'rule' = rule.id::text AND (d ->> 'changed')::bigint > 0
          )
    );
    found uuid[];
BEGIN
    IF cardinality(lately) < 3 THEN
        RETURN '{}';
    END IF;
    EXECUTE
        'SELECT array_agg(x.customer_id) FROM (
             SELECT a.customer_id FROM audit_log a
             WHERE a.transaction_id = ANY ($1) AND a.customer_id IN (SELECT unnest($2))
             GROUP BY a.customer_id HAVING count(DISTINCT a.transaction_id) >= 3
             LIMIT 1000
         ) x'
        INTO found USING lately, who;
    RETURN coalesce(found, '{}');
END
$$;

-- Internal: pauses a rule that acts on these customers too often, and with it the rules that take turns with it. What is
-- kept of it in the record of the run.
CREATE FUNCTION crm.stop_rules(rule segment_rules, often uuid[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = crm, pg_temp SET application_name = 'CRM Desktop segment rules' AS
$$
DECLARE
    others uuid[];
    named text;
    reason text;
BEGIN
    SELECT array_agg(k.id), string_agg(DISTINCT format('“%s”', s.name), ', ')
    INTO others, named
    FROM segment_rules k JOIN customer_segments s ON s.id = k.segment_id
    WHERE k.is_active AND k.id <> rule.id AND (
        SELECT count(DISTINCT g.transaction_id)
        FROM segment_runs g JOIN audit_log a ON a.transaction_id = g.transaction_id
        WHERE g.segment_id = k.segment_id AND g.run_at > greatest(now() - interval '1 day', k.updated_at)
          AND g.undone_at IS NULL AND a.customer_id = ANY (often)
          AND EXISTS (
              SELECT FROM jsonb_array_elements(g.did) d
              WHERE d ->> 'rule' = k.id::text AND (d ->> 'changed')::bigint > 0
          )
    ) >= 2;
    reason := format('It acted three times within a day on the same %s',
                     CASE WHEN cardinality(often) = 1 THEN 'customer' ELSE cardinality(often) || ' customers' END);
    IF others IS NOT NULL THEN
        reason := reason || format(', in turns with rules of %s, which are stopped, too', named);
    END IF;
    UPDATE segment_rules k SET is_active = false, stopped_because = reason || '.'
    WHERE k.id = rule.id OR k.id = ANY (others);
    RETURN jsonb_build_object(
        'rule', rule.id, 'event', rule.event, 'action', rule.action, 'parameters', rule.parameters, 'customers',
        cardinality(often), 'changed', 0, 'stopped', reason || '.'
    );
END
$$;

DO $$
DECLARE
    change record;
    source text := pg_get_functiondef('crm.run_segment(uuid, uuid, bigint, text, boolean, uuid)'::regprocedure);
BEGIN
    FOR change IN
        SELECT * FROM (VALUES
            (
                '    rule segment_rules;
',
                '    rule segment_rules;
    often uuid[];
'
            ),
            -- Members that an employee makes up are customers at least.
            (
                'did := ''[]'';
    entered := 0;',
                'IF NOT crm.is_admin() THEN
        EXECUTE ''SELECT ARRAY(SELECT c.id FROM customers c WHERE c.id IN (SELECT unnest($1)))''
            INTO inside USING inside;
    END IF;
    did := ''[]'';
    entered := 0;'
            ),
            (
                'changed := crm.act_by_rule(rule, segment.name, who, dry);',
                'often := CASE WHEN dry OR rule.id = run_segment.asked THEN ''{}'' ELSE crm.acted_on_too_often(rule, who) END;
        IF often <> ''{}'' THEN
            did := did || crm.stop_rules(rule, often);
            any_changed := true;
            CONTINUE;
        END IF;
        changed := crm.act_by_rule(rule, segment.name, who, dry);'
            ),
            (
                'IF active = ''{}'' THEN
        -- Nobody',
                'active := ARRAY(
        SELECT r.id FROM segment_rules r WHERE r.id = ANY (active) AND r.is_active ORDER BY r.id
    );
    IF active = ''{}'' THEN
        -- Nobody'
            ),
            (
                'VALUES (segment.id, kind, run_segment.size, entered, left_count, did)',
                'VALUES (segment.id, kind, cardinality(inside), entered, left_count, did)'
            ),
            (
                'segment.id, run_segment.size, CASE WHEN known',
                'segment.id, cardinality(inside), CASE WHEN known'
            )
        ) s (before, afterwards)
    LOOP
        IF strpos(source, change.before) = 0 THEN
            RAISE EXCEPTION 'run_segment() is not as it is known here: rules could undo each other for ever';
        END IF;
        source := replace(source, change.before, change.afterwards);
    END LOOP;
    EXECUTE source;
END
$$;
