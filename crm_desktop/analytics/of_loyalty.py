"""Charts of points and tiers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.loyalty.kinds import EARNED, TIERS

from .buckets import Bucket
from .counting import POINTS
from .picking import condition, every, with_entries, within, within_period
from .shapes import Category, ChartData, Filter, Question, Series
from .timelines import Line, timeline


def points(session: Session, question: Question) -> ChartData:
    """Points earned, redeemed and expired in each day, week or month of the period."""
    return timeline(
        session,
        question,
        POINTS,
        [
            Line("earned", "Earned", EARNED, 0, filter=_booked(EARNED)),
            Line("redeemed", "Redeemed", ("redeem",), 2, -1, filter=_booked(("redeem",))),
            Line("expired", "Expired", ("expire",), 6, -1, filter=_booked(("expire",))),
        ],
        key="points",
        kind="bars",
        title="Points earned and redeemed",
        explanation="Entries of the ledger by local day; earned are points earned, opening balances and corrections",
        unit="points",
    )


def _booked(kinds: Sequence[str]) -> Callable[[Bucket], Filter]:
    return lambda bucket: with_entries(kinds, within("created_at", bucket.first, bucket.last))


_MOVES = text(
    """
    SELECT coalesce(from_tier, ''), to_tier, count(*) FROM crm.loyalty_tier_changes
    WHERE created_at >= :first AND created_at < :last GROUP BY 1, 2
    """
)


def tier_flow(session: Session, question: Question) -> ChartData:
    """Moves between tiers in the period."""
    first, last = question.period.span(question.clock)
    moved = within_period("created_at", question.period)

    def picked(old: str, new: str) -> Filter:
        before = condition("from_tier", "is", old) if old else condition("from_tier", "is_blank")
        return condition("tier_moves", "has", every(before, condition("to_tier", "is", new), moved))

    moves = {(old, new): count for old, new, count in session.execute(_MOVES, {"first": first, "last": last})}
    return ChartData(
        key="tier_flow",
        kind="grid",
        title="Moves between tiers",
        explanation="How often a customer moved in the period from one tier (rows) to another (columns); whoever moved"
        " twice counts twice",
        unit="moves",
        categories=tuple(
            Category(tier, tier.capitalize() if tier else "New member") for tier in ("", *TIERS)
        ) if moves else (),
        series=tuple(
            Series(
                tier,
                tier.capitalize(),
                tuple(moves.get((old, tier), 0) if old != tier else None for old in ("", *TIERS)),
                place,
                filters=tuple(picked(old, tier) if old != tier else None for old in ("", *TIERS)),
            )
            for place, tier in enumerate(TIERS)
        ) if moves else (),
    )  # fmt: skip
