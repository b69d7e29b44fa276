"""What customers spent in a period, by country, customer, product and category, in one currency at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.planner import as_rows_lie

from .of_revenue import COUNTS, chosen_currency
from .once import once
from .picking import condition, every, in_currency, one, rest, with_orders, within_period
from .ranking import ranked
from .shapes import ChartData, Filter, Period, Question, Value

TOP = 10
_SALES = """
    SELECT o.customer_id, o.total FROM crm.orders o
    WHERE o.currency = :currency AND o.status NOT IN ('cancelled', 'refunded')
      AND o.ordered_at >= :first AND o.ordered_at < :last
"""
_ALL_SALES = "SELECT p.customer_id, p.spent AS total FROM crm.customer_purchases p WHERE p.currency = :currency"
# Each returns (key, name, amount).
_BY_COUNTRY = """
    SELECT n.country_key, (array_agg(n.country ORDER BY n.many DESC, n.country))[1], sum(n.total)
    FROM (
        SELECT c.country_key, c.country, count(*) AS many, sum(s.total) AS total
        FROM ({sales}) s JOIN crm.customers c ON c.id = s.customer_id GROUP BY 1, 2
    ) n
    GROUP BY 1
"""
_BY_CUSTOMER = """
    SELECT s.customer_id::text,
           CASE WHEN c.customer_type = 'business' AND c.company_name <> '' THEN c.company_name
                ELSE coalesce(nullif(c.contact_name, ''), c.company_name) END,
           s.total
    FROM (
        SELECT s.customer_id, sum(s.total) AS total FROM ({sales}) s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {top}
    ) s JOIN crm.customers c ON c.id = s.customer_id
