"""Retention: of those who became customers in a month, how many there was contact or business with in later months."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.periods import shifted
from crm_desktop.listing.planner import as_rows_lie

from .buckets import axis, borders
from .picking import either, every, with_interactions, with_orders, within
from .shapes import Category, ChartData, Filter, Period, Question, Series, Value

MONTHS = 12

# Of each customer, a bit says that there was something in a month. Each kind is brought together by customer where it
# is read, so that what goes from one process of the server to another is a row of each customer and not of each event.
_ACTIVE = """
    SELECT e.customer_id, bit_or(1 << width_bucket({moment}, CAST(:borders AS timestamptz[]))) AS months
    FROM {events} e JOIN crm.customers c ON c.id = e.customer_id
    WHERE c.created_at >= :first AND c.created_at < :last AND {moment} >= :first AND {moment} < :last
    GROUP BY 1
"""
# Contact is what last_contact counts: nothing cancelled, and a follow-up once it is done. Written as the statistics on
# it are (st_customer_interactions_contact_at).
_CONTACTS = _ACTIVE.format(
    events="crm.customer_interactions",
    moment="CASE WHEN e.status IS DISTINCT FROM 'cancelled' AND (e.type <> 'follow_up' OR e.status = 'completed')"
    " THEN greatest(e.created_at, e.completed_at) END",
)
_ORDERS = _ACTIVE.format(
    events="(SELECT * FROM crm.orders WHERE status NOT IN ('cancelled', 'refunded'))", moment="e.ordered_at"
)
_COHORTS = text(
    f"""
    WITH active AS (
        SELECT customer_id, bit_or(months) AS months FROM ({_CONTACTS} UNION ALL {_ORDERS}) a GROUP BY 1
    )
    SELECT width_bucket(c.created_at, CAST(:borders AS timestamptz[])), coalesce(a.months, 0), count(*)
    FROM crm.customers c LEFT JOIN active a ON a.customer_id = c.id
    WHERE c.created_at >= :first AND c.created_at < :last
    GROUP BY 1, 2
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
    sizes = [0] * MONTHS
    active = [[0] * MONTHS for _ in range(MONTHS)]
    with as_rows_lie(session.connection()):
        for month, bits, count in session.execute(_COHORTS, asked):
            row = month - 1
            sizes[row] += count
            for later in range(MONTHS - row):
                active[row][later] += count if bits >> (month + later) & 1 else 0

    def share(row: int, later: int) -> Value | None:
        if row + later >= MONTHS or not sizes[row]:
            return None
        return round(100 * active[row][later] / sizes[row], 1)

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
