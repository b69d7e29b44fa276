-- More figures that are asked for often (see 0001_j_figures.sql). Days are those of created_at or ordered_at in UTC:
--     customers     type | status
--     acquired      day | type
--     sources       source, as it is written | status
--     interactions  day | type
--     logged        day | author
--     orders        day | currency          how many count as revenue
--     revenue       day | currency          what they amount to
--     points        day | kind of entry
-- Money has four decimals, so amounts are numeric.

LOCK TABLE customers, customer_interactions, orders, loyalty_ledger, figures IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE figures ALTER COLUMN amount TYPE numeric;

-- The key of an index entry has its limit.
CREATE OR REPLACE FUNCTION crm.count_customers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT CASE grouping(day, source) WHEN 3 THEN 'customers' WHEN 1 THEN 'acquired' ELSE 'sources' END,
               CASE grouping(day, source)
                   WHEN 3 THEN type WHEN 1 THEN coalesce(to_char(day, 'YYYY-MM-DD'), '') ELSE source
               END,
               CASE grouping(day, source) WHEN 1 THEN type ELSE status END,
               count(*)
        FROM (
            SELECT coalesce(customer_type, '') AS type, coalesce(status, '') AS status,
                   left(coalesce(source, ''), 300) AS source, (created_at AT TIME ZONE 'UTC')::date AS day
            FROM new_rows
        ) r
        GROUP BY GROUPING SETS ((type, status), (day, type), (source, status));
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT CASE grouping(day, source) WHEN 3 THEN 'customers' WHEN 1 THEN 'acquired' ELSE 'sources' END,
               CASE grouping(day, source)
                   WHEN 3 THEN type WHEN 1 THEN coalesce(to_char(day, 'YYYY-MM-DD'), '') ELSE source
               END,
               CASE grouping(day, source) WHEN 1 THEN type ELSE status END,
               -count(*)
        FROM (
            SELECT coalesce(customer_type, '') AS type, coalesce(status, '') AS status,
                   left(coalesce(source, ''), 300) AS source, (created_at AT TIME ZONE 'UTC')::date AS day
            FROM old_rows
        ) r
        GROUP BY GROUPING SETS ((type, status), (day, type), (source, status));
    ELSE
        INSERT INTO figures (measure, key, part, amount)
        SELECT CASE grouping(day, source) WHEN 3 THEN 'customers' WHEN 1 THEN 'acquired' ELSE 'sources' END,
               CASE grouping(day, source)
                   WHEN 3 THEN type WHEN 1 THEN coalesce(to_char(day, 'YYYY-MM-DD'), '') ELSE source
               END,
               CASE grouping(day, source) WHEN 1 THEN type ELSE status END,
               sum(amount)
        FROM (
            SELECT coalesce(customer_type, '') AS type, coalesce(status, '') AS status,
                   left(coalesce(source, ''), 300) AS source, (created_at AT TIME ZONE 'UTC')::date AS day, 1 AS amount
            FROM new_rows
            UNION ALL
            SELECT coalesce(customer_type, ''), coalesce(status, ''), left(coalesce(source, ''), 300),
                   (created_at AT TIME ZONE 'UTC')::date, -1
            FROM old_rows
        ) r
        GROUP BY GROUPING SETS ((type, status), (day, type), (source, status)) HAVING sum(amount) <> 0;
    END IF;
    -- Now and then, so that the deltas stay few without anybody having to think of it.
    IF random() < 0.002 THEN
        PERFORM crm.fold_figures();
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION crm.count_interactions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT CASE grouping(type) WHEN 0 THEN 'interactions' ELSE 'logged' END,
               coalesce(to_char(day, 'YYYY-MM-DD'), ''), coalesce(type, author::text), count(*)
        FROM (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, type, user_id AS author FROM new_rows) r
        GROUP BY GROUPING SETS ((day, type), (day, author));
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT CASE grouping(type) WHEN 0 THEN 'interactions' ELSE 'logged' END,
               coalesce(to_char(day, 'YYYY-MM-DD'), ''), coalesce(type, author::text), -count(*)
        FROM (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, type, user_id AS author FROM old_rows) r
        GROUP BY GROUPING SETS ((day, type), (day, author));
    ELSE
        INSERT INTO figures (measure, key, part, amount)
        SELECT CASE grouping(type) WHEN 0 THEN 'interactions' ELSE 'logged' END,
               coalesce(to_char(day, 'YYYY-MM-DD'), ''), coalesce(type, author::text), sum(amount)
        FROM (
            SELECT (created_at AT TIME ZONE 'UTC')::date AS day, type, user_id AS author, 1 AS amount FROM new_rows
            UNION ALL
            SELECT (created_at AT TIME ZONE 'UTC')::date, type, user_id, -1 FROM old_rows
        ) r
        GROUP BY GROUPING SETS ((day, type), (day, author)) HAVING sum(amount) <> 0;
    END IF;
    IF random() < 0.002 THEN
        PERFORM crm.fold_figures();
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION crm.count_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        WITH deltas AS MATERIALIZED (
            SELECT (ordered_at AT TIME ZONE 'UTC')::date AS day, currency, count(*) AS number, sum(total) AS revenue
            FROM new_rows WHERE status NOT IN ('cancelled', 'refunded') GROUP BY 1, 2
        )
        INSERT INTO figures (measure, key, part, amount)
        SELECT v.measure, to_char(day, 'YYYY-MM-DD'), currency, v.amount
        FROM deltas, LATERAL (VALUES ('orders', number), ('revenue', revenue)) AS v (measure, amount)
        WHERE v.amount <> 0;
    ELSIF TG_OP = 'DELETE' THEN
        WITH deltas AS MATERIALIZED (
            SELECT (ordered_at AT TIME ZONE 'UTC')::date AS day, currency, -count(*) AS number, -sum(total) AS revenue
            FROM old_rows WHERE status NOT IN ('cancelled', 'refunded') GROUP BY 1, 2
        )
        INSERT INTO figures (measure, key, part, amount)
        SELECT v.measure, to_char(day, 'YYYY-MM-DD'), currency, v.amount
        FROM deltas, LATERAL (VALUES ('orders', number), ('revenue', revenue)) AS v (measure, amount)
        WHERE v.amount <> 0;
    ELSE
        WITH deltas AS MATERIALIZED (
            SELECT (ordered_at AT TIME ZONE 'UTC')::date AS day, currency, sum(number) AS number, sum(total) AS revenue
            FROM (
                SELECT ordered_at, currency, 1 AS number, total FROM new_rows
                WHERE status NOT IN ('cancelled', 'refunded')
                UNION ALL
                SELECT ordered_at, currency, -1, -total FROM old_rows
                WHERE status NOT IN ('cancelled', 'refunded')
            ) d
            GROUP BY 1, 2
        )
        INSERT INTO figures (measure, key, part, amount)
        SELECT v.measure, to_char(day, 'YYYY-MM-DD'), currency, v.amount
        FROM deltas, LATERAL (VALUES ('orders', number), ('revenue', revenue)) AS v (measure, amount)
        WHERE v.amount <> 0;
    END IF;
    IF random() < 0.002 THEN
        PERFORM crm.fold_figures();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_insert AFTER INSERT ON orders
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_orders();
CREATE TRIGGER count_update AFTER UPDATE ON orders
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.count_orders();
CREATE TRIGGER count_delete AFTER DELETE ON orders
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_orders();

