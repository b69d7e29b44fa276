"""What is behind a value of a chart: the first customers and the exact count, beside the same as bare SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_desktop.analytics.charts import CHARTS
from crm_desktop.analytics.shapes import Filter, Question
from crm_desktop.customers.queries import customer_listing
from crm_desktop.database.engine import Database
from crm_desktop.listing.request import ListRequest
from tests.benchmarks.floors import COLUMNS, FIRST
from tests.benchmarks.measure import SEARCH, WHOLE_LIST, Line, Target, side_by_side
from tests.benchmarks.run import Bench

MOST_REPEATS = 5
_SOLD = (
    "id IN (SELECT o.customer_id FROM crm.order_lines l JOIN crm.orders o ON o.id = l.order_id"
    " WHERE {} AND o.currency = 'EUR' AND o.status NOT IN ('cancelled', 'refunded')"
    " AND o.ordered_at >= %(first)s AND o.ordered_at < %(last)s)"
)
_COHORT = (
    "created_at >= %(made_first)s AND created_at < %(made_last)s AND id IN ("
    " SELECT customer_id FROM crm.customer_interactions"
    " WHERE status IS DISTINCT FROM 'cancelled' AND (type <> 'follow_up' OR status = 'completed')"
    " AND greatest(created_at, completed_at) >= %(then_first)s AND greatest(created_at, completed_at) < %(then_last)s"
    " UNION ALL SELECT customer_id FROM crm.orders WHERE ordered_at >= %(then_first)s AND ordered_at < %(then_last)s"
    " AND status NOT IN ('cancelled', 'refunded'))"
)
_CATEGORY = "l.product_id IN (SELECT id FROM crm.products WHERE crm.fold(btrim(coalesce(category, ''))) = %(key)s)"


@dataclass(frozen=True)
class Behind:
    """A filter, and the condition that picks the same customers in SQL."""

    name: str
    filter: Filter
    sql: str
    values: Mapping[str, Any]


def behind_charts(bench: Bench, database: Database, question: Question) -> None:
    """A cell of the retention of some months ago, the product and the category that sold best."""
    for each in _cases(database, question):
        _measure(bench, database, each)


def _cases(database: Database, question: Question) -> list[Behind]:
    charts = {spec.key: spec for spec in CHARTS}
    with database.session() as session:
        retention, products, categories = (
            charts[key].read(session, question) for key in ("cohorts", "top_products", "top_categories")
        )
    cell = retention.series[3].filters[5]
    product, category = products.series[0].filters[0], categories.series[0].filters[0]
    assert cell is not None and product is not None and category is not None
    made, then = (_days(cell, field, question) for field in ("created_at", "contact_at"))
    first, last = question.period.span(question.clock)
    sold = {"first": first, "last": last}
    months = {"made_first": made[0], "made_last": made[1], "then_first": then[0], "then_last": then[1]}
    return [
        Behind("retention, three months later", cell, _COHORT, months),
        Behind(
            "the best product", product, _SOLD.format("l.product_id = %(key)s"),
            {**sold, "key": products.categories[0].key},
        ),
        Behind("the best category", category, _SOLD.format(_CATEGORY), {**sold, "key": categories.categories[0].key}),
    ]  # fmt: skip


def _days(chosen: Any, field: str, question: Question) -> Any:
    """The moments between which the condition on a field is met."""

    def found(node: Any) -> Any:
        if isinstance(node, list):
            return next((each for each in map(found, node) if each is not None), None)
        if not isinstance(node, Mapping):
            return None
        if node.get("field") == field:
            return node["value"]
        return found(list(node.values()))

    return question.clock.days(*(date.fromisoformat(day) for day in found(chosen)))


def _measure(bench: Bench, database: Database, each: Behind) -> None:
    listing = customer_listing(ListRequest(filter=each.filter))
    matches = 0

    def first() -> None:
        with database.connection() as connection:
            listing.first(connection)

    def exact() -> None:
        nonlocal matches
        with database.connection() as connection:
            matches = listing.anchors(connection).total

    def floor(statement: str) -> Any:
        found = bench.floor.connection.execute(statement.encode(), each.values, prepare=False)
        return found.fetchall()

    ordered = f"SELECT {COLUMNS} FROM crm.customers WHERE {each.sql} ORDER BY name_key, id LIMIT {FIRST}"
    counted = f"SELECT count(*) FROM crm.customers WHERE {each.sql}"
    repeats = min(bench.repeats, MOST_REPEATS)
    times = side_by_side(first, lambda: floor(ordered), repeats)
    bench.report.add(Line(f"behind {each.name}: first", *times, SEARCH))
    times = side_by_side(exact, lambda: floor(counted), repeats)
    assert floor(counted) == [(matches,)]
    bench.report.add(Line(f"behind {each.name}: {matches:,}", *times, Target(WHOLE_LIST.factor, 0.040)))
