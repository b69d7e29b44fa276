"""Products, orders and loyalty accounts by the million, made by the server itself: without triggers, and what follows
from them rebuilt at the end."""

from __future__ import annotations

from typing import Any

import psycopg

from crm_desktop.demo.commerce import PRODUCTS

ORDERS_EACH = 5  # of those customers who order at all
MEMBERS = 0.3
_BUYERS = """
CREATE TEMPORARY TABLE buyers ON COMMIT DROP AS
SELECT id, created_at, CASE WHEN random() < 0.9 THEN 'EUR' ELSE 'USD' END AS currency,
       1 + floor(random() * %(most)s)::integer AS orders
FROM customers WHERE random() < %(share)s
"""
_ORDERS = """
INSERT INTO orders (id, order_number, customer_id, ordered_at, currency, status)
SELECT gen_random_uuid(), to_char(at, 'YYYY') || '-' || lpad((row_number() OVER ())::text, 8, '0'), id, at, currency,
       CASE
           WHEN at > now() - interval '5 days' THEN 'open'
           WHEN at > now() - interval '20 days' THEN 'shipped'
           WHEN luck < 0.04 THEN 'cancelled'
           WHEN luck < 0.06 THEN 'refunded'
           ELSE 'completed'
       END
FROM (
    SELECT b.id, b.currency, b.created_at + (now() - b.created_at) * random() AS at, random() AS luck
    FROM buyers b, generate_series(1, b.orders)
) o
"""
_LINES = """
WITH numbered AS MATERIALIZED (
    SELECT id, name, unit_price, row_number() OVER (ORDER BY sku) AS number FROM products WHERE sku = ANY (%(skus)s)
), drawn AS MATERIALIZED (
    SELECT o.id AS order_id, position, 1 + floor(power(random(), 1.3) * %(products)s)::integer AS number,
           1 + floor(power(random(), 2) * 6)::integer AS quantity
    FROM (SELECT id, 1 + (random() < 0.5)::integer AS lines FROM orders) o, generate_series(1, o.lines) position
)
INSERT INTO order_lines (order_id, product_id, position, description, quantity, unit_price, discount_percent)
SELECT d.order_id, p.id, d.position, p.name, d.quantity, p.unit_price, CASE WHEN d.quantity >= 5 THEN 10 ELSE 0 END
FROM drawn d JOIN numbered p USING (number)
"""
_TOTALS = """
UPDATE orders o SET total = s.total
FROM (SELECT order_id, sum(line_total) AS total FROM order_lines GROUP BY order_id) s WHERE s.order_id = o.id
"""
_MEMBERS = """
CREATE TEMPORARY TABLE members ON COMMIT DROP AS
SELECT id, gen_random_uuid() AS user_id, coalesce(nullif(contact_name, ''), company_name, '') AS name, email,
       created_at + (now() - created_at) * random() * 0.2 AS opened
FROM customers WHERE user_id IS NULL AND random() < %(members)s
"""
_ACCOUNTS = (
    "INSERT INTO users (id, display_name, email, role) SELECT user_id, name, email, 'user' FROM members",
    "UPDATE customers c SET user_id = m.user_id FROM members m WHERE m.id = c.id",
    "INSERT INTO loyalty_accounts (user_id, last_activity) SELECT user_id, opened FROM members",
    """
    INSERT INTO loyalty_ledger (user_id, kind, points, reason, created_at, created_by)
    SELECT user_id, 'opening', floor(power(random(), 4) * 14000)::bigint, 'Brought along', opened, NULL FROM members
    """,
    """
    INSERT INTO loyalty_ledger (user_id, kind, points, reason, order_id, created_at, created_by)
    SELECT m.user_id, 'earn', floor(o.total)::bigint, 'Order ' || o.order_number, o.id, o.ordered_at, NULL
    FROM orders o JOIN members m ON m.id = o.customer_id
    WHERE o.status IN ('paid', 'shipped', 'completed') AND o.total >= 1
    """,
)


def add_commerce(connection: psycopg.Connection[Any], orders: int) -> None:
    """Adds about so many orders, with a line or two each, and an account for three in ten customers.

    `connection` is the superuser's, with crm as its search path. Commits.
    """
    customers = (connection.execute("SELECT count(*) FROM customers").fetchone() or (1,))[0]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SELECT setseed(0.25)")
        cursor.executemany(
            "INSERT INTO products (sku, name, category, unit_price) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            PRODUCTS,
        )
        share = orders / ORDERS_EACH / max(1, customers)
        cursor.execute(_BUYERS, {"share": share, "most": 2 * ORDERS_EACH - 1})
        cursor.execute(_ORDERS)
        cursor.execute(_LINES, {"skus": [product[0] for product in PRODUCTS], "products": len(PRODUCTS)})
        cursor.execute(_TOTALS)
        cursor.execute(_MEMBERS, {"members": MEMBERS})
        for statement in _ACCOUNTS:
            cursor.execute(statement.encode())
    connection.execute("SELECT crm.rebuild_derived()")
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM (ANALYZE)")
