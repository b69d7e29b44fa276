"""What the Analytics tab shows of one customer: how often, how, and when there was contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.periods import Clock, shifted

from .queries import InteractionType


@dataclass(frozen=True)
class CustomerFigures:
    """Counts are of all interactions that were not cancelled; `by_month` is (month "2026-05" in UTC, count)."""

    total: int
    completed: int
    pending: int
    minutes: int
    first_at: datetime | None
    last_at: datetime | None
    by_type: list[InteractionType]
    by_month: list[tuple[str, int]]
    tier: str | None
    points_balance: int | None
    total_earned: int | None
    total_redeemed: int | None


def customer_figures(
    session: Session, customer_id: UUID, months: int = 12, clock: Clock | None = None
) -> CustomerFigures:
    """One customer's figures; `by_month` covers the latest `months`, with this one, months without any left out."""
    since = shifted((clock or Clock()).now.astimezone(UTC).date().replace(day=1), months=1 - months)
    asked = {"customer": customer_id, "since": datetime(since.year, since.month, 1, tzinfo=UTC)}
    total, completed, pending, minutes, first_at, last_at = session.execute(_TOTALS, asked).one()
    loyalty = session.execute(_LOYALTY, asked).one_or_none()
    return CustomerFigures(
        total=total,
        completed=completed,
        pending=pending,
        minutes=minutes,
        first_at=first_at,
        last_at=last_at,
        by_type=[InteractionType(*row) for row in session.execute(_BY_TYPE, asked)],
        by_month=[(month, count) for month, count in session.execute(_BY_MONTH, asked)],
        tier=loyalty[0] if loyalty else None,
        points_balance=loyalty[1] if loyalty else None,
        total_earned=loyalty[2] if loyalty else None,
        total_redeemed=loyalty[3] if loyalty else None,
    )


_OF_CUSTOMER = "FROM crm.customer_interactions WHERE customer_id = :customer AND status IS DISTINCT FROM 'cancelled'"
_TOTALS = text(
    f"""
    SELECT count(*), count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'pending'),
        coalesce(sum(duration), 0)::bigint, min(created_at), max(created_at) {_OF_CUSTOMER}
    """
)
_BY_TYPE = text(f"SELECT type, count(*) {_OF_CUSTOMER} GROUP BY type ORDER BY count(*) DESC, type")
_BY_MONTH = text(
    f"""
    SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*)
    {_OF_CUSTOMER} AND created_at >= :since GROUP BY month ORDER BY month
    """
)
_LOYALTY = text(
    """
    SELECT account.tier, account.points_balance, account.total_earned, account.total_redeemed
    FROM crm.customers AS customer JOIN crm.loyalty_accounts AS account ON account.user_id = customer.user_id
    WHERE customer.id = :customer
    """
)
