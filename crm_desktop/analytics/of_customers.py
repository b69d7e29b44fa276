"""Charts of who the customers are and when they came."""

from __future__ import annotations

from sqlalchemy.orm import Session

from .buckets import axis
from .counting import ACQUIRED, counted, first_day
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
    since = first_day(session, ACQUIRED, question.clock) if question.period.is_all else None
    over = axis(question, since)
    found = counted(session, ACQUIRED, over.shown, question.clock)
    before = counted(session, ACQUIRED, over.before, question.clock)
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
                tuple(found.get(kind, over.zeros)),
                TYPE_COLOURS[kind],
                previous=over.beside(before.get(kind, over.zeros_before)),
                filters=tuple(
                    every(condition("customer_type", "is", kind), within("created_at", bucket.first, bucket.last))
                    for bucket in over.shown
                ),
            )
            for kind, title in TYPES
        ),
        over_time=True,
    )
