-- What an employee's desk did, or says that it did, puts nothing off for administrators' desks: whoever may begin and end
-- a chore may do so over SQL without doing it.

ALTER TABLE chores ADD COLUMN trusted_at timestamptz;
COMMENT ON COLUMN chores.trusted_at IS 'When an administrator''s desk began it last: for those, only that counts';

CREATE OR REPLACE FUNCTION crm.chore_is_due(key text, every interval) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT NOT EXISTS (
    SELECT FROM chores c
    WHERE c.key = chore_is_due.key
      AND CASE WHEN crm.is_admin() THEN c.trusted_at ELSE c.started_at END > clock_timestamp()
          - CASE WHEN c.finished_at IS NULL THEN least(every, interval '5 minutes') ELSE every END
)
$$;

DO $$
DECLARE
    source text := pg_get_functiondef('crm.begin_chore(text, interval)'::regprocedure);
    before text := 'INSERT INTO chores AS c (key, started_at, run_by)
    VALUES (begin_chore.key, clock_timestamp(), crm.current_user_id())
    ON CONFLICT ON CONSTRAINT pk_chores DO UPDATE
    SET started_at = excluded.started_at,';
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'begin_chore() is not as it is known here: employees could put chores off for everybody';
    END IF;
    EXECUTE replace(source, before, 'INSERT INTO chores AS c (key, started_at, run_by, trusted_at)
    VALUES (
        begin_chore.key, clock_timestamp(), crm.current_user_id(), CASE WHEN crm.is_admin() THEN clock_timestamp() END
    )
    ON CONFLICT ON CONSTRAINT pk_chores DO UPDATE
    SET started_at = excluded.started_at, trusted_at = coalesce(excluded.trusted_at, c.trusted_at),');
END
$$;

-- Sizes that employees' desks report are counted again at the next administrator's desk, which has the last word for the
-- day; and no segment is larger than the company has customers.
ALTER TABLE segment_sizes ADD COLUMN is_trusted boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN segment_sizes.is_trusted IS 'Counted at an administrator''s desk';
UPDATE segment_sizes SET is_trusted = true;

CREATE OR REPLACE FUNCTION crm.note_segment_size(
    segment_id uuid, size bigint, entered bigint, left_count bigint
) RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp AS
$$
INSERT INTO segment_sizes AS s (segment_id, day, size, entered, left_count, is_trusted)
VALUES (
    note_segment_size.segment_id, (now() AT TIME ZONE crm.time_zone())::date, note_segment_size.size,
    note_segment_size.entered, note_segment_size.left_count, crm.is_admin()
)
ON CONFLICT ON CONSTRAINT pk_segment_sizes DO UPDATE
SET size = CASE WHEN s.is_trusted AND NOT excluded.is_trusted THEN s.size ELSE excluded.size END,
    is_trusted = s.is_trusted OR excluded.is_trusted,
    entered = CASE WHEN excluded.entered IS NULL THEN s.entered ELSE coalesce(s.entered, 0) + excluded.entered END,
    left_count = CASE WHEN excluded.left_count IS NULL THEN s.left_count
                      ELSE coalesce(s.left_count, 0) + excluded.left_count END
WHERE s.size <> excluded.size OR excluded.is_trusted > s.is_trusted OR excluded.entered + excluded.left_count > 0
$$;

CREATE OR REPLACE FUNCTION crm.segments_without_size() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
SELECT c.id FROM customer_segments c
WHERE c.is_active AND NOT EXISTS (
    SELECT FROM segment_sizes s
    WHERE s.segment_id = c.id AND s.day = (now() AT TIME ZONE crm.time_zone())::date
      AND (s.is_trusted OR NOT crm.is_admin())
)
ORDER BY c.name
$$;

DO $$
DECLARE
    source text := pg_get_functiondef('crm.record_segment_size(uuid, bigint)'::regprocedure);
    before text := 'PERFORM crm.note_segment_size(';
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'record_segment_size() is not as it is known here: sizes could be anything';
    END IF;
    EXECUTE replace(source, before, 'IF record_segment_size.size > (
        SELECT coalesce(sum(f.amount), 0) FROM figures f WHERE f.measure = ''customers''
    ) THEN
        RAISE EXCEPTION USING ERRCODE = ''CR001'', MESSAGE = ''A segment cannot be larger than there are customers.'';
    END IF;
    ' || before);
END
$$;
