"""The numbers of the stat cards and of the standard charts, for programs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from crm_desktop.customers.queries import stat_counts
from crm_desktop.listing.periods import Clock

from .queries import acquisition_by_month, interactions_by_type

MONTHS = 12


@dataclass(frozen=True)
class OfCustomers:
    """`acquired_by_month` has the latest months ("2026-05", UTC)."""

    total: int
    by_type: dict[str, int]
    by_status: dict[str, int]
    new_this_month: int
    acquired_by_month: dict[str, int]


@dataclass(frozen=True)
class OfInteractions:
    """`recent` are those of the last thirty days."""

    total: int
    by_type: dict[str, int]
    recent: int


@dataclass(frozen=True)
class OfFollowUps:
    pending: int
    overdue: int
    due_today: int


@dataclass(frozen=True)
class Overall:
    """As of the last commit."""

    customers: OfCustomers
    interactions: OfInteractions
    follow_ups: OfFollowUps


def overall(session: Session, clock: Clock | None = None) -> Overall:
    """What the stat cards and the standard charts show, as of now on the clock or else on this computer."""
    counts = stat_counts(session, clock)
    by_type = {row.type: row.count for row in interactions_by_type(session)}
    acquired: dict[str, int] = {}
    for row in acquisition_by_month(session, MONTHS, clock):
        acquired[row.month] = acquired.get(row.month, 0) + row.count
    return Overall(
        OfCustomers(counts.total, counts.by_type, counts.by_status, counts.new_this_month, acquired),
        OfInteractions(sum(by_type.values()), by_type, counts.recent_interactions),
        OfFollowUps(counts.pending_follow_ups, counts.overdue_follow_ups, counts.due_today),
    )
