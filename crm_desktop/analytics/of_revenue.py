"""Charts of orders and what they amount to. Amounts are of one currency at a time: sums across several mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from .counting import ORDERS, REVENUE
from .picking import condition, every, in_currency, one, rest, with_orders, within, within_period
from .ranking import ranked
from .shapes import ChartData, Filter, Period, Question, Value
from .timelines import Line, timeline

_COUNTS = "orders that are neither cancelled nor refunded"


def currencies(session: Session) -> list[str]:
    """Those in which there are orders that count as revenue, the one with the most orders first."""
    found = session.execute(
        text(
            "SELECT part FROM crm.figures WHERE measure = 'orders' GROUP BY part HAVING sum(amount) > 0"
            " ORDER BY sum(amount) DESC, part"
        )
    )
    return [currency for (currency,) in found]


def chosen_currency(session: Session, question: Question) -> str:
    """The currency that is asked for, else the one with the most orders; "" where there is no order at all."""
    return question.currency or next(iter(currencies(session)), "")


def revenue(session: Session, question: Question) -> ChartData:
    """What orders amount to in each day, week or month of the period."""
    currency = chosen_currency(session, question)
    return timeline(
        session,
        question,
        REVENUE,
        [
            Line(
                "revenue",
                "Revenue",
                (currency,),
                filter=lambda bucket: with_orders(
                    in_currency(currency), within("ordered_at", bucket.first, bucket.last)
                ),
            )
        ],
        key="revenue",
        kind="bars",
        title="Revenue",
        explanation=f"Totals of {_COUNTS}, by the local day of the order",
        unit=currency,
    )


def orders(session: Session, question: Question) -> ChartData:
    """How many orders there are in each day, week or month of the period, in every currency."""
    return timeline(
        session,
        question,
        ORDERS,
        [
            Line(
                "orders",
                "Orders",
                filter=lambda bucket: with_orders(within("ordered_at", bucket.first, bucket.last)),
            )
        ],
        key="orders",
        kind="bars",
        title="Orders",
        explanation=f"The number of {_COUNTS}, by local day and in all currencies",
        unit="orders",
    )


_WHERE = """
    o.currency = :currency AND o.status NOT IN ('cancelled', 'refunded')
    AND o.ordered_at >= :first AND o.ordered_at < :last
"""
# Each returns (key, name, amount).
_BY_COUNTRY = f"""
    SELECT c.country_key, mode() WITHIN GROUP (ORDER BY c.country), sum(s.total)
    FROM (SELECT o.customer_id, sum(o.total) AS total FROM crm.orders o WHERE {_WHERE} GROUP BY 1) s
    JOIN crm.customers c ON c.id = s.customer_id GROUP BY 1
"""
_BY_CUSTOMER = f"""
    SELECT s.customer_id::text,
           CASE WHEN c.customer_type = 'business' AND c.company_name <> '' THEN c.company_name
                ELSE coalesce(nullif(c.contact_name, ''), c.company_name) END,
           s.total
    FROM (
        SELECT o.customer_id, sum(o.total) AS total FROM crm.orders o WHERE {_WHERE}
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10
    ) s JOIN crm.customers c ON c.id = s.customer_id
"""
_LINES = f"""
    SELECT l.product_id, sum(l.line_total) AS total
    FROM crm.order_lines l JOIN crm.orders o ON o.id = l.order_id WHERE {_WHERE} GROUP BY 1
"""
_BY_PRODUCT = f"""
    SELECT p.id::text, p.name, s.total FROM ({_LINES}) s JOIN crm.products p ON p.id = s.product_id
    ORDER BY s.total DESC, p.id LIMIT 10
"""
_BY_CATEGORY = f"""
    SELECT crm.fold(btrim(coalesce(p.category, ''))), mode() WITHIN GROUP (ORDER BY btrim(coalesce(p.category, ''))),
           sum(s.total)
    FROM ({_LINES}) s LEFT JOIN crm.products p ON p.id = s.product_id GROUP BY 1
"""


def by_country(session: Session, question: Question) -> ChartData:
    """Revenue of the period by the country of the customer."""

    bought = with_orders(in_currency(chosen_currency(session, question)), within_period("ordered_at", question.period))

    def picked(key: str) -> Filter:
        return every(one("country", key), bought)

    return _ranking(
        session, question, _BY_COUNTRY, "revenue_by_country", "Revenue by country",
        f"Totals of {_COUNTS} in the period, by the country that the customer has now", "No country", picked,
        lambda keys: every(rest("country", keys), bought),
    )  # fmt: skip


def top_customers(session: Session, question: Question) -> ChartData:
    """The ten customers with the largest revenue in the period."""
    return _ranking(
        session, question, _BY_CUSTOMER, "top_customers", "Top customers",
        f"The ten customers whose {_COUNTS} amount to most in the period", "No name",
        lambda key: condition("id", "is", key),
    )  # fmt: skip


def top_products(session: Session, question: Question) -> ChartData:
    """The ten products with the largest revenue in the period."""
    bought = _bought(session, question)
    return _ranking(
        session, question, _BY_PRODUCT, "top_products", "Top products",
        f"The ten products whose lines in {_COUNTS} amount to most in the period", "No name",
        lambda key: bought(condition("product_id", "is", key)),
    )  # fmt: skip


def top_categories(session: Session, question: Question) -> ChartData:
    """Revenue of the period by the category of the product."""
    bought = _bought(session, question)
    return _ranking(
        session, question, _BY_CATEGORY, "top_categories", "Revenue by category",
        f"Lines of {_COUNTS} in the period, by the category of their product", "No category",
        lambda key: bought(one("category", key)), lambda keys: bought(rest("category", keys)),
    )  # fmt: skip


def _bought(session: Session, question: Question) -> Callable[[Filter], Filter]:
    """Lists the customers with a line, in an order of the period, that meets a condition."""
    currency = chosen_currency(session, question)
    return lambda line: with_orders(
        in_currency(currency), within_period("ordered_at", question.period), condition("lines", "has", line)
    )


def _ranking(
    session: Session,
    question: Question,
    statement: str,
    key: str,
    title: str,
    explanation: str,
    blank: str,
    picked: Callable[[str], Filter],
    rest_picked: Callable[[Sequence[str]], Filter] | None = None,
) -> ChartData:
    currency = chosen_currency(session, question)
    names: dict[str, str] = {}

    def amounts(period: Period | None) -> Mapping[str, Value]:
        if period is None or not currency:
            return {}
        first, last = period.span(question.clock)
        found: dict[str, Value] = {}
        for place, name, amount in session.execute(
            text(statement), {"currency": currency, "first": first, "last": last}
        ):
            names.setdefault(place or "", name or blank)
            found[place or ""] = Decimal(amount)
        return found

    now = amounts(question.period)
    before = {place: amount for place, amount in amounts(question.before).items() if place in now}
    categories, series = ranked(
        now, before if question.before else None, lambda place: names[place], key="revenue", title="Revenue",
        filter=picked, rest_filter=rest_picked,
    )  # fmt: skip
    return ChartData(
        key=key, kind="bars", title=title, explanation=explanation, unit=currency, categories=categories, series=series
    )
