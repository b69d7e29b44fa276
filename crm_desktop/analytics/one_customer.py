"""What is known of one customer: how often, how, and when there was contact, business and an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.interactions.outcomes import is_answer
from crm_desktop.listing.periods import Clock, shifted

from .answers import Channel, Habit, Try, channels, habit
from .buckets import axis, borders
from .engagement import Component, Known, components, score
from .queries import InteractionType
from .shapes import Category, ChartData, Period, Question, Series
from .words import INTERACTION_TYPES, interaction_word

MOST_TRIES = 2_000


@dataclass(frozen=True)
class Purchases:
    """Orders of one currency that are neither cancelled nor refunded."""

    currency: str
    orders: int
    spent: Decimal
    first_at: datetime
    last_at: datetime

    @property
    def average(self) -> Decimal:
        return self.spent / self.orders


@dataclass(frozen=True)
class Loyalty:
    """A customer's account."""

    tier: str
    points_balance: int
    total_earned: int
    total_redeemed: int
    last_activity: datetime | None


@dataclass(frozen=True)
class CustomerFigures:
    """Counts are of all interactions that were not cancelled; `by_month` is (local month "2026-05", count)."""

    total: int
    completed: int
    pending: int
    minutes: int
    first_at: datetime | None
    last_at: datetime | None
    by_type: list[InteractionType]
    by_month: list[tuple[str, int]]
    loyalty: Loyalty | None
    purchases: tuple[Purchases, ...]
    channels: tuple[Channel, ...]
    """Calls, emails and meetings that were tried, the best answered first."""
    habit: Habit
    engagement: tuple[Component, ...]
    history: ChartData
    """Interactions by month and type."""
    types: ChartData
    answers: ChartData
    """The share of each channel that was answered."""

    @property
    def score(self) -> int:
        """Engagement, from 0 to 100: the sum of its components."""
        return score(self.engagement)


def customer_figures(
    session: Session, customer_id: UUID, months: int = 12, clock: Clock | None = None
) -> CustomerFigures:
    """One customer's figures; those by month cover the latest `months` local months, with this one."""
    clock = clock or Clock()
    first = shifted(clock.today.replace(day=1), months=1 - months)
    shown = axis(Question(Period(first, clock.today), clock=clock, step="month"), None)
    moments = borders(shown.shown, clock)
    year_ago = clock.midnight(shifted(clock.today, years=-1))
    asked = {"customer": customer_id, "borders": moments, "year": year_ago}
    total, completed, pending, minutes, first_at, last_at = session.execute(_TOTALS, asked).one()
    counts: dict[tuple[str, int], int] = {}
    contacts: dict[str, int] = {}
    for kind, bucket, count, lately in session.execute(_COUNTS, asked):
        counts[kind, bucket] = count
        contacts[kind] = contacts.get(kind, 0) + lately
    by_type: dict[str, int] = {}
    for (kind, _bucket), count in counts.items():
        by_type[kind] = by_type.get(kind, 0) + count
    tries = [
        Try(kind, at, is_answer(outcome))
        for kind, at, outcome in session.execute(_TRIES, {**asked, "now": clock.now, "most": MOST_TRIES})
    ]
    found = session.execute(_LOYALTY, asked).one_or_none()
    loyalty = Loyalty(*found) if found else None
    purchases = tuple(Purchases(*row) for row in session.execute(_PURCHASES, asked))
    orders_lately, last_order = session.execute(_ORDERS, asked).one()
    last_contact = session.execute(_LAST_CONTACT, asked).scalar()
    known = Known(
        now=clock.now,
        last_at=max((moment for moment in (last_contact, last_order) if moment), default=None),
        contacts=sum(contacts.values()),
        kinds=sum(count > 0 for count in contacts.values()),
        orders=orders_lately,
        tier=loyalty.tier if loyalty else None,
    )
    answered = channels(tries)
    kinds = sorted(by_type, key=lambda kind: (-by_type[kind], kind))
    return CustomerFigures(
        total=total,
        completed=completed,
        pending=pending,
        minutes=minutes,
        first_at=first_at,
        last_at=last_at,
        by_type=[InteractionType(kind, by_type[kind]) for kind in kinds],
        by_month=[
            (bucket.category.key, count)
            for place, bucket in enumerate(shown.shown, 1)
            if (count := sum(counts.get((kind, place), 0) for kind in kinds))
        ],
        loyalty=loyalty,
        purchases=purchases,
        channels=answered,
        habit=habit(tries, clock),
        engagement=components(known),
        history=_history(shown.categories, kinds, counts, first),
        types=_types(kinds, by_type),
        answers=_answers(answered),
    )


