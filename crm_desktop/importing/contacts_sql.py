"""The statements of importing contacts, set by set; values never stand in them."""

from __future__ import annotations

TABLES = (
    """
    CREATE TEMPORARY TABLE import_known (
        line bigint, contact_id uuid, customer_id uuid, version integer, name text
    ) ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE import_companies (
        company_key text PRIMARY KEY, customer_id uuid NOT NULL, company_name text, is_new boolean NOT NULL
    ) ON COMMIT DROP
    """,
    # Who the file has named so far, at whichever company.
    "CREATE TEMPORARY TABLE import_people (person text PRIMARY KEY, contact_id uuid, company_key text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE import_domains (domain text PRIMARY KEY, company_key text) ON COMMIT DROP",
    """
    CREATE TEMPORARY TABLE import_changes (
        contact_id uuid PRIMARY KEY, customer_id uuid, line bigint, version integer, email text, phone text,
        phone_national text, other_emails jsonb, other_phones jsonb, other_phones_national text, notes text, role text
    ) ON COMMIT DROP
    """,
)

# Addresses at these say nothing of a company.
_FREE = (
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com",
    "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "orange.fr", "free.fr", "wanadoo.fr", "mail.ru",
    "yandex.ru", "qq.com", "163.com", "proton.me", "protonmail.com",
)  # fmt: skip
DOMAINS = f"""
INSERT INTO import_domains (domain, company_key)
SELECT split_part(email_normalized, '@', 2), min(company_key)
FROM crm.customers
WHERE company_key <> '' AND email_normalized LIKE '%@%'
    AND split_part(email_normalized, '@', 2) NOT IN ({", ".join(f"'{domain}'" for domain in _FREE)})
GROUP BY 1 HAVING min(company_key) = max(company_key)
"""
COMPANY_KEYS = """
UPDATE import_rows s
SET company_key = CASE
    WHEN s.company_name IS NOT NULL THEN left(crm.fold(s.company_name), 300)
    ELSE (SELECT d.company_key FROM import_domains d WHERE d.domain = s.domain)
END
"""
# Of several customers of one company, the one that is the company itself is meant, then the oldest.
COMPANIES = """
INSERT INTO import_companies (company_key, customer_id, company_name, is_new)
SELECT s.company_key, coalesce(found.id, gen_random_uuid()), coalesce(found.company_name, s.company_name),
    found.id IS NULL
FROM (
    SELECT DISTINCT ON (company_key) company_key, company_name
    FROM import_rows WHERE company_key IS NOT NULL ORDER BY company_key, line
) s
LEFT JOIN LATERAL (
    SELECT c.id, c.company_name FROM crm.customers c
    WHERE c.company_key = s.company_key AND s.company_key <> ''
    ORDER BY coalesce(c.contact_name, '') <> '', c.customer_type IS DISTINCT FROM 'business', c.created_at, c.id
    LIMIT 1
) found ON true
ON CONFLICT DO NOTHING
"""
# The same address, or the same name where one of the two has none.
KNOWN = """
INSERT INTO import_known (line, contact_id, customer_id, version, name)
SELECT s.line, found.id, m.customer_id, found.version, found.name
FROM import_rows s
JOIN import_companies m ON m.company_key = s.company_key AND NOT m.is_new
CROSS JOIN LATERAL (
    SELECT t.id, t.version, t.name
    FROM crm.contact_positions p JOIN crm.contacts t ON t.id = p.contact_id
    WHERE p.customer_id = m.customer_id AND (
        t.email_normalized = left(crm.fold(s.email), 320)
        OR t.name_key = left(crm.fold(s.name), 300) AND (s.email IS NULL OR t.email_normalized IS NULL)
    )
    ORDER BY t.email_normalized IS DISTINCT FROM left(crm.fold(s.email), 320), t.created_at, t.id
    LIMIT 1
) found
RETURNING line, name, (
    SELECT m.company_name FROM import_companies m WHERE m.customer_id = import_known.customer_id LIMIT 1
)
"""
# Somebody who is not a contact of the company yet, but known at another one: the same address, unless several share it
# under other names, or the same number and name. They get a further position, not a twin.
KNOWN_ELSEWHERE = """
UPDATE import_rows s SET contact_id = found.id, is_there = true
FROM import_rows r
CROSS JOIN LATERAL (
    SELECT k.id
    FROM (
        SELECT t.id, t.created_at, true AS by_address FROM crm.contacts t
        WHERE t.email_normalized = left(crm.fold(r.email), 320)
            AND (t.name_key = left(crm.fold(r.name), 300) OR NOT crm.is_shared_mailbox(t.email_normalized))
        UNION ALL
        SELECT t.id, t.created_at, false FROM crm.contacts t
        WHERE t.phone_e164 = r.phone AND t.name_key = left(crm.fold(r.name), 300)
            AND (r.email IS NULL OR t.email_normalized IS NULL)
    ) k
    ORDER BY k.by_address DESC, k.created_at, k.id LIMIT 1
) found
WHERE s.line = r.line AND r.company_key IS NOT NULL
    AND NOT EXISTS (SELECT FROM import_known k WHERE k.line = r.line)
    -- In the same place twice is no further position.
    AND NOT EXISTS (
        SELECT FROM crm.contact_positions p JOIN import_companies m ON m.customer_id = p.customer_id
        WHERE p.contact_id = found.id AND m.company_key = r.company_key
    )
"""
# The same person on several lines of the file, at several companies.
NAMED_IN_FILE = (
    """
    INSERT INTO import_people (person, contact_id, company_key)
    SELECT DISTINCT ON (1) left(crm.fold(s.email), 320) || E'\\x1f' || left(crm.fold(s.name), 300), s.contact_id,
        s.company_key
    FROM import_rows s
    WHERE s.email IS NOT NULL AND s.company_key IS NOT NULL
        AND NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)
    ORDER BY 1, s.line
    ON CONFLICT DO NOTHING
    """,
    """
    UPDATE import_rows s SET contact_id = p.contact_id, is_there = true
    FROM import_people p
    WHERE p.person = left(crm.fold(s.email), 320) || E'\\x1f' || left(crm.fold(s.name), 300)
        AND p.contact_id <> s.contact_id AND p.company_key <> s.company_key AND NOT s.is_there
        AND NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)
    """,
)
INSERT_COMPANIES = """
INSERT INTO crm.customers (id, company_name, customer_type, source, import_batch_id)
SELECT m.customer_id, m.company_name, 'business', 'import', %(batch)s
FROM import_companies m
WHERE m.is_new
    AND EXISTS (SELECT FROM import_rows s WHERE s.company_key = m.company_key)
    AND NOT EXISTS (SELECT FROM crm.customers c WHERE c.id = m.customer_id)
"""
_TO_CREATE = "s.company_key IS NOT NULL AND NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)"
INSERT_CONTACTS = f"""
INSERT INTO crm.contacts (id, name, email, phone, phone_national, other_emails, other_phones, other_phones_national,
    notes)
SELECT contact_id, name, email, phone, phone_national, other_emails, other_phones, other_phones_national, notes
FROM import_rows s WHERE NOT s.is_there AND {_TO_CREATE}
"""
# What the rows tell of those who are known elsewhere is added to what is there; nothing of that is changed.
ADD_TO_PEOPLE = f"""
UPDATE crm.contacts t
SET email = n.email, phone = n.phone, other_emails = n.other_emails, other_phones = n.other_phones,
    phone_national = CASE WHEN n.phone IS DISTINCT FROM t.phone THEN n.phone_national ELSE t.phone_national END,
    other_phones_national = CASE WHEN n.other_phones = t.other_phones THEN t.other_phones_national
        ELSE nullif(concat_ws(' ', t.other_phones_national, n.national), '') END
FROM (
    SELECT h.id, x.*,
        crm.with_values(h.other_emails, g.emails, x.email) AS other_emails,
        crm.with_values(h.other_phones, g.phones, x.phone) AS other_phones
    FROM (
        SELECT s.contact_id, (array_agg(s.email ORDER BY s.line) FILTER (WHERE s.email IS NOT NULL))[1] AS email,
            (array_agg(s.phone ORDER BY s.line) FILTER (WHERE s.phone IS NOT NULL))[1] AS phone,
            (array_agg(s.phone_national ORDER BY s.line) FILTER (WHERE s.phone IS NOT NULL))[1] AS phone_national,
            (SELECT coalesce(jsonb_agg(v), '[]') FROM unnest(array_agg(s.email ORDER BY s.line)) v WHERE v IS NOT NULL)
                || jsonb_path_query_array(jsonb_agg(s.other_emails ORDER BY s.line), '$[*][*]') AS emails,
            (SELECT coalesce(jsonb_agg(v), '[]') FROM unnest(array_agg(s.phone ORDER BY s.line)) v WHERE v IS NOT NULL)
                || jsonb_path_query_array(jsonb_agg(s.other_phones ORDER BY s.line), '$[*][*]') AS phones,
            string_agg(concat_ws(' ', s.phone_national, s.other_phones_national), ' ' ORDER BY s.line) AS national
        FROM import_rows s WHERE s.is_there AND {_TO_CREATE}
        GROUP BY s.contact_id
    ) g
    JOIN crm.contacts h ON h.id = g.contact_id
    CROSS JOIN LATERAL (
        SELECT coalesce(nullif(h.email, ''), g.email) AS email, coalesce(nullif(h.phone, ''), g.phone) AS phone,
            g.phone_national, g.national
    ) x
) n
WHERE t.id = n.id
    AND (n.email, n.phone, n.other_emails, n.other_phones)
        IS DISTINCT FROM (t.email, t.phone, t.other_emails, t.other_phones)
"""
INSERT_POSITIONS = f"""
INSERT INTO crm.contact_positions (contact_id, customer_id, role, is_primary)
SELECT s.contact_id, m.customer_id, s.role,
    coalesce(s.is_primary, false)
    AND row_number() OVER (PARTITION BY m.customer_id, coalesce(s.is_primary, false) ORDER BY s.line) = 1
    AND NOT EXISTS (SELECT FROM crm.contact_positions p WHERE p.customer_id = m.customer_id AND p.is_primary)
FROM import_rows s JOIN import_companies m ON m.company_key = s.company_key
WHERE {_TO_CREATE}
ON CONFLICT DO NOTHING
"""
TAKEN_BEFORE = """
SELECT k.line, n.line FROM import_known k JOIN import_changes n USING (contact_id) WHERE n.line <> k.line
"""


