"""The statements of importing interactions, set by set; values never stand in them."""

from __future__ import annotations

KNOWN_TABLE = """
CREATE TEMPORARY TABLE import_known (line bigint, customer_id uuid, count integer, user_id uuid) ON COMMIT DROP
"""
# By address first, then by number, then by name and company: the first way that finds anybody counts. Of several, one
# of the same name is meant; where that does not tell either, none.
_FOUND = """
        SELECT (array_agg(c.id ORDER BY c.name_key <> s.name_key, c.created_at, c.id))[1] AS id,
            CASE
                WHEN count(*) > 1 AND count(*) FILTER (WHERE c.name_key = s.name_key) <> 1 THEN count(*) ELSE 1
            END AS count
        FROM (SELECT * FROM crm.customers WHERE {indexed} LIMIT 100) c
        WHERE {matches}
        HAVING count(*) > 0
"""
_OTHERS = (
    "(other_emails <> '[]'::jsonb OR other_phones <> '[]'::jsonb)"
    " AND crm.reach(other_emails, other_phones) @> ARRAY[{value}]"
)
_WAYS = (
    _FOUND.format(indexed="email_normalized = s.email_key", matches="true"),
    _FOUND.format(indexed=_OTHERS.format(value="s.email_key"), matches="true"),
    _FOUND.format(indexed="phone_digits = s.digits AND s.digits <> ''", matches="true"),
    _FOUND.format(indexed=_OTHERS.format(value="s.customer_phone"), matches="true"),
    _FOUND.format(
        indexed="name_key = s.name_key AND s.name_key <> ''",
        matches="s.company_key = '' OR c.company_key = s.company_key",
    ),
    _FOUND.format(indexed="company_key = s.company_key AND s.company_key <> '' AND s.name_key = ''", matches="true"),
)
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
    SELECT line, customer_phone, author,
        left(crm.fold(customer_email), 320) AS email_key,
        left(crm.digits(customer_phone), 300) AS digits,
        left(crm.fold(coalesce(customer_name, '')), 300) AS name_key,
        left(crm.fold(coalesce(company_name, '')), 300) AS company_key
    FROM import_rows
) s
CROSS JOIN LATERAL (
    SELECT * FROM ({" UNION ALL ".join(f"({way})" for way in _WAYS)}) ways LIMIT 1
) found
"""
NOT_FOUND = """
SELECT s.line, coalesce(k.count, 0),
    CASE
        WHEN s.customer_email IS NOT NULL THEN 'with the e-mail address ' || s.customer_email
        WHEN s.customer_phone IS NOT NULL THEN 'with the phone number ' || s.customer_phone
        ELSE concat_ws(' of ', s.customer_name, s.company_name)
    END
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
