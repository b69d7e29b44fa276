"""The statements of importing customers, set by set; values never stand in them."""

from __future__ import annotations

KNOWN_TABLE = """
CREATE TEMPORARY TABLE import_known (
    line bigint, customer_id uuid, version integer, name text, how text, several boolean
) ON COMMIT DROP
"""
TARGETS_TABLE = "CREATE TEMPORARY TABLE import_targets (customer_id uuid PRIMARY KEY, line bigint) ON COMMIT DROP"

_FIELDS = (
    "customer_number", "company_name", "contact_name", "email", "phone", "phone_national", "other_emails",
    "other_phones", "other_phones_national", "address", "city", "state", "country", "postal_code", "customer_type",
    "status", "source", "tags", "notes",
)  # fmt: skip
_JSON = frozenset({"other_emails", "other_phones", "tags"})
CHANGES_TABLE = (
    "CREATE TEMPORARY TABLE import_changes (line bigint, customer_id uuid, version integer, "
    + ", ".join(f"{name} {'jsonb' if name in _JSON else 'text'}" for name in _FIELDS)
    + ") ON COMMIT DROP"
)

# Rows of this same import do not count: they were compared with each other while reading. Keys are cut as the table
# cuts them. Of several with the same address, the one of the same name is meant, then the oldest.
_FOUND = """
        SELECT c.id, c.version, coalesce(c.contact_name, c.company_name) AS name, '{how}' AS how,
            count(*) OVER () > 1 AND c.name_key <> s.name_key AS several
        FROM (SELECT * FROM crm.customers WHERE {indexed} LIMIT 100) c
        WHERE c.import_batch_id IS DISTINCT FROM %(batch)s
        ORDER BY c.name_key <> s.name_key, c.created_at, c.id
        LIMIT 1
"""
_NUMBER = _FOUND.format(how="number", indexed="number_key = s.number_key AND number_key <> ''")
_EMAIL = _FOUND.format(how="email", indexed="email_normalized = s.email_key")
# An address that is not the main one; who has others is in a small index.
_OTHER_EMAIL = _FOUND.format(
    how="email",
    indexed="(other_emails <> '[]'::jsonb OR other_phones <> '[]'::jsonb)"
    " AND crm.reach(other_emails, other_phones) @> ARRAY[s.email_key]",
)
_PHONE = _FOUND.format(how="phone", indexed="phone_digits = s.digits AND s.digits <> ''")
_OTHER_PHONE = _FOUND.format(
    how="phone",
    indexed="(other_emails <> '[]'::jsonb OR other_phones <> '[]'::jsonb)"
    " AND crm.reach(other_emails, other_phones) @> ARRAY[s.phone]",
)
_COMPANY = _FOUND.format(
    how="company", indexed="company_key = s.company_key AND s.company_key <> '' AND city_key = s.city_key"
)
# A customer is there already when the email address is the same; or, where one of the two has none, when name and
# company are the same and so is the phone, or the city with nothing against it.
# The inner queries keep the planner to the index of names and that of numbers: the one of companies holds half of all
# customers under the blank key. Their limit is for "Unknown" and "000", which thousands may bear.
_PERSON = """
        SELECT c.id, c.version, coalesce(c.contact_name, c.company_name) AS name, 'person' AS how, false AS several
        FROM (SELECT * FROM crm.customers WHERE {indexed} LIMIT 1000) c
        WHERE c.name_key = s.name_key
            AND c.company_key = s.company_key
            AND c.import_batch_id IS DISTINCT FROM %(batch)s
            AND (s.email IS NULL OR c.email_normalized IS NULL)
            AND (
                c.phone = s.phone
                OR c.city_key = s.city_key AND (s.phone IS NULL OR c.phone IS NULL OR s.company_name IS NOT NULL)
            )
        ORDER BY c.created_at, c.id
        LIMIT 1
"""
# Two numbers that differ are two customers, whatever else they share.
_NOT_OWN = "c.import_batch_id IS DISTINCT FROM %(batch)s"
_USUAL = (
    _NUMBER,
    *(
        branch.replace(_NOT_OWN, f"{_NOT_OWN} AND (s.number_key IS NULL OR c.number_key IN ('', s.number_key))")
        for branch in (
            _EMAIL,
            _OTHER_EMAIL,
            _PERSON.format(indexed="s.email IS NULL AND phone_digits = s.digits"),
            _PERSON.format(indexed="name_key = s.name_key"),
        )
    ),
)
# By key: when a row has it, and where it is looked for.
_KEYED = {
    "customer_number": ("s.number_key IS NOT NULL", (_NUMBER,)),
    "email": ("s.email IS NOT NULL", (_EMAIL, _OTHER_EMAIL)),
    "phone": ("s.phone IS NOT NULL", (_PHONE, _OTHER_PHONE)),
    "email_or_phone": (
        "(s.email IS NOT NULL OR s.phone IS NOT NULL)",
        (_EMAIL, _OTHER_EMAIL, _PHONE, _OTHER_PHONE),
    ),
    "company_city": ("s.company_name IS NOT NULL", (_COMPANY,)),
}


