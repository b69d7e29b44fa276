"""The statements of importing orders, set by set; values never stand in them. An order comes whole or not at all."""

from __future__ import annotations

from crm_desktop.importing import whose_sql
from crm_desktop.orders.validation import MOST_LINES

TABLES = (
    """
    CREATE TEMPORARY TABLE import_orders (
        number text PRIMARY KEY, line bigint, rows bigint, customer_number text, customer_email text,
        customer_phone text, customer_name text, company_name text, whose text, ordered_at timestamptz, status text,
        currency text, in_usual boolean NOT NULL DEFAULT false, total numeric, notes text, has_lines boolean,
        fault text, customer_id uuid, order_id uuid, new_id uuid DEFAULT gen_random_uuid()
    ) ON COMMIT DROP
    """,
    # What the rows say of lines; what they do not say comes from the product, or stays as it is.
    """
    CREATE TEMPORARY TABLE import_lines (
        line bigint PRIMARY KEY, number text, place bigint, sku text, product_id uuid, product_name text,
        product_price numeric, description text, quantity numeric, unit_price numeric, discount_percent numeric,
        held_id uuid, is_changed boolean NOT NULL DEFAULT true
    ) ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE import_products (
        sku text PRIMARY KEY, id uuid, name text, unit_price numeric, currency text
    ) ON COMMIT DROP
    """,
    "CREATE TEMPORARY TABLE import_faults (line bigint, number text, reason text) ON COMMIT DROP",
    """
    CREATE TEMPORARY TABLE import_changes (
        order_id uuid PRIMARY KEY, ordered_at timestamptz, status text, currency text, total numeric, notes text
    ) ON COMMIT DROP
    """,
    "CREATE TEMPORARY TABLE import_gone (id uuid PRIMARY KEY) ON COMMIT DROP",
)
# A row that says nothing of what was ordered is one of the order alone.
_HAS_LINE = "num_nonnulls(s.sku, s.description, s.quantity, s.unit_price) > 0"
_CUSTOMER = ("customer_number", "customer_email", "customer_phone", "customer_name", "company_name")
_FIRST = "(array_agg(s.{0} ORDER BY s.line) FILTER (WHERE s.{0} IS NOT NULL))[1]"


def _differ(what: str, *names: str) -> str:
    found = " OR ".join(f"min({name}) <> max({name})" for name in names)
    return f"WHEN {found} THEN format('The rows of order %s name different {what}.', s.order_number)"


