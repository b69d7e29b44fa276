"""The statements of importing interactions, set by set; values never stand in them."""

from __future__ import annotations

from crm_desktop.importing import whose_sql

KNOWN_TABLE = """
CREATE TEMPORARY TABLE import_known (line bigint, customer_id uuid, count integer, user_id uuid) ON COMMIT DROP
"""
KNOWN = f"""
INSERT INTO import_known (line, customer_id, count, user_id)
SELECT s.line, found.id, found.count,
    CASE
        WHEN s.author IS NULL THEN crm.current_user_id()
        ELSE coalesce(
            (SELECT u.id FROM crm.users u WHERE u.username = lower(s.author) OR u.username = s.author LIMIT 1),
            -- Exported files have the names that people see: good enough where one person has it.
            (
                SELECT min(u.id::text)::uuid FROM crm.users u
                WHERE u.display_name = s.author AND u.username IS NOT NULL HAVING count(*) = 1
            )
        )
    END
FROM (
    SELECT line, author, {whose_sql.KEYS}
    FROM import_rows
) s
CROSS JOIN LATERAL {whose_sql.FOUND} found
"""
NOT_FOUND = f"""
SELECT s.line, coalesce(k.count, 0), {whose_sql.said("s")}
FROM import_rows s LEFT JOIN import_known k USING (line)
WHERE k.count IS NULL OR k.count > 1
"""
AUTHORS = """
SELECT s.line, s.author, k.user_id
FROM import_rows s JOIN import_known k USING (line)
WHERE k.user_id IS NULL OR (k.user_id <> crm.current_user_id() AND NOT crm.is_admin())
"""
THERE = """
SELECT s.line
FROM import_rows s JOIN import_known k USING (line)
WHERE k.count = 1 AND EXISTS (
    SELECT FROM crm.customer_interactions i
    WHERE i.customer_id = k.customer_id AND i.type = s.type AND i.subject = s.subject
        AND (i.created_at = s.created_at OR s.created_at IS NULL)
        AND coalesce(i.description, '') = coalesce(s.description, '')
)
"""
INSERT = """
INSERT INTO crm.customer_interactions (customer_id, user_id, type, subject, description, outcome, priority, status,
    duration, follow_up, created_at)
SELECT k.customer_id, k.user_id, s.type, s.subject, s.description, s.outcome, s.priority, s.status, s.duration,
    s.follow_up, coalesce(s.created_at, now())
FROM import_rows s JOIN import_known k USING (line)
"""