-- Entries are added, and go only along with their account: nothing of them changes but whose they are.
CREATE FUNCTION crm.count_points() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'points', to_char(day, 'YYYY-MM-DD'), kind, points
        FROM (
            SELECT (created_at AT TIME ZONE 'UTC')::date AS day, kind, sum(points) AS points FROM new_rows GROUP BY 1, 2
        ) d
        WHERE points <> 0;
    ELSE
        INSERT INTO figures (measure, key, part, amount)
        SELECT 'points', to_char(day, 'YYYY-MM-DD'), kind, -points
        FROM (
            SELECT (created_at AT TIME ZONE 'UTC')::date AS day, kind, sum(points) AS points FROM old_rows GROUP BY 1, 2
        ) d
        WHERE points <> 0;
    END IF;
    IF random() < 0.002 THEN
        PERFORM crm.fold_figures();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_insert AFTER INSERT ON loyalty_ledger
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_points();
CREATE TRIGGER count_delete AFTER DELETE ON loyalty_ledger
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.count_points();

-- What lies between midnight in UTC and local midnight is looked up.
CREATE INDEX ix_loyalty_ledger_created_at ON loyalty_ledger (created_at);

CREATE OR REPLACE FUNCTION crm.rebuild_part_10_figures() RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    DELETE FROM figures;
    INSERT INTO figures (measure, key, part, amount)
    SELECT CASE grouping(day, source) WHEN 3 THEN 'customers' WHEN 1 THEN 'acquired' ELSE 'sources' END,
           CASE grouping(day, source)
               WHEN 3 THEN type WHEN 1 THEN coalesce(to_char(day, 'YYYY-MM-DD'), '') ELSE source
           END,
           CASE grouping(day, source) WHEN 1 THEN type ELSE status END,
           count(*)
    FROM (
        SELECT coalesce(customer_type, '') AS type, coalesce(status, '') AS status,
               left(coalesce(source, ''), 300) AS source, (created_at AT TIME ZONE 'UTC')::date AS day
        FROM customers
    ) r
    GROUP BY GROUPING SETS ((type, status), (day, type), (source, status))
    UNION ALL
    SELECT CASE grouping(type) WHEN 0 THEN 'interactions' ELSE 'logged' END,
           coalesce(to_char(day, 'YYYY-MM-DD'), ''), coalesce(type, author::text), count(*)
    FROM (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, type, user_id AS author FROM customer_interactions) r
    GROUP BY GROUPING SETS ((day, type), (day, author));

    INSERT INTO figures (measure, key, part, amount)
    SELECT v.measure, to_char(day, 'YYYY-MM-DD'), currency, v.amount
    FROM (
        SELECT (ordered_at AT TIME ZONE 'UTC')::date AS day, currency, count(*) AS number, sum(total) AS revenue
        FROM orders WHERE status NOT IN ('cancelled', 'refunded') GROUP BY 1, 2
    ) o, LATERAL (VALUES ('orders', number), ('revenue', revenue)) AS v (measure, amount)
    WHERE v.amount <> 0
    UNION ALL
    SELECT 'points', to_char(day, 'YYYY-MM-DD'), kind, points
    FROM (
        SELECT (created_at AT TIME ZONE 'UTC')::date AS day, kind, sum(points) AS points
        FROM loyalty_ledger GROUP BY 1, 2
    ) p
    WHERE points <> 0;
END
$$;
SELECT crm.rebuild_part_10_figures();
