"""Charts of who the customers are and when they came."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from .buckets import Bucket
from .counting import ACQUIRED
from .picking import condition, every, within
from .queries import customers_by_type_and_status
from .shapes import Category, ChartData, Filter, Question, Series
from .timelines import Line, timeline
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

    def picked(kind: str) -> Callable[[Bucket], Filter]:
        return lambda bucket: every(
            condition("customer_type", "is", kind), within("created_at", bucket.first, bucket.last)
        )

    return timeline(
        session,
        question,
        ACQUIRED,
        [Line(kind, title, (kind,), TYPE_COLOURS[kind], filter=picked(kind)) for kind, title in TYPES],
        key="acquired",
        kind="stacked",
        title="New customers",
        explanation="Customers by the local day on which they were created",
        unit="customers",
    )