def _history(categories: tuple[Category, ...], kinds: list[str], counts: Any, first: date) -> ChartData:
    return ChartData(
        key="own_history",
        kind="stacked",
        title="Interactions by month",
        explanation=f"Since {first.day} {categories[0].full}, by type; cancelled ones left out",
        unit="interactions",
        categories=categories,
        series=tuple(
            Series(
                kind,
                interaction_word(kind),
                tuple(counts.get((kind, place), 0) for place in range(1, len(categories) + 1)),
                INTERACTION_TYPES.index(kind),
            )
            for kind in INTERACTION_TYPES
            if any(counts.get((kind, place)) for place in range(1, len(categories) + 1))
        ),
        over_time=True,
    )


def _types(kinds: list[str], by_type: dict[str, int]) -> ChartData:
    return ChartData(
        key="own_types",
        kind="bars",
        title="Interactions by type",
        explanation="All there ever were, cancelled ones left out",
        unit="interactions",
        categories=tuple(Category(kind, interaction_word(kind)) for kind in kinds),
        series=(Series("interactions", "Interactions", tuple(by_type[kind] for kind in kinds)),),
    )


def _answers(found: tuple[Channel, ...]) -> ChartData:
    return ChartData(
        key="own_answers",
        kind="bars",
        title="What is answered",
        explanation="Of the calls, emails and meetings that were tried, the share that was completed with an outcome"
        " other than “No answer”, “Voicemail” and the like; cancelled ones and those planned for later left out",
        unit="%",
        categories=tuple(
            Category(each.type, interaction_word(each.type), f"{interaction_word(each.type)} ({each.tried:,} tried)")
            for each in found
        ),
        series=(Series("answered", "Answered", tuple(round(100 * each.share, 1) for each in found)),),
    )


_MINE = "FROM crm.customer_interactions WHERE customer_id = :customer AND status IS DISTINCT FROM 'cancelled'"
_TOTALS = text(
    f"""
    SELECT count(*), count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'pending'),
        coalesce(sum(duration), 0)::bigint, min(created_at), max(created_at) {_MINE}
    """
)
# Bucket 0 is before the shown months. Of the last year, what counts as contact: see crm.contact_time().
_COUNTS = text(
    f"""
    SELECT type, width_bucket(created_at, CAST(:borders AS timestamptz[])), count(*),
        count(*) FILTER (WHERE greatest(created_at, completed_at) >= :year
            AND (type <> 'follow_up' OR status = 'completed'))
    {_MINE} GROUP BY 1, 2
    """
)
_TRIES = text(
    f"""
    SELECT type, created_at, CASE WHEN status = 'completed' THEN left(outcome, 200) END
    {_MINE} AND type IN ('call', 'email', 'meeting') AND created_at <= :now
        AND NOT (status = 'pending' AND follow_up IS NOT NULL AND follow_up > :now)
    ORDER BY created_at DESC LIMIT :most
    """
)
_LAST_CONTACT = text("SELECT last_contact FROM crm.customers WHERE id = :customer")
_LOYALTY = text(
    """
    SELECT account.tier, account.points_balance, account.total_earned, account.total_redeemed, account.last_activity
    FROM crm.customers AS customer JOIN crm.loyalty_accounts AS account ON account.user_id = customer.user_id
    WHERE customer.id = :customer
    """
)
_PURCHASES = text(
    """
    SELECT currency, orders, spent, first_order_at, last_order_at FROM crm.customer_purchases
    WHERE customer_id = :customer ORDER BY orders DESC, currency
    """
)
_ORDERS = text(
    """
    SELECT count(*) FILTER (WHERE ordered_at >= :year), max(ordered_at) FROM crm.orders
    WHERE customer_id = :customer AND status NOT IN ('cancelled', 'refunded')
    """
)