# The same number in other letters is the same order: by its first spelling.
SPELLED_ALIKE = """
WITH spelled AS (
    SELECT left(crm.fold(order_number), 300) AS key, order_number AS number, min(line) AS line
    FROM import_rows GROUP BY 2
), chosen AS (
    SELECT key, (array_agg(number ORDER BY line))[1] AS number, array_agg(number) AS all_of_them
    FROM spelled GROUP BY key HAVING count(*) > 1
)
UPDATE import_rows s SET order_number = c.number
FROM chosen c, unnest(c.all_of_them) a (number)
WHERE s.order_number = a.number AND s.order_number <> c.number
"""
ORDERS = f"""
INSERT INTO import_orders (number, line, rows, {", ".join(_CUSTOMER)}, ordered_at, status, currency, total, notes,
    has_lines, fault)
SELECT s.order_number, min(s.line), count(*), {", ".join(_FIRST.format(name) for name in _CUSTOMER)},
    {", ".join(_FIRST.format(name) for name in ("ordered_at", "status", "currency"))},
    -- Where the rows differ, it is that of the lines.
    CASE WHEN min(s.total) = max(s.total) THEN min(s.total) END,
    (
        SELECT string_agg(t.note, E'\\n' ORDER BY t.place)
        FROM (
            SELECT u.note, min(u.place) AS place
            FROM unnest(array_agg(s.notes ORDER BY s.line)) WITH ORDINALITY u (note, place)
            WHERE u.note IS NOT NULL GROUP BY u.note
        ) t
    ),
    bool_or({_HAS_LINE}),
    CASE
        WHEN count(*) > {MOST_LINES}
        THEN format('Order %s has %s lines: at most {MOST_LINES}.', s.order_number, count(*))
        {_differ("customers", *(f"crm.fold(s.{name})" for name in _CUSTOMER))}
        {_differ("dates", "s.ordered_at")}
        {_differ("states", "s.status")}
        {_differ("currencies", "s.currency")}
    END
FROM import_rows s
GROUP BY s.order_number
"""
# Whoever changes one of these orders waits, so that what is decided is what happens.
HELD = """
UPDATE import_orders o SET order_id = x.id
FROM (
    SELECT h.id, h.number_key FROM crm.orders h
    WHERE h.number_key IN (SELECT left(crm.fold(number), 300) FROM import_orders) ORDER BY h.id{0}
) x
WHERE x.number_key = left(crm.fold(o.number), 300)
"""
LOCKED = HELD.format(" FOR UPDATE")
THERE = """
SELECT s.line, s.order_number FROM import_rows s JOIN import_orders o ON o.number = s.order_number
WHERE o.order_id IS NOT NULL
"""
FORGET_HELD = "DELETE FROM import_orders WHERE order_id IS NOT NULL"
PRODUCTS = """
INSERT INTO import_products (sku, id, name, unit_price, currency)
SELECT s.sku, p.id, p.name, p.unit_price, p.currency
FROM (
    SELECT DISTINCT r.sku FROM import_rows r JOIN import_orders o ON o.number = r.order_number WHERE r.sku IS NOT NULL
) s
JOIN crm.products p ON left(crm.fold(p.sku), 300) = left(crm.fold(s.sku), 300)
"""
LINES = f"""
INSERT INTO import_lines (line, number, place, sku, product_id, product_name, product_price, description, quantity,
    unit_price, discount_percent)
SELECT s.line, s.order_number, row_number() OVER (PARTITION BY s.order_number ORDER BY s.line), s.sku, p.id, p.name,
    p.unit_price, s.description, s.quantity, s.unit_price, s.discount_percent
FROM import_rows s
JOIN import_orders o ON o.number = s.order_number
LEFT JOIN import_products p ON p.sku = s.sku
WHERE {_HAS_LINE}
"""
# One row that has only a total: that is the price of what it describes.
PRICE_OF_ONE = """
UPDATE import_lines l SET unit_price = o.total
FROM import_orders o
WHERE o.number = l.number AND o.rows = 1 AND l.unit_price IS NULL AND coalesce(l.quantity, 1) = 1
    AND coalesce(l.discount_percent, 0) = 0
"""
NO_LINES_YET = "UPDATE import_orders SET total = 0 WHERE order_id IS NULL"
# Where the file says none, an order is in the currency of its products, else in the usual one.
CURRENCIES = """
WITH found AS MATERIALIZED (
    SELECT l.number, min(p.currency) AS currency
    FROM import_lines l JOIN import_products p ON p.sku = l.sku
    GROUP BY l.number HAVING min(p.currency) = max(p.currency)
), wanted AS MATERIALIZED (
    SELECT o.number, f.currency
    FROM import_orders o LEFT JOIN found f USING (number)
    WHERE o.order_id IS NULL AND o.currency IS NULL
)
UPDATE import_orders o SET currency = coalesce(w.currency, %(usual)s), in_usual = w.currency IS NULL
FROM wanted w WHERE w.number = o.number
"""
_WHOSE = "concat_ws(E'\\x1f', {})".format(", ".join(f"coalesce({name}, '')" for name in _CUSTOMER))
CUSTOMERS = f"""
WITH named AS MATERIALIZED (
    SELECT DISTINCT {", ".join(_CUSTOMER)}, {_WHOSE} AS whose FROM import_orders
    WHERE num_nonnulls({", ".join(_CUSTOMER)}) > 0
), found AS MATERIALIZED (
    SELECT s.whose, f.id, f.count
    FROM (SELECT whose, {whose_sql.KEYS} FROM named) s
    CROSS JOIN LATERAL {whose_sql.FOUND} f
)
UPDATE import_orders o
SET customer_id = CASE WHEN f.count = 1 THEN f.id END,
    fault = coalesce(o.fault, CASE
        WHEN f.count > 1 THEN format('Several customers go by %s: add their customer number.', {whose_sql.said("n")})
        WHEN f.id IS NULL THEN format('There is no customer %s.', {whose_sql.said("n")})
    END)
FROM named n LEFT JOIN found f USING (whose)
WHERE n.whose = {_WHOSE.replace("coalesce(", "coalesce(o.")}
"""
FAULTS = (
    """
    INSERT INTO import_faults
    SELECT s.line, s.order_number, s.fault
    FROM import_rows s JOIN import_orders o ON o.number = s.order_number WHERE s.fault IS NOT NULL
    """,
    """
    INSERT INTO import_faults
    SELECT l.line, l.number, format('There is no product with the SKU %s.', l.sku)
    FROM import_lines l WHERE l.sku IS NOT NULL AND l.product_id IS NULL
    """,
    """
    UPDATE import_orders o
    SET fault = CASE
        WHEN o.order_id IS NULL AND o.customer_id IS NULL THEN
            format('Nothing says which customer order %s belongs to.', o.number)
        WHEN o.order_id IS NULL AND o.ordered_at IS NULL THEN format('Order %s has no date.', o.number)
        WHEN o.order_id IS NULL AND NOT o.has_lines AND o.total IS NULL THEN
            format('Order %s has neither lines nor a total.', o.number)
        ELSE (
            SELECT format('Order %s is there already, of another customer: %s.', o.number,
                coalesce(nullif(c.contact_name, ''), c.company_name))
            FROM crm.orders h JOIN crm.customers c ON c.id = h.customer_id
            WHERE h.id = o.order_id AND o.customer_id <> h.customer_id
        )
    END
    WHERE o.fault IS NULL
    """,
)
REFUSED = """
SELECT s.line, coalesce(
    f.reason, o.fault, format('Row %s of the same order cannot be imported, and an order comes whole.', g.line)
)
FROM import_rows s
JOIN import_orders o ON o.number = s.order_number
LEFT JOIN (SELECT line, min(reason) AS reason FROM import_faults GROUP BY line) f ON f.line = s.line
LEFT JOIN (SELECT number, min(line) AS line FROM import_faults GROUP BY number) g ON g.number = o.number
WHERE o.fault IS NOT NULL OR g.line IS NOT NULL
"""
FORGET_REFUSED = (
    "DELETE FROM import_orders o WHERE o.fault IS NOT NULL OR o.number IN (SELECT number FROM import_faults)",
    "DELETE FROM import_lines l WHERE l.number NOT IN (SELECT number FROM import_orders)",
)

