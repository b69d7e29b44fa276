"""The programme as a whole: its members, its points, and who changed tier lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.analytics.counting import POINTS, counted_in
from crm_desktop.analytics.queries import customers_by_type_and_status
from crm_desktop.analytics.shapes import Period
from crm_desktop.listing.filter_values import MAX_LIST
from crm_desktop.listing.periods import Clock
from crm_desktop.loyalty.kinds import EARNED
from crm_desktop.loyalty.rules import Rules, rules

RECENT_DAYS = 30
LATEST_CHANGES = 50

_MEMBERS = text(
    "SELECT key, sum(amount)::bigint FROM crm.figures WHERE measure = 'members' GROUP BY key HAVING sum(amount) <> 0"
)
# Accounts of customers who have been deleted wait for undo: their points are nobody's.
_OUTSTANDING = text(
    """
    SELECT (SELECT coalesce(sum(amount), 0) FROM crm.figures WHERE measure = 'points')::bigint
        - (SELECT coalesce(sum(points_balance), 0) FROM crm.loyalty_accounts WHERE name_key IS NULL)::bigint
    """
)
_CHANGES = text(
    """
    SELECT c.id, coalesce(nullif(c.contact_name, ''), c.company_name, ''), t.from_tier, t.to_tier, t.created_at
    FROM (SELECT * FROM crm.loyalty_tier_changes ORDER BY id DESC LIMIT :most) t
    JOIN crm.customers c ON c.user_id = t.user_id
    ORDER BY t.id DESC
    """
)
_WHO_EXPIRES = text(
    """
    SELECT c.id
    FROM crm.loyalty_points_left p
    JOIN crm.customers c ON c.user_id = p.user_id
    WHERE p.month = (CAST(:month AS date) - make_interval(months => (
        SELECT (s.value #>> '{}')::integer FROM crm.settings s WHERE s.key = 'points_expire_months'
    )))::date
    LIMIT :most
    """
)


@dataclass(frozen=True)
class ChangedTier:
    """Somebody's step from one tier to another; from None: they joined."""

    customer_id: UUID
    name: str
    from_tier: str | None
    to_tier: str
    at: datetime


@dataclass(frozen=True)
class Programme:
    """Everything from one snapshot. `earned` and `redeemed` are those of the last RECENT_DAYS days."""

    rules: Rules
    members: Mapping[str, int]
    customers: int
    outstanding: int
    earned: int
    redeemed: int
    changes: tuple[ChangedTier, ...]

    @property
    def enrolled(self) -> int:
        return sum(self.members.values())


def programme(session: Session, clock: Clock | None = None) -> Programme:
    """The figures, from the summaries that the database keeps."""
    clock = clock or Clock()
    recent = counted_in(session, POINTS, Period(clock.today - timedelta(days=RECENT_DAYS - 1), clock.today), clock)
    return Programme(
        rules=rules(session),
        members={row[0]: row[1] for row in session.execute(_MEMBERS)},
        customers=sum(row.count for row in customers_by_type_and_status(session)),
        outstanding=session.execute(_OUTSTANDING).scalar_one(),
        earned=int(sum(recent.get(kind, 0) for kind in EARNED)),
        redeemed=-int(recent.get("redeem", 0)),
        changes=tuple(ChangedTier(*row) for row in session.execute(_CHANGES, {"most": LATEST_CHANGES})),
    )


def whose_points_expire(session: Session, month: date, most: int = MAX_LIST) -> tuple[UUID, ...]:
    """Customers with points that expire in the month that begins with this day: all of them, or `most`."""
    return tuple(session.execute(_WHO_EXPIRES, {"month": month, "most": most}).scalars())
