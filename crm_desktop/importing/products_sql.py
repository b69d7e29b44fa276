"""The statements of importing products, set by set; values never stand in them."""

from __future__ import annotations

FIELDS = ("name", "category", "unit_price", "currency", "is_active")
TABLES = (
    "CREATE TEMPORARY TABLE import_known (line bigint, product_id uuid, version integer, name text) ON COMMIT DROP",
    """
    CREATE TEMPORARY TABLE import_changes (
        product_id uuid PRIMARY KEY, version integer, line bigint, name text, category text, unit_price numeric,
        currency text, is_active boolean
    ) ON COMMIT DROP
    """,
)
# The same SKU in other letters is the same product.
KNOWN = """
INSERT INTO import_known (line, product_id, version, name)
SELECT s.line, p.id, p.version, p.name
FROM import_rows s JOIN crm.products p ON left(crm.fold(p.sku), 300) = left(crm.fold(s.sku), 300)
RETURNING line, name
"""
NAMELESS = """
SELECT s.line, s.sku FROM import_rows s
WHERE s.name IS NULL AND NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)
"""
INSERT = """
INSERT INTO crm.products (sku, name, category, unit_price, currency, is_active)
SELECT s.sku, s.name, s.category, coalesce(s.unit_price, 0), coalesce(s.currency, %(usual)s),
    coalesce(s.is_active, true)
FROM import_rows s
WHERE s.name IS NOT NULL AND NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)
"""
IN_USUAL = """
SELECT count(*) FROM import_rows s
WHERE s.name IS NOT NULL AND s.currency IS NULL AND NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)
"""
CHANGES = f"""
WITH made AS (
    INSERT INTO import_changes (product_id, version, line, {", ".join(FIELDS)})
    SELECT p.id, k.version, k.line, {", ".join(f"n.{name}" for name in FIELDS)}
    FROM import_known k
    JOIN import_rows s USING (line)
    JOIN crm.products p ON p.id = k.product_id
    CROSS JOIN LATERAL (SELECT {", ".join(f"coalesce(s.{name}, p.{name}) AS {name}" for name in FIELDS)}) n
    WHERE ROW (n.*) IS DISTINCT FROM ROW ({", ".join(f"p.{name}" for name in FIELDS)})
    RETURNING *
)
SELECT n.line, (
    SELECT jsonb_object_agg(f.name, jsonb_build_array(f.old, f.new))
    FROM (
        VALUES
            ('name', p.name, n.name), ('category', p.category, n.category), ('currency', p.currency, n.currency),
            ('unit_price', round(p.unit_price, 2)::text, round(n.unit_price, 2)::text),
            ('is_active', p.is_active::text, n.is_active::text)
    ) f (name, old, new)
    WHERE f.old IS DISTINCT FROM f.new
)
FROM made n JOIN crm.products p ON p.id = n.product_id
"""
UPDATE = f"""
UPDATE crm.products p SET ({", ".join(FIELDS)}) = ROW ({", ".join(f"n.{name}" for name in FIELDS)})
FROM import_changes n WHERE p.id = n.product_id
"""
