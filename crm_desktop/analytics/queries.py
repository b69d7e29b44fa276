"""The standard figures, read from the summaries that the database keeps: exact as of the last commit.

`figures` holds deltas; a figure is their sum. Customers are counted by type and status, acquired customers and
interactions by the UTC day of their creation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.periods import Clock, shifted


@dataclass(frozen=True)
class TypeAndStatus:
    """How many customers there are of one type and status."""

    customer_type: str
    status: str
    count: int


@dataclass(frozen=True)
class MonthOfAcquisition:
    """How many customers of one type were created in a month ("2026-05", UTC)."""

    month: str
    customer_type: str
    count: int


@dataclass(frozen=True)
class InteractionType:
    """How many interactions there are of one type."""

    type: str
    count: int


@dataclass(frozen=True)
class Overview:
    """What the Analytics tab shows, from one snapshot."""

    customers: list[TypeAndStatus]
    acquisition: list[MonthOfAcquisition]
    interactions: list[InteractionType]


def customers_by_type_and_status(session: Session) -> list[TypeAndStatus]:
    """Every combination that has customers; "" stands for a blank type or status."""
    return [TypeAndStatus(*row) for row in _sums(session, "customers", "key, part")]


def acquisition_by_month(
    session: Session, months: int | None = None, clock: Clock | None = None
) -> list[MonthOfAcquisition]:
    """New customers per month and type, oldest first; only the latest `months` (with this one) when given.

    Months without new customers are left out. Customers without a creation time count under the month "".
    """
    since = ""
    if months is not None:
        since = shifted((clock or Clock()).now.astimezone(UTC).date(), months=1 - months).strftime("%Y-%m")
    return [MonthOfAcquisition(*row) for row in _sums(session, "acquired", "left(key, 7), part", since)]


def interactions_by_type(
    session: Session, days: int | None = None, clock: Clock | None = None
) -> list[InteractionType]:
    """Interactions per type, most frequent first; only of the last `days` days in UTC (with today) when given."""
    since = ""
    if days is not None:
        today = (clock or Clock()).now.astimezone(UTC).date()
        since = (today - timedelta(days=days - 1)).isoformat()
    found = [InteractionType(*row) for row in _sums(session, "interactions", "part", since)]
    return sorted(found, key=lambda row: (-row.count, row.type))


def overview(session: Session, months: int | None = None, clock: Clock | None = None) -> Overview:
    """All that the Analytics tab shows."""
    return Overview(
        customers_by_type_and_status(session),
        acquisition_by_month(session, months, clock),
        interactions_by_type(session),
    )


def created_since(session: Session, measure: Literal["acquired", "interactions"], start: datetime) -> int:
    """How many customers or interactions were created at or after `start`.

    The summaries know whole UTC days; what lies between `start` and the nearest of their borders is counted in the
    table's index.
    """
    table = "customers" if measure == "acquired" else "customer_interactions"
    start = start.astimezone(UTC)
    low = start.replace(hour=0, minute=0, second=0, microsecond=0)
    high = low + timedelta(days=1)
    border = low if start - low < high - start else high
    counted = text(
        f"""
        SELECT coalesce((SELECT sum(amount) FROM crm.figures WHERE measure = :measure AND key >= :key), 0)
            + :sign * (SELECT count(*) FROM crm.{table} WHERE created_at >= :first AND created_at < :last)
        """
    ).bindparams(
        measure=measure,
        key=border.date().isoformat(),
        sign=1 if border == high else -1,
        first=min(start, border),
        last=max(start, border),
    )
    return int(session.execute(counted).scalar_one())


def _sums(session: Session, measure: str, keys: str, since: str = "") -> Sequence[tuple[Any, ...]]:
    statement = text(
        f"""
        SELECT {keys}, sum(amount)::bigint FROM crm.figures WHERE measure = :measure AND key >= :since
        GROUP BY {keys} HAVING sum(amount) <> 0 ORDER BY {keys}
        """
    ).bindparams(measure=measure, since=since)
    return [tuple(row) for row in session.execute(statement)]
