"""Charts of points and tiers."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from .counting import POINTS
from .shapes import Category, ChartData, Question, Series
from .timelines import Line, timeline
from .words import TIERS


def points(session: Session, question: Question) -> ChartData:
    """Points earned, redeemed and expired in each day, week or month of the period."""
    return timeline(
        session,
        question,
        POINTS,
        [
            Line("earned", "Earned", ("earn", "opening", "adjust"), 0),
            Line("redeemed", "Redeemed", ("redeem",), 2, -1),
            Line("expired", "Expired", ("expire",), 6, -1),
        ],
        key="points",
        kind="bars",
        title="Points earned and redeemed",
        explanation="Entries of the ledger by local day; earned are points earned, opening balances and corrections",
        unit="points",
    )


_MOVES = text(
    """
    SELECT coalesce(from_tier, ''), to_tier, count(*) FROM crm.loyalty_tier_changes
    WHERE created_at >= :first AND created_at < :last GROUP BY 1, 2
    """
)


def tier_flow(session: Session, question: Question) -> ChartData:
    """Moves between tiers in the period."""
    first, last = question.period.span(question.clock)
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
            Series(tier, tier.capitalize(), tuple(moves.get((old, tier), 0) if old != tier else None
                                                  for old in ("", *TIERS)), place)
            for place, tier in enumerate(TIERS)
        ) if moves else (),
    )  # fmt: skip
