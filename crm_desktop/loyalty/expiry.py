"""Points that expire: when, how many, and taking them off. The rule itself is the database's: crm.points_left
of every entry, and what it says month by month, which is kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from .rows import Expiring

# Points that came in one month expire in one month: nothing when they never do.
_BY_MONTH = """
    SELECT (m.month + make_interval(months => s.months))::date AS month, m.points, m.accounts
    FROM (
        SELECT (value #>> '{{}}')::integer AS months FROM crm.settings WHERE key = 'points_expire_months'
    ) s, (
        SELECT month, sum(points)::bigint AS points, count(*) AS accounts
        FROM crm.loyalty_points_left {of_account} GROUP BY month
    ) m
    WHERE s.months IS NOT NULL ORDER BY 1
"""
_OF_ACCOUNT = text(_BY_MONTH.format(of_account="WHERE user_id = :account"))
_OF_ALL = text(_BY_MONTH.format(of_account=""))
_DUE = text("SELECT count(*), coalesce(sum(points), 0)::bigint FROM crm.points_due()")
_EXPIRE = text("SELECT accounts, points FROM crm.expire_points()")


@dataclass(frozen=True)
class Expired:
    """How much has expired, or is about to."""

    accounts: int
    points: int


def expiring_of(session: Session, account_id: UUID) -> tuple[Expiring, ...]:
    """What one account's points will become, month by month, unless they are used."""
    return tuple(Expiring(*row) for row in session.execute(_OF_ACCOUNT, {"account": account_id}))


def expiring_of_all(session: Session) -> tuple[Expiring, ...]:
    """The same of all accounts together."""
    return tuple(Expiring(*row) for row in session.execute(_OF_ALL))


def due(session: Session) -> Expired:
    """What would be taken off now."""
    return Expired(*session.execute(_DUE).one())


def expire_points(session: Session) -> Expired:
    """Takes off all points that have expired, of every account; none when they never expire."""
    return Expired(*session.execute(_EXPIRE).one())


def sentence(expired: Expired, *, dry_run: bool = False) -> str:
    """ "1,200 points of 3 accounts expired."; what would, for a dry run."""
    if not expired.points:
        return "No points would expire now." if dry_run else "No points have expired."
    points = "1 point" if expired.points == 1 else f"{expired.points:,} points"
    accounts = "1 account" if expired.accounts == 1 else f"{expired.accounts:,} accounts"
    return f"{points} of {accounts} {'would expire' if dry_run else 'expired'}."
