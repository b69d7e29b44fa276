"""Charts of where customers came from, and what became of them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.folding import fold

from .of_revenue import chosen_currency
from .picking import condition, every, in_currency, one, rest, with_orders
from .ranking import MOST, largest, ranked
from .shapes import Category, ChartData, Question, Series, Value
from .words import STATUS_COLOURS, STATUSES

_SOURCES = text(
    "SELECT key, part, sum(amount)::bigint FROM crm.figures WHERE measure = 'sources' GROUP BY 1, 2"
    " HAVING sum(amount) <> 0"
)
_BUYERS = text(
    """
    SELECT coalesce(c.source, ''), count(*)
    FROM crm.customers c
    WHERE EXISTS (SELECT FROM crm.customer_purchases p WHERE p.customer_id = c.id) GROUP BY 1
    """
)
_REVENUE = text(
    """
    SELECT coalesce(c.source, ''), sum(p.spent)
    FROM crm.customer_purchases p JOIN crm.customers c ON c.id = p.customer_id WHERE p.currency = :currency GROUP BY 1
    """
)


class _Sources:
    """Customers of each source by status. Spellings that differ in case and accents only are one source."""

    def __init__(self, session: Session) -> None:
        self.counts: dict[str, Counter[str]] = {}
        spellings: dict[str, Counter[str]] = {}
        for source, status, count in session.execute(_SOURCES):
            self.counts.setdefault(key(source), Counter())[status] += count
            spellings.setdefault(key(source), Counter())[source.strip()] += count
        self._names = {each: found.most_common(1)[0][0] for each, found in spellings.items()}
        self.totals: dict[str, Value] = {each: found.total() for each, found in self.counts.items()}

    def name(self, source: str) -> str:
        return self._names.get(source) or "Not set"


def key(source: str) -> str:
    """What a filter compares of a source."""
    return fold(" ".join(source.split()))


def by_status(session: Session, question: Question) -> ChartData:
    """How many customers came from each source, and what they are now."""
    sources = _Sources(session)
    keys = largest(sources.totals)
    return ChartData(
        key="sources",
        kind="stacked",
        title="Customers by source",
        explanation="All customers as they are now, by where they came from",
        unit="customers",
        categories=tuple(Category(source, sources.name(source)) for source in keys),
        series=tuple(
            Series(
                status,
                title,
                tuple(sources.counts[source][status] for source in keys),
                STATUS_COLOURS[status],
                filters=tuple(every(one("source", source), condition("status", "is", status)) for source in keys),
            )
            for status, title in STATUSES
        ),
        note=_left_out(sources, keys),
    )


def effectiveness(session: Session, question: Question) -> ChartData:
    """Which share of a source's customers are active, and which have bought."""
    sources = _Sources(session)
    keys = largest(sources.totals)
    buyers: Counter[str] = Counter()
    for source, count in session.execute(_BUYERS):
        buyers[key(source)] += count

    def share(source: str, count: int) -> Value:
        return round(100 * count / int(sources.totals[source]), 1)

    return ChartData(
        key="source_effectiveness",
        kind="bars",
        title="What sources are worth",
        explanation="Of all customers of a source: the share that is active now, and the share with an order that is"
        " neither cancelled nor refunded",
        unit="%",
        categories=tuple(Category(source, sources.name(source)) for source in keys),
        series=(
            Series(
                "active",
                "Active",
                tuple(share(source, sources.counts[source]["active"]) for source in keys),
                0,
                filters=tuple(every(one("source", source), condition("status", "is", "active")) for source in keys),
            ),
            Series(
                "buyers",
                "With orders",
                tuple(share(source, buyers[source]) for source in keys),
                2,
                filters=tuple(every(one("source", source), with_orders()) for source in keys),
            ),
        ),
        note=_left_out(sources, keys),
    )


def revenue(session: Session, question: Question) -> ChartData:
    """What the customers of each source have spent."""
    currency = chosen_currency(session, question)
    sources = _Sources(session)
    spent: dict[str, Decimal] = {}
    for source, amount in session.execute(_REVENUE, {"currency": currency}):
        spent[key(source)] = spent.get(key(source), Decimal()) + Decimal(amount)
    bought = with_orders(in_currency(currency))
    categories, series = ranked(
        spent, None, sources.name, key="revenue", title="Revenue",
        filter=lambda source: every(one("source", source), bought),
        rest_filter=lambda shown: every(rest("source", shown), bought),
    )  # fmt: skip
    return ChartData(
        key="source_revenue",
        kind="bars",
        title="Revenue by source",
        explanation="All orders up to now that are neither cancelled nor refunded, by the source of their customer",
        unit=currency,
        categories=categories,
        series=series,
    )


def _left_out(sources: _Sources, keys: list[str]) -> str:
    rest = len(sources.totals) - len(keys)
    return f"The {MOST} largest of {len(sources.totals):,} sources" if rest > 0 else ""
