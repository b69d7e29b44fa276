"""The planner knows how many rows meet a condition on an expression: it guesses one in two hundred where no statistics
are found, and lists behind charts take ten times as long. They are found by the expression, to the letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from crm_desktop.database.engine import Database
from crm_desktop.interactions.listed import FIELDS as INTERACTION_FIELDS
from crm_desktop.interactions.listed import interactions
from crm_desktop.listing.filter_sql import to_sql
from crm_desktop.listing.filters import parse
from crm_desktop.listing.periods import Clock
from crm_desktop.orders.listed import FIELDS as ORDER_FIELDS
from crm_desktop.orders.listed import LINE_FIELDS, order_lines, orders
from tests.factories.customers import customer
from tests.helpers.postgres import Crm

ROWS = 400
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
_ORDERS = """
    INSERT INTO crm.orders (order_number, customer_id, ordered_at)
    SELECT n::text, %(who)s, %(now)s FROM generate_series(1, %(rows)s) n
"""
_PRODUCTS = """
    INSERT INTO crm.products (sku, name, category)
    SELECT n::text, n::text, ' Storage ' FROM generate_series(1, %(rows)s) n
"""
_LINES = """
    INSERT INTO crm.order_lines (order_id, product_id, description)
    SELECT o.id, p.id, '-' FROM crm.orders o JOIN crm.products p ON p.sku = o.order_number
"""
_CALLS = """
    INSERT INTO crm.customer_interactions (user_id, customer_id, type, subject, status, created_at)
    SELECT crm.current_user_id(), %(who)s, 'call', '-', 'completed', %(now)s FROM generate_series(1, %(rows)s)
"""


@pytest.fixture
def filled(clean: Crm) -> Crm:
    with clean.connect(autocommit=True) as connection:
        who = customer(connection)
        for statement in (_ORDERS, _PRODUCTS, _LINES, _CALLS):
            connection.execute(statement.encode(), {"who": who, "rows": ROWS, "now": NOW})
    with clean.as_superuser(autocommit=True) as owner:
        owner.execute("ANALYZE crm.orders, crm.products, crm.order_lines, crm.customer_interactions")
    return clean


@pytest.mark.parametrize(
    ("table", "fields", "chosen"),
    [
        (orders, ORDER_FIELDS, {"field": "currency", "operator": "is", "value": "EUR"}),
        (order_lines, LINE_FIELDS, {"field": "category", "operator": "is", "value": "Storage"}),
        (
            interactions,
            INTERACTION_FIELDS,
            {"field": "contact_at", "operator": "between", "value": ["2026-06-01", "2026-06-30"]},
        ),
    ],
)
def test_conditions_that_all_rows_meet_are_known_to(
    filled: Crm, employee: Database, table: Any, fields: Any, chosen: dict[str, Any]
) -> None:
    met = to_sql(parse(chosen, fields), fields, table, Clock(NOW + timedelta(days=1)))
    statement = select(table.c.id).where(met)
    with employee.connection() as connection:
        assert connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one() == ROWS
        # Explained with the parameters as they are sent: written out they would be of other types.
        event.listen(connection, "before_cursor_execute", _explained, retval=True)
        found = connection.execute(statement.with_only_columns(func.count().label("plan"))).scalar_one()
    plan = found[0]["Plan"]
    while "Plans" in plan and plan["Node Type"] == "Aggregate":
        plan = plan["Plans"][0]
    assert plan["Plan Rows"] > ROWS / 2, found


def _explained(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    return f"EXPLAIN (FORMAT JSON) {statement}", parameters