def known(key: str) -> str:
    """Finds the customers that rows of the batch are, by `key`; rows without it are compared as usual."""
    if key == "usual":
        branches: tuple[str, ...] = _USUAL
    else:
        has_it, keyed = _KEYED[key]
        rest = tuple(branch.replace("LIMIT 1\n", f"LIMIT CASE WHEN {has_it} THEN 0 ELSE 1 END\n") for branch in _USUAL)
        branches = (*keyed, *rest)
    united = "\n    UNION ALL\n".join(f"    ({branch})" for branch in branches)
    return f"""
INSERT INTO import_known (line, customer_id, version, name, how, several)
SELECT s.line, found.id, found.version, found.name, found.how, found.several
FROM (
    SELECT line, email, phone, company_name,
        left(crm.fold(btrim(customer_number)), 300) AS number_key,
        left(crm.digits(phone), 300) AS digits,
        left(crm.fold(coalesce(contact_name, company_name)), 300) AS name_key,
        left(crm.fold(coalesce(company_name, '')), 300) AS company_key,
        left(crm.fold(coalesce(city, '')), 300) AS city_key,
        left(crm.fold(email), 320) AS email_key
    FROM import_rows
) s
CROSS JOIN LATERAL (
{united}
    LIMIT 1
) found
RETURNING line, name, how, several
"""


_SAVED = ", ".join(_FIELDS)
INSERT = f"""
INSERT INTO crm.customers ({_SAVED}, created_at, import_batch_id)
SELECT {_SAVED}, coalesce(created_at, now()), %(batch)s
FROM import_rows s
"""
WITHOUT_KNOWN = "WHERE NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)"

# A number that somebody else has. The rows are marked, so that they are neither created nor change anybody.
_HOLDER = """
JOIN crm.customers c ON c.number_key = left(crm.fold(btrim(s.customer_number)), 300) AND c.number_key <> ''
"""
_HOLDER_NAME = "coalesce(nullif(c.contact_name, ''), c.company_name)"
TAKEN_BY_OTHERS = f"""
WITH taken AS (
    SELECT s.line, s.customer_number, {_HOLDER_NAME} AS name FROM import_rows s {_HOLDER}
    WHERE NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)
), marked AS (
    INSERT INTO import_known (line, several) SELECT line, true FROM taken
)
SELECT * FROM taken
"""


def taken_from_others(*, overwrite: bool) -> str:
    """The same of rows that would give their customer the number."""
    written = "true" if overwrite else "t.number_key = ''"
    return f"""
UPDATE import_known k SET several = true
FROM import_rows s {_HOLDER}, crm.customers t
WHERE s.line = k.line AND NOT k.several AND t.id = k.customer_id AND c.id <> t.id AND {written}
RETURNING k.line, s.customer_number, {_HOLDER_NAME}
"""


# Each customer is changed by one row of the file: the first.
TAKE_TARGETS = """
INSERT INTO import_targets (customer_id, line)
SELECT customer_id, line FROM import_known WHERE NOT several ORDER BY line
ON CONFLICT DO NOTHING
"""
TAKEN_BEFORE = """
SELECT k.line, t.line FROM import_known k JOIN import_targets t USING (customer_id)
WHERE t.line <> k.line AND NOT k.several
"""


