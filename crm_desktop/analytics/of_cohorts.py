"""Retention: of those who became customers in a month, how many there was contact or business with in later months."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.periods import shifted

from .buckets import axis, borders
from .picking import either, every, with_interactions, with_orders, within
from .shapes import Category, ChartData, Filter, Period, Question, Series, Value

MONTHS = 12

# Contact is what last_contact counts: nothing cancelled, and a follow-up once it is done.
_COHORTS = text(
    """
    WITH cohort AS MATERIALIZED (
        SELECT id, width_bucket(created_at, CAST(:borders AS timestamptz[])) AS month
        FROM crm.customers WHERE created_at >= :first AND created_at < :last
    ), active AS (
        SELECT c.id, c.month, width_bucket(i.moment, CAST(:borders AS timestamptz[])) AS at
        FROM (
            SELECT customer_id, greatest(created_at, completed_at) AS moment FROM crm.customer_interactions
            WHERE status IS DISTINCT FROM 'cancelled' AND (type <> 'follow_up' OR status = 'completed')
        ) i JOIN cohort c ON c.id = i.customer_id
        WHERE i.moment >= :first AND i.moment < :last
        UNION
        SELECT c.id, c.month, width_bucket(o.ordered_at, CAST(:borders AS timestamptz[]))
        FROM crm.orders o JOIN cohort c ON c.id = o.customer_id
        WHERE o.ordered_at >= :first AND o.ordered_at < :last AND o.status NOT IN ('cancelled', 'refunded')
    )
    SELECT month, at - month, count(*) FROM active WHERE at >= month GROUP BY 1, 2
    UNION ALL
    SELECT month, -1, count(*) FROM cohort GROUP BY 1
    """
)


def retention(session: Session, question: Question) -> ChartData:
    """A row for each of the twelve months up to the end of the period, a column for each month after."""
    last = min(question.period.end, question.clock.today)
    period = Period(
        shifted(last.replace(day=1), months=1 - MONTHS), shifted(last.replace(day=1), months=1) - timedelta(1)
    )
    months = axis(Question(period, clock=question.clock, step="month"), None).shown
    moments = borders(months, question.clock)
    asked = {"borders": moments, "first": moments[0], "last": moments[-1]}
    found: dict[tuple[int, int], int] = {
        (month - 1, later): count for month, later, count in session.execute(_COHORTS, asked)
    }
    sizes = [found.get((row, -1), 0) for row in range(MONTHS)]

    def share(row: int, later: int) -> Value | None:
        if row + later >= MONTHS or not sizes[row]:
            return None
        return round(100 * found.get((row, later), 0) / sizes[row], 1)

    def picked(row: int, later: int) -> Filter | None:
        if share(row, later) is None:
            return None
        made, then = months[row], months[row + later]
        return every(
            within("created_at", made.first, made.last),
            either(
                with_interactions(within("contact_at", then.first, then.last)),
                with_orders(within("ordered_at", then.first, then.last)),
            ),
        )

    return ChartData(
        key="cohorts",
        kind="grid",
        title="Retention by month of acquisition",
        explanation="Of the customers who were created in a month (rows), the share with whom there was contact or who"
        " placed an order so many months later (columns); the twelve months up to the end of the period",
        unit="%",
        categories=tuple(
            Category(month.category.key, month.category.full, f"{month.category.full} ({size:,})")
            for month, size in zip(months, sizes, strict=True)
        ) if any(sizes) else (),
        series=tuple(
            Series(
                str(later),
                f"+{later}" if later else "Same month",
                tuple(share(row, later) for row in range(MONTHS)),
                filters=tuple(picked(row, later) for row in range(MONTHS)),
            )
            for later in range(MONTHS)
        ) if any(sizes) else (),
    )  # fmt: skip
