-- One more figure that is kept: members, by tier.

CREATE FUNCTION crm.count_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'members', tier, '', count(*) FROM new_rows WHERE tier IS NOT NULL GROUP BY tier;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'members', tier, '', -count(*) FROM old_rows WHERE tier IS NOT NULL GROUP BY tier;
    ELSE
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'members', tier, '', sum(amount)
        FROM (
            SELECT tier, 1 AS amount FROM new_rows WHERE tier IS NOT NULL
            UNION ALL
            SELECT tier, -1 FROM old_rows WHERE tier IS NOT NULL
        ) d
        GROUP BY tier HAVING sum(amount) <> 0;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_members_insert AFTER INSERT ON customers
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_members();
CREATE TRIGGER count_members_update AFTER UPDATE ON customers
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.count_members();
CREATE TRIGGER count_members_delete AFTER DELETE ON customers
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_members();

-- After the figures have been emptied and the tiers settled.
CREATE FUNCTION crm.rebuild_part_50_members() RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp AS
$$
DELETE FROM figures WHERE measure = 'members';
INSERT INTO figures (measure, key, part, amount)
SELECT 'members', tier, '', count(*) FROM customers WHERE tier IS NOT NULL GROUP BY tier;
$$;
SELECT crm.rebuild_part_50_members();

REVOKE EXECUTE ON FUNCTION crm.count_members(), crm.rebuild_part_50_members() FROM PUBLIC;