def changes(*, overwrite: bool) -> str:
    """Collects what the rows change. Values that are replaced or find no place stay among the others of their kind."""

    def taken(name: str, given: str = "") -> str:
        new = given or f"s.{name}"
        blank = f"coalesce(c.{name}, '') = ''"
        return f"coalesce({new}, c.{name})" if overwrite else f"CASE WHEN {blank} THEN {new} ELSE c.{name} END"

    plain = {
        name: taken(name)
        for name in (
            "customer_number",
            "company_name",
            "contact_name",
            "email",
            "phone",
            "address",
            "city",
            "state",
            "country",
            "postal_code",
        )
    }
    for name, letter in (("customer_type", "t"), ("status", "s"), ("source", "o")):
        plain[name] = taken(name, f"CASE WHEN strpos(coalesce(s.defaulted, ''), '{letter}') = 0 THEN s.{name} END")
    plain["notes"] = "CASE WHEN coalesce(c.notes, '') = '' THEN s.notes" + (
        " WHEN strpos(c.notes, s.notes) = 0 THEN c.notes || E'\\n' || s.notes ELSE c.notes END"
        if overwrite
        else " ELSE c.notes END"
    )
    inner = ", ".join(f"{expression} AS {name}" for name, expression in plain.items())
    # jsonb_strip_nulls leaves arrays alone, so the blanks are taken out of them here.
    outer = """
        CASE WHEN n.phone IS NOT DISTINCT FROM c.phone THEN c.phone_national ELSE s.phone_national END
            AS phone_national,
        CASE
            WHEN s.other_emails = '[]'::jsonb AND (s.email IS NULL OR s.email = c.email OR c.email IS NULL)
            THEN c.other_emails
            ELSE crm.with_values(c.other_emails, array_to_json(array_remove(ARRAY[c.email, s.email], NULL))::jsonb
                || s.other_emails, n.email)
        END AS other_emails,
        CASE
            WHEN s.other_phones = '[]'::jsonb AND (s.phone IS NULL OR s.phone = c.phone OR c.phone IS NULL)
            THEN c.other_phones
            ELSE crm.with_values(c.other_phones, array_to_json(array_remove(ARRAY[c.phone, s.phone], NULL))::jsonb
                || s.other_phones, n.phone)
        END AS other_phones,
        CASE WHEN c.tags @> s.tags THEN c.tags ELSE crm.with_values(c.tags, s.tags, '') END AS tags
    """
    national = """
        CASE
            WHEN o.other_phones = c.other_phones THEN c.other_phones_national
            ELSE nullif(concat_ws(' ', c.other_phones_national, s.other_phones_national,
                CASE WHEN n.phone IS DISTINCT FROM c.phone THEN c.phone_national END,
                CASE WHEN n.phone IS DISTINCT FROM s.phone THEN s.phone_national END), '')
        END AS other_phones_national
    """
    shown = [name for name in _FIELDS if name not in ("phone_national", "other_phones_national")]
    compared = ", ".join(
        f"('{name}', to_jsonb(c.{name}), to_jsonb({'n' if name in plain else 'o'}.{name}))" for name in shown
    )
    new = ", ".join(
        "p.other_phones_national" if name == "other_phones_national" else f"{'n' if name in plain else 'o'}.{name}"
        for name in _FIELDS
    )
    return f"""
WITH made AS (
    INSERT INTO import_changes (line, customer_id, version, {_SAVED})
    SELECT k.line, c.id, k.version, {new}
    FROM import_known k
    JOIN import_targets t ON t.customer_id = k.customer_id AND t.line = k.line
    JOIN import_rows s ON s.line = k.line
    JOIN crm.customers c ON c.id = k.customer_id
    CROSS JOIN LATERAL (SELECT {inner}) n
    CROSS JOIN LATERAL (SELECT {outer}) o
    CROSS JOIN LATERAL (SELECT {national}) p
    WHERE ROW (n.*) IS DISTINCT FROM ROW ({", ".join(f"c.{name}" for name in plain)})
        OR (o.other_emails, o.other_phones, o.tags) IS DISTINCT FROM
            (c.other_emails, c.other_phones, coalesce(c.tags, '[]'::jsonb))
    RETURNING *
)
SELECT n.line, (
    SELECT jsonb_object_agg(f.name, jsonb_build_array(f.old, f.new))
    FROM (VALUES {compared.replace("to_jsonb(o.", "to_jsonb(n.")}) f (name, old, new)
    WHERE f.old IS DISTINCT FROM f.new
)
FROM made n JOIN crm.customers c ON c.id = n.customer_id
"""


UPDATE = f"""
UPDATE crm.customers c SET ({_SAVED}) = ROW ({", ".join(f"n.{name}" for name in _FIELDS)})
FROM import_changes n WHERE c.id = n.customer_id
"""
