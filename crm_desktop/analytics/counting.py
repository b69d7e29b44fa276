"""How much there was in each bucket of somebody's local days, from the summaries that the database keeps.

The summaries know whole UTC days. What lies between the beginning of a bucket and the nearest midnight in UTC is looked
up in the table's own index and moved to the bucket that it belongs to, so that figures are exact in every time zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.periods import Clock

from .buckets import Bucket, borders
from .shapes import Period, Value


@dataclass(frozen=True)
class Kept:
    """A measure of `figures`, and the rows of which it is made: what migrations/sql/0015_a_figures.sql counts."""

    measure: str
    table: str
    moment: str
    part: str
    amount: str = "count(*)"
    counts: str = "true"


_REVENUE = "status NOT IN ('cancelled', 'refunded')"
ACQUIRED = Kept("acquired", "customers", "created_at", "coalesce(customer_type, '')")
INTERACTIONS = Kept("interactions", "customer_interactions", "created_at", "type")
LOGGED = Kept("logged", "customer_interactions", "created_at", "user_id::text")
ORDERS = Kept("orders", "orders", "ordered_at", "currency", counts=_REVENUE)
REVENUE = Kept("revenue", "orders", "ordered_at", "currency", "sum(total)", _REVENUE)
POINTS = Kept("points", "loyalty_ledger", "created_at", "kind", "sum(points)")

_SQL = """
    WITH border AS MATERIALIZED (
        SELECT n, moment, midnight
        FROM unnest(CAST(:moments AS timestamptz[]), CAST(:midnights AS timestamptz[])) WITH ORDINALITY
            AS b (moment, midnight, n)
        WHERE moment <> midnight
    ), moved AS MATERIALIZED (
        SELECT b.n, r.part, CASE WHEN b.moment > b.midnight THEN -r.amount ELSE r.amount END AS amount
        FROM border b CROSS JOIN LATERAL (
            SELECT {part} AS part, {amount} AS amount FROM crm.{table}
            WHERE {moment} >= least(b.moment, b.midnight) AND {moment} < greatest(b.moment, b.midnight) AND {counts}
            GROUP BY 1
        ) r
    )
    SELECT n, part, sum(amount)
    FROM (
        SELECT width_bucket(key, CAST(:days AS text[]))::bigint AS n, part, amount
        FROM crm.figures WHERE measure = :measure AND key >= :first AND key < :last
        UNION ALL
        SELECT n, part, amount FROM moved
        UNION ALL
        SELECT n - 1, part, -amount FROM moved
    ) s
    WHERE n BETWEEN 1 AND :buckets
    GROUP BY 1, 2 HAVING sum(amount) <> 0
"""


def counted(session: Session, kept: Kept, shown: Sequence[Bucket], clock: Clock) -> Mapping[str, list[Value]]:
    """The amount in each bucket, by part; parts without any are left out. Whole numbers are ints."""
    if not shown:
        return {}
    return _counted(session, kept, borders(shown, clock))


def counted_in(session: Session, kept: Kept, period: Period | None, clock: Clock) -> Mapping[str, Value]:
    """The amount of a whole period, by part; nothing where there is no period."""
    if period is None:
        return {}
    return {part: values[0] for part, values in _counted(session, kept, list(period.span(clock))).items()}


def first_day(session: Session, kept: Kept, clock: Clock) -> date | None:
    """The local day on which the table's rows begin."""
    earliest = session.execute(text(f"SELECT min({kept.moment}) FROM crm.{kept.table}")).scalar()
    return earliest.astimezone(clock.zone).date() if earliest else None


def _counted(session: Session, kept: Kept, moments: list[datetime]) -> dict[str, list[Value]]:
    midnights = [_nearest_midnight(moment) for moment in moments]
    days = [midnight.date().isoformat() for midnight in midnights]
    statement = text(
        _SQL.format(part=kept.part, amount=kept.amount, table=kept.table, moment=kept.moment, counts=kept.counts)
    )
    asked = {"measure": kept.measure, "moments": moments, "midnights": midnights, "days": days,
             "first": days[0], "last": days[-1], "buckets": len(moments) - 1}  # fmt: skip
    found: dict[str, list[Value]] = {}
    for number, part, amount in session.execute(statement, asked):
        found.setdefault(part, [0] * (len(moments) - 1))[number - 1] = _plain(amount)
    return found


def _plain(amount: Decimal) -> Value:
    return int(amount) if amount == int(amount) and amount.as_tuple().exponent == 0 else amount


def _nearest_midnight(moment: datetime) -> datetime:
    moment = moment.astimezone(UTC)
    low = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return low if moment - low < timedelta(hours=12) else low + timedelta(days=1)