"""
_SOLD = text(
    """
    SELECT p.id::text, p.name, crm.fold(btrim(coalesce(p.category, ''))), btrim(coalesce(p.category, '')), s.total
    FROM (
        SELECT l.product_id, sum(l.line_total) AS total
        FROM crm.order_lines l JOIN crm.orders o ON o.id = l.order_id
        WHERE o.currency = :currency AND o.status NOT IN ('cancelled', 'refunded')
          AND o.ordered_at >= :first AND o.ordered_at < :last
        GROUP BY 1
    ) s LEFT JOIN crm.products p ON p.id = s.product_id
    ORDER BY s.total DESC, p.id
    """
)
_LATER = text("SELECT EXISTS (SELECT FROM crm.orders WHERE ordered_at >= :last)")
Amounts = Sequence[tuple[str, str, Decimal]]
"""Key, name and amount."""


def by_country(session: Session, question: Question) -> ChartData:
    """Revenue of the period by the country of the customer."""
    bought = with_orders(in_currency(chosen_currency(session, question)), within_period("ordered_at", question.period))

    def picked(key: str) -> Filter:
        return every(one("country", key), bought)

    return _ranking(
        session, question, partial(_of_customers, session, _BY_COUNTRY), "revenue_by_country", "Revenue by country",
        f"Totals of {COUNTS} in the period, by the country that the customer has now", "No country", picked,
        lambda keys: every(rest("country", keys), bought), by_name=True,
    )  # fmt: skip


def top_customers(session: Session, question: Question) -> ChartData:
    """The ten customers with the largest revenue in the period."""
    return _ranking(
        session, question, partial(_of_customers, session, _BY_CUSTOMER), "top_customers", "Top customers",
        f"The ten customers whose {COUNTS} amount to most in the period", "No name",
        lambda key: condition("id", "is", key),
    )  # fmt: skip


def top_products(session: Session, question: Question) -> ChartData:
    """The ten products with the largest revenue in the period."""
    bought = _bought(session, question)
    return _ranking(
        session, question, partial(_of_products, session), "top_products", "Top products",
        f"The ten products whose lines in {COUNTS} amount to most in the period", "No name",
        lambda key: bought(condition("product_id", "is", key)),
    )  # fmt: skip


def top_categories(session: Session, question: Question) -> ChartData:
    """Revenue of the period by the category of the product."""
    bought = _bought(session, question)
    return _ranking(
        session, question, partial(_of_categories, session), "top_categories", "Revenue by category",
        f"Lines of {COUNTS} in the period, by the category of their product", "No category",
        lambda key: bought(one("category", key)), lambda keys: bought(rest("category", keys)),
        by_name=True,
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """Orders that count, of a currency, from one moment up to another; `ever`: of any time up to it."""

    currency: str
    first: datetime
    last: datetime
    ever: bool

    @property
    def values(self) -> dict[str, Any]:
        return {"currency": self.currency, "first": self.first, "last": self.last}


def _of_customers(session: Session, statement: str, asked: _Asked) -> Amounts:
    """What customers have bought for: as the summary of each has it, where nothing was ordered after the period."""
    kept = asked.ever and not session.execute(_LATER, {"last": asked.last}).scalar()
    with as_rows_lie(session.connection()):
        found = session.execute(
            text(statement.format(sales=_ALL_SALES if kept else _SALES, top=TOP)), asked.values
        ).all()
    return [(key or "", name, Decimal(amount)) for key, name, amount in found]


def _sold(session: Session, asked: _Asked) -> Sequence[Any]:
    """What was sold of each product, the most first; lines of no product together."""

    def read() -> Sequence[Any]:
        with as_rows_lie(session.connection()):
            return session.execute(_SOLD, asked.values).all()

    return once(session, asked, read)


def _of_products(session: Session, asked: _Asked) -> Amounts:
    rows = [row for row in _sold(session, asked) if row[0] is not None]
    return [(key, name, Decimal(amount)) for key, name, _folded, _category, amount in rows[:TOP]]


def _of_categories(session: Session, asked: _Asked) -> Amounts:
    amounts: dict[str, Decimal] = {}
    names: dict[str, Counter[str]] = {}
    for _key, _name, folded, category, amount in _sold(session, asked):
        amounts[folded] = amounts.get(folded, Decimal()) + Decimal(amount)
        names.setdefault(folded, Counter())[category] += 1
    return [(key, names[key].most_common(1)[0][0], amount) for key, amount in amounts.items()]


def _bought(session: Session, question: Question) -> Callable[[Filter], Filter]:
    """Lists the customers with a line, in an order of the period, that meets a condition."""
    currency = chosen_currency(session, question)
    return lambda line: with_orders(
        in_currency(currency), within_period("ordered_at", question.period), condition("lines", "has", line)
    )


def _ranking(
    session: Session,
    question: Question,
    read: Callable[[_Asked], Amounts],
    key: str,
    title: str,
    explanation: str,
    blank: str,
    picked: Callable[[str], Filter],
    rest_picked: Callable[[Sequence[str]], Filter] | None = None,
    *,
    by_name: bool = False,
) -> ChartData:
    """`by_name`: filters are made of the names as the data spells them, not of what they are compared by."""
    currency = chosen_currency(session, question)
    names: dict[str, str] = {}

    def amounts(period: Period | None) -> Mapping[str, Value]:
        if period is None or not currency:
            return {}
        first, last = period.span(question.clock)
        found: dict[str, Value] = {}
        for place, name, amount in read(_Asked(currency, first, last, period.is_all)):
            names.setdefault(place, name or blank)
            found[place] = amount
        return found

    now = amounts(question.period)
    before = {place: amount for place, amount in amounts(question.before).items() if place in now}

    def said(place: str) -> str:
        return names[place] if by_name and place else place

    def rest_said(places: Sequence[str]) -> Filter:
        assert rest_picked is not None
        return rest_picked([said(place) for place in places])

    categories, series = ranked(
        now, before if question.before else None, lambda place: names[place], key="revenue", title="Revenue",
        filter=lambda place: picked(said(place)), rest_filter=rest_said if rest_picked is not None else None,
    )  # fmt: skip
    return ChartData(
        key=key, kind="bars", title=title, explanation=explanation, unit=currency, categories=categories, series=series
    )