# Lines that are there go by their places.
HELD_LINES = """
CREATE TEMPORARY TABLE import_held ON COMMIT DROP AS
SELECT o.number, row_number() OVER (PARTITION BY l.order_id ORDER BY l.position, l.id) AS place, l.id, l.product_id,
    l.description, l.quantity, l.unit_price, l.discount_percent
FROM import_orders o JOIN crm.order_lines l ON l.order_id = o.order_id
WHERE o.has_lines
"""
# As texts, so that no amount becomes a binary number on its way.
_SHOWN = {"quantity": "trim_scale({})", "discount_percent": "trim_scale({})", "unit_price": "round({}, 2)",
          "total": "round({}, 2)"}  # fmt: skip


def _pairs(names: tuple[str, ...], old: str, new: str) -> str:
    shown = {name: _SHOWN.get(name, "{}") + "::text" for name in names}
    return ", ".join(
        f"('{name}', {text.format(f'{old}.{name}')}, {text.format(f'{new}.{name}')})" for name, text in shown.items()
    )


_LINE_FIELDS = ("description", "quantity", "unit_price", "discount_percent")
_DIFFER = "(l.product_id, {}) IS DISTINCT FROM (h.product_id, {})".format(
    ", ".join(f"l.{name}" for name in _LINE_FIELDS), ", ".join(f"h.{name}" for name in _LINE_FIELDS)
)
# Of the same product, what a row does not say stays as it is.
SETTLE_LINES = (
    """
    UPDATE import_lines l
    SET held_id = h.id,
        product_id = CASE WHEN l.sku IS NULL AND l.description IS NULL THEN h.product_id ELSE l.product_id END
    FROM import_held h WHERE h.number = l.number AND h.place = l.place
    """,
    """
    UPDATE import_lines l
    SET description = coalesce(l.description, h.description), quantity = coalesce(l.quantity, h.quantity),
        unit_price = coalesce(l.unit_price, h.unit_price),
        discount_percent = coalesce(l.discount_percent, h.discount_percent)
    FROM import_held h
    WHERE h.id = l.held_id AND h.product_id IS NOT DISTINCT FROM l.product_id
    """,
    # A product's price is one in its own currency.
    """
    INSERT INTO import_faults
    SELECT l.line, l.number, format('No price in %s: that of %s is in %s.', x.currency, p.name, p.currency)
    FROM import_lines l
    JOIN import_orders o USING (number)
    JOIN import_products p ON p.sku = l.sku
    LEFT JOIN crm.orders h ON h.id = o.order_id
    CROSS JOIN LATERAL (SELECT coalesce(o.currency, h.currency) AS currency) x
    WHERE l.unit_price IS NULL AND p.currency <> x.currency
    """,
    """
    UPDATE import_lines
    SET description = coalesce(description, product_name), quantity = coalesce(quantity, 1),
        unit_price = coalesce(unit_price, product_price), discount_percent = coalesce(discount_percent, 0)
    """,
    f"""
    UPDATE import_lines l SET is_changed = false
    FROM import_held h WHERE h.id = l.held_id AND NOT ({_DIFFER})
    """,
    """
    INSERT INTO import_faults
    SELECT l.line, l.number, CASE
        WHEN l.description IS NULL THEN 'Neither a SKU nor a description.'
        ELSE 'No price, and no product that has one.'
    END
    FROM import_lines l
    WHERE (l.description IS NULL OR l.unit_price IS NULL)
        AND NOT EXISTS (SELECT FROM import_faults f WHERE f.line = l.line)
    """,
)
GONE = """
INSERT INTO import_gone
SELECT h.id FROM import_held h WHERE NOT EXISTS (SELECT FROM import_lines l WHERE l.held_id = h.id)
"""
_ORDER_FIELDS = ("ordered_at", "status", "currency", "total", "notes")
# Notes grow. A total is written where there are no lines to make it.
CHANGES = f"""
INSERT INTO import_changes (order_id, {", ".join(_ORDER_FIELDS)})
SELECT h.id, {", ".join(f"n.{name}" for name in _ORDER_FIELDS)}
FROM import_orders o
JOIN crm.orders h ON h.id = o.order_id
CROSS JOIN LATERAL (
    SELECT coalesce(o.ordered_at, h.ordered_at) AS ordered_at, coalesce(o.status, h.status) AS status,
        coalesce(o.currency, h.currency) AS currency,
        CASE
            WHEN o.total IS NULL OR o.has_lines OR EXISTS (SELECT FROM crm.order_lines l WHERE l.order_id = h.id)
            THEN h.total ELSE o.total
        END AS total,
        CASE
            WHEN o.notes IS NULL OR strpos(coalesce(h.notes, ''), o.notes) > 0 THEN h.notes
            ELSE concat_ws(E'\\n', nullif(h.notes, ''), o.notes)
        END AS notes
) n
WHERE ROW (n.*) IS DISTINCT FROM ROW ({", ".join(f"h.{name}" for name in _ORDER_FIELDS)})
"""
# Each row with what it changes of its line; the first of an order also what changes of the order.
UPDATED = f"""
WITH lines AS (
    SELECT l.line, jsonb_object_agg(f.name, jsonb_build_array(f.old, f.new)) AS changes
    FROM import_lines l
    JOIN import_orders o ON o.number = l.number AND o.order_id IS NOT NULL
    LEFT JOIN import_held h ON h.id = l.held_id
    CROSS JOIN LATERAL (
        VALUES ('sku', (SELECT p.sku FROM crm.products p WHERE p.id = h.product_id), l.sku),
            {_pairs(_LINE_FIELDS, "h", "l")}
    ) f (name, old, new)
    WHERE l.is_changed AND f.old IS DISTINCT FROM f.new
    GROUP BY l.line
), orders AS (
    SELECT o.line, jsonb_object_agg(f.name, jsonb_build_array(f.old, f.new)) AS changes
    FROM import_orders o
    JOIN crm.orders h ON h.id = o.order_id
    LEFT JOIN import_changes c ON c.order_id = h.id
    CROSS JOIN LATERAL (
        VALUES {_pairs(_ORDER_FIELDS, "h", "c")}
    ) f (name, old, new)
    WHERE c.order_id IS NOT NULL AND f.old IS DISTINCT FROM f.new
    GROUP BY o.line
), gone AS (
    SELECT o.line, jsonb_build_object('lines_removed', jsonb_build_array(count(*)::text, '0')) AS changes
    FROM import_orders o JOIN import_held h USING (number) JOIN import_gone USING (id)
    GROUP BY o.line
)
SELECT s.line, o.number,
    coalesce(l.changes, '{{}}') || coalesce(r.changes, '{{}}') || coalesce(g.changes, '{{}}') AS changes
FROM import_rows s
JOIN import_orders o ON o.number = s.order_number AND o.order_id IS NOT NULL
LEFT JOIN lines l ON l.line = s.line
LEFT JOIN orders r ON r.line = s.line
LEFT JOIN gone g ON g.line = s.line
"""
# What the lines of each order make.
_LINE_TOTALS = """(
    SELECT number, sum(round(quantity * unit_price * (100 - discount_percent) / 100, 4)) AS total
    FROM import_lines GROUP BY number
)"""
# With the total that the lines will make, so that no order is written a second time.
INSERT_ORDERS = f"""
INSERT INTO crm.orders (id, order_number, customer_id, ordered_at, status, currency, total, notes)
SELECT o.new_id, o.number, o.customer_id, o.ordered_at, coalesce(o.status, 'open'), o.currency,
    coalesce(x.total, o.total), o.notes
FROM import_orders o
LEFT JOIN {_LINE_TOTALS} x USING (number)
WHERE o.order_id IS NULL
ORDER BY o.line
"""
_SAVED = "order_id, product_id, position, description, quantity, unit_price, discount_percent"
INSERT_LINES = f"""
INSERT INTO crm.order_lines ({_SAVED})
SELECT coalesce(o.order_id, o.new_id), l.product_id, l.place, l.description, l.quantity, l.unit_price,
    l.discount_percent
FROM import_lines l JOIN import_orders o USING (number)
WHERE l.held_id IS NULL AND (o.order_id IS NULL) = %(new)s
ORDER BY l.line
"""
UPDATE = (
    f"""
    UPDATE crm.orders h SET ({", ".join(_ORDER_FIELDS)}) = ROW ({", ".join(f"c.{name}" for name in _ORDER_FIELDS)})
    FROM import_changes c WHERE h.id = c.order_id
    """,
    "DELETE FROM crm.order_lines l USING import_gone g WHERE l.id = g.id",
    """
    UPDATE crm.order_lines h
    SET (product_id, position, description, quantity, unit_price, discount_percent)
        = ROW (l.product_id, l.place, l.description, l.quantity, l.unit_price, l.discount_percent)
    FROM import_lines l WHERE h.id = l.held_id AND l.is_changed
    """,
)
COUNTS = f"""
SELECT count(*) FILTER (WHERE o.order_id IS NULL),
    count(*) FILTER (WHERE x.total IS NOT NULL AND o.total <> round(x.total, 2)),
    min(o.number) FILTER (WHERE x.total IS NOT NULL AND o.total <> round(x.total, 2)),
    count(*) FILTER (WHERE o.in_usual)
FROM import_orders o
LEFT JOIN {_LINE_TOTALS} x USING (number)
"""
