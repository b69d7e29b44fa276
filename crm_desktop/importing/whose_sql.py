"""Which customer a row belongs to, for what hangs on customers: found by number, address, phone or name.

The staged columns are customer_number, customer_email, customer_phone, customer_name and company_name."""

from __future__ import annotations

# Of several, one of the same name is meant; where that does not tell either, none.
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
# The first way that finds anybody counts.
_WAYS = (
    _FOUND.format(indexed="number_key = s.number_key AND number_key <> ''", matches="true"),
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
KEYS = """
        customer_phone,
        left(crm.fold(btrim(customer_number)), 300) AS number_key,
        left(crm.fold(customer_email), 320) AS email_key,
        left(crm.digits(customer_phone), 300) AS digits,
        left(crm.fold(coalesce(customer_name, '')), 300) AS name_key,
        left(crm.fold(coalesce(company_name, '')), 300) AS company_key
"""
"""What `FOUND` needs of each row, as `s`."""
FOUND = f"(SELECT * FROM ({' UNION ALL '.join(f'({way})' for way in _WAYS)}) ways LIMIT 1)"
"""For a lateral join: the customer's id, and how many could be meant: more than one is nobody."""


def said(row: str) -> str:
    """Whom a row names, for a message."""
    return f"""CASE
        WHEN {row}.customer_number IS NOT NULL THEN 'with the number ' || {row}.customer_number
        WHEN {row}.customer_email IS NOT NULL THEN 'with the email address ' || {row}.customer_email
        WHEN {row}.customer_phone IS NOT NULL THEN 'with the phone number ' || {row}.customer_phone
        ELSE concat_ws(' of ', {row}.customer_name, {row}.company_name)
    END"""
