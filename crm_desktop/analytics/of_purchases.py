"""Recency, frequency and money: how lately, how often and for how much customers have bought, in one currency.

Classes are fixed, so that a customer's place does not depend on what others do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from .of_revenue import chosen_currency
from .once import once
from .picking import condition, every, in_currency
from .shapes import Category, ChartData, Filter, Question, Series, Value

RECENCY: tuple[tuple[int | None, str], ...] = (
    (30, "Up to 30 days ago"),
    (90, "31 to 90 days ago"),
    (180, "91 to 180 days ago"),
    (365, "181 to 365 days ago"),
    (None, "Longer ago"),
)
FREQUENCY: tuple[tuple[int, str], ...] = ((1, "1 order"), (2, "2"), (3, "3 to 5"), (6, "6 to 10"), (11, "11 or more"))

_GRID = text(
    """
    SELECT width_bucket(last_order_at, CAST(:since AS timestamptz[])), width_bucket(orders, CAST(:orders AS bigint[])),
           count(*), sum(spent)
    FROM crm.customer_purchases WHERE currency = :currency GROUP BY 1, 2
    """
)


def customers(session: Session, question: Question) -> ChartData:
    """How many customers there are in each class."""
    return ChartData(
        key="rfm",
        kind="grid",
        title="Recency and frequency",
        explanation="Customers by how long ago their last order was (rows) and how many they have placed (columns);"
        " orders in one currency, cancelled and refunded ones left out, all up to now",
        unit="customers",
        **_grid(session, question, lambda count, _spent: count),
    )


def money(session: Session, question: Question) -> ChartData:
    """What a customer of each class has spent on average."""
    return ChartData(
        key="rfm_money",
        kind="grid",
        title="Money by recency and frequency",
        explanation="What a customer of each class has spent in all, on average, in one currency",
        unit=chosen_currency(session, question),
        **_grid(session, question, lambda count, spent: round(spent / count, 2)),
    )


def _grid(session: Session, question: Question, value: Any) -> dict[str, Any]:
    clock = question.clock
    edges = [days for days, _ in RECENCY if days is not None]
    since = [clock.midnight(clock.today - timedelta(days=days)) for days in reversed(edges)]
    asked = {
        "since": since,
        "orders": [least for least, _ in FREQUENCY],
        "currency": chosen_currency(session, question),
    }
    cells: dict[tuple[int, int], Value] = {}
    found = once(session, ("grid", asked["currency"], *since), lambda: session.execute(_GRID, asked).all())
    for late, often, count, spent in found:
        cells[len(edges) - late, often - 1] = value(int(count), Decimal(spent))
    if not cells:
        return {}
    rows, days = range(len(RECENCY)), [clock.today - timedelta(days=each) for each in edges]
    return {
        "categories": tuple(Category(str(place), label) for place, (_, label) in enumerate(RECENCY)),
        "series": tuple(
            Series(
                str(column),
                label,
                tuple(cells.get((row, column), 0) for row in rows),
                filters=tuple(_picked(str(asked["currency"]), days, row, column) for row in rows),
            )
            for column, (_, label) in enumerate(FREQUENCY)
        ),
    }


def _picked(currency: str, days: Sequence[date], row: int, column: int) -> Filter:
    """The customers of one class: `days` are those on which the classes of recency begin, the latest first."""
    mine: Filter = every(condition("counts", "is", True), in_currency(currency))

    def since(day: date) -> Filter:
        return every(mine, condition("ordered_at", "on_or_after", day.isoformat()))

    parts = [condition("orders", "at_least", {"count": FREQUENCY[column][0], "of": mine})]
    if column + 1 < len(FREQUENCY):
        parts.append(condition("orders", "at_most", {"count": FREQUENCY[column + 1][0] - 1, "of": mine}))
    if row < len(days):
        parts.append(condition("orders", "has", since(days[row])))
    if row:
        parts.append(condition("orders", "has_no", since(days[row - 1])))
    return every(*parts)