def changes(*, overwrite: bool) -> str:
    """Collects what the rows change; the first row that changes a contact counts."""

    def taken(held: str, given: str) -> str:
        return (
            f"coalesce({given}, {held})"
            if overwrite
            else f"CASE WHEN coalesce({held}, '') = '' THEN {given} ELSE {held} END"
        )

    appended = " WHEN strpos(t.notes, s.notes) = 0 THEN t.notes || E'\\n' || s.notes" if overwrite else ""
    return f"""
WITH made AS (
    INSERT INTO import_changes (contact_id, customer_id, line, version, email, phone, phone_national, other_emails,
        other_phones, other_phones_national, notes, role)
    SELECT DISTINCT ON (t.id) t.id, k.customer_id, k.line, k.version, n.email, n.phone,
        CASE WHEN n.phone IS NOT DISTINCT FROM t.phone THEN t.phone_national ELSE s.phone_national END,
        o.other_emails, o.other_phones,
        CASE WHEN o.other_phones = t.other_phones THEN t.other_phones_national
            ELSE nullif(concat_ws(' ', t.other_phones_national, s.other_phones_national,
                CASE WHEN n.phone IS DISTINCT FROM t.phone THEN t.phone_national END,
                CASE WHEN n.phone IS DISTINCT FROM s.phone THEN s.phone_national END), '') END,
        n.notes, n.role
    FROM import_known k
    JOIN import_rows s ON s.line = k.line
    JOIN crm.contacts t ON t.id = k.contact_id
    JOIN crm.contact_positions p ON p.contact_id = t.id AND p.customer_id = k.customer_id
    CROSS JOIN LATERAL (
        SELECT {taken("t.email", "s.email")} AS email, {taken("t.phone", "s.phone")} AS phone,
            CASE WHEN coalesce(t.notes, '') = '' THEN s.notes{appended} ELSE t.notes END AS notes,
            {taken("p.role", "s.role")} AS role
    ) n
    CROSS JOIN LATERAL (
        SELECT crm.with_values(t.other_emails, array_to_json(array_remove(ARRAY[t.email, s.email], NULL))::jsonb
                || s.other_emails, n.email) AS other_emails,
            crm.with_values(t.other_phones, array_to_json(array_remove(ARRAY[t.phone, s.phone], NULL))::jsonb
                || s.other_phones, n.phone) AS other_phones
    ) o
    WHERE ROW (n.*) IS DISTINCT FROM ROW (t.email, t.phone, t.notes, p.role)
        OR (o.other_emails, o.other_phones) IS DISTINCT FROM (t.other_emails, t.other_phones)
    ORDER BY t.id, k.line
    ON CONFLICT DO NOTHING
    RETURNING *
)
SELECT n.line, (
    SELECT jsonb_object_agg(f.name, jsonb_build_array(f.old, f.new))
    FROM (VALUES
        ('email', to_jsonb(t.email), to_jsonb(n.email)), ('phone', to_jsonb(t.phone), to_jsonb(n.phone)),
        ('other_emails', t.other_emails, n.other_emails), ('other_phones', t.other_phones, n.other_phones),
        ('notes', to_jsonb(t.notes), to_jsonb(n.notes)), ('role', to_jsonb(p.role), to_jsonb(n.role))
    ) f (name, old, new)
    WHERE f.old IS DISTINCT FROM f.new
)
FROM made n
JOIN crm.contacts t ON t.id = n.contact_id
JOIN crm.contact_positions p ON p.contact_id = t.id AND p.customer_id = n.customer_id
"""


UPDATE_CONTACTS = """
UPDATE crm.contacts t
SET email = n.email, phone = n.phone, phone_national = n.phone_national, other_emails = n.other_emails,
    other_phones = n.other_phones, other_phones_national = n.other_phones_national, notes = n.notes
FROM import_changes n WHERE t.id = n.contact_id
"""
UPDATE_POSITIONS = """
UPDATE crm.contact_positions p SET role = n.role
FROM import_changes n
WHERE p.contact_id = n.contact_id AND p.customer_id = n.customer_id AND p.role IS DISTINCT FROM n.role
"""
