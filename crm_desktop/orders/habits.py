"""What a customer prefers, as purchases tell it: what is bought most, how often, how much at a time.

Cancelled and refunded orders tell nothing. Lines that name no product are told apart by their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from .queries import spent
from .rows import Spent

MOST = 5


class Favourite(NamedTuple):
    """A product or a category: on how many orders it stands, and how many pieces of it in all."""

    name: str
    orders: int
    quantity: Decimal


@dataclass(frozen=True)
class Habits:
    """`interval_days`: half of the times between two days of purchase are shorter; None before the second one."""

    products: tuple[Favourite, ...] = ()
    categories: tuple[Favourite, ...] = ()
    interval_days: float | None = None
    last_order_at: datetime | None = None
    spent: tuple[Spent, ...] = ()

    @property
    def averages(self) -> tuple[tuple[Decimal, str], ...]:
        """What an order comes to on average, with its currency."""
        return tuple((each.spent / each.orders, each.currency) for each in self.spent)


_BOUGHT = """
    SELECT {name} AS name, count(DISTINCT o.id), sum(l.quantity)
    FROM crm.orders o
    JOIN crm.order_lines l ON l.order_id = o.id
    LEFT JOIN crm.products p ON p.id = l.product_id
    WHERE o.customer_id = :customer AND crm.is_purchase(o.status) AND {name} <> ''
    GROUP BY {key}
    ORDER BY 2 DESC, 3 DESC, 1
    LIMIT :most
"""
_PRODUCTS = text(_BOUGHT.format(name="coalesce(p.name, l.description)", key="p.id, coalesce(p.name, l.description)"))
_CATEGORIES = text(_BOUGHT.format(name="p.category", key="p.category"))
# Two orders on one day are one purchase.
_INTERVAL = text(
    """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY d.day - d.before)
    FROM (
        SELECT t.day, lag(t.day) OVER (ORDER BY t.day) AS before
        FROM (
            SELECT DISTINCT (o.ordered_at AT TIME ZONE 'UTC')::date AS day FROM crm.orders o
            WHERE o.customer_id = :customer AND crm.is_purchase(o.status)
        ) t
    ) d
    WHERE d.before IS NOT NULL
    """
)


def habits(session: Session, customer_id: UUID) -> Habits:
    """What a customer's orders tell."""
    asked = {"customer": customer_id, "most": MOST}
    bought = spent(session, customer_id)
    if not bought:
        return Habits()
    return Habits(
        products=tuple(Favourite._make(row) for row in session.execute(_PRODUCTS, asked)),
        categories=tuple(Favourite._make(row) for row in session.execute(_CATEGORIES, asked)),
        interval_days=session.execute(_INTERVAL, {"customer": customer_id}).scalar(),
        last_order_at=max(each.last_order_at for each in bought),
        spent=bought,
    )
