"""Charts of who the customers are and when they came."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from .buckets import Bucket, axis, borders
from .picking import condition, every, within
from .queries import customers_by_type_and_status
from .shapes import Category, ChartData, Question, Series
from .words import STATUS_COLOURS, STATUSES, TYPE_COLOURS, TYPES


def by_type_and_status(session: Session, question: Question) -> ChartData:
    """One bar for each type of customer, stacked by status."""
    counted = {(row.customer_type, row.status): row.count for row in customers_by_type_and_status(session)}
    unset = sum(n for (kind, status), n in counted.items() if not kind or not status)
    return ChartData(
        key="customers",
        kind="stacked",
        title="Customers by type and status",
        explanation="All customers as they are now, whatever the period",
        unit="customers",
        categories=tuple(Category(kind, title) for kind, title in TYPES),
        series=tuple(
            Series(
                status,
                title,
                tuple(counted.get((kind, status), 0) for kind, _ in TYPES),
                STATUS_COLOURS[status],
                filters=tuple(
                    every(condition("customer_type", "is", kind), condition("status", "is", status))
                    for kind, _ in TYPES
                ),
            )
            for status, title in STATUSES
        ),
        note=f"{unset:,} without a type or a status" if unset else "",
    )


def acquired(session: Session, question: Question) -> ChartData:
    """New customers in each day, week, month or year of the period, by type."""
    over = axis(question, _first_day(session, question))
    counted = _acquired_in(session, question, over.shown)
    before = _acquired_in(session, question, over.before) if over.before else {kind: [] for kind, _ in TYPES}
    return ChartData(
        key="acquired",
        kind="stacked",
        title="New customers",
        explanation="Customers by the local day on which they were created",
        unit="customers",
        categories=over.categories,
        series=tuple(
            Series(
                kind,
                title,
                tuple(counted[kind]),
                TYPE_COLOURS[kind],
                previous=over.beside(before[kind]),
                filters=tuple(
                    every(condition("customer_type", "is", kind), within("created_at", bucket.first, bucket.last))
                    for bucket in over.shown
                ),
            )
            for kind, title in TYPES
        ),
        over_time=True,
    )


_ACQUIRED = text(
    """
    SELECT customer_type, width_bucket(created_at, CAST(:borders AS timestamptz[])) AS bucket, count(*)
    FROM crm.customers WHERE created_at >= :first AND created_at < :last GROUP BY 1, 2
    """
)


def _acquired_in(session: Session, question: Question, found: tuple[Bucket, ...]) -> dict[str, list[int]]:
    moments = borders(found, question.clock)
    counted = {kind: [0] * len(found) for kind, _ in TYPES}
    asked: dict[str, Any] = {"borders": moments, "first": moments[0], "last": moments[-1]}
    for kind, bucket, count in session.execute(_ACQUIRED, asked):
        if kind in counted:
            counted[kind][bucket - 1] += count
    return counted


def _first_day(session: Session, question: Question) -> date | None:
    if not question.period.is_all:
        return None
    earliest = session.execute(text("SELECT min(created_at) FROM crm.customers")).scalar()
    return earliest.astimezone(question.clock.zone).date() if earliest else None
