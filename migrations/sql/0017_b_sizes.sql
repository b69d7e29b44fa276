-- Sizes that segments had before anybody counted: for sample data and for whoever moves here from another program. What
-- was counted here stays as it is.
CREATE FUNCTION crm.recall_segment_sizes(segment_id uuid, days date[], sizes bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    PERFORM crm.require_admin();
    IF NOT EXISTS (SELECT FROM customer_segments c WHERE c.id = recall_segment_sizes.segment_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This segment is not there any more.';
    END IF;
    INSERT INTO segment_sizes (segment_id, day, size)
    SELECT recall_segment_sizes.segment_id, d.day, d.size
    FROM unnest(recall_segment_sizes.days, recall_segment_sizes.sizes) AS d (day, size)
    WHERE d.day < (now() AT TIME ZONE crm.time_zone())::date AND d.size >= 0
    ON CONFLICT ON CONSTRAINT pk_segment_sizes DO NOTHING;
END
$$;
REVOKE ALL ON FUNCTION crm.recall_segment_sizes(uuid, date[], bigint[]) FROM PUBLIC;
DO $$
BEGIN
    EXECUTE format(
        'GRANT EXECUTE ON FUNCTION crm.recall_segment_sizes(uuid, date[], bigint[]) TO %I',
        current_database() || '_admin'
    );
END
$$;
