"""Charts of what was done with customers, by whom, and what is still to do."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from .picking import condition, with_interactions, within_period
from .shapes import Category, ChartData, Period, Question, Series
from .words import interaction_word


def by_type(session: Session, question: Question) -> ChartData:
    """Interactions of each type in the period, the most frequent first."""
    counted = _types_in(session, question, question.period)
    previous = question.period.previous() if question.compare else None
    before = _types_in(session, question, previous) if previous else {}
    types = sorted({*counted, *before}, key=lambda kind: (-counted.get(kind, 0), kind))
    return ChartData(
        key="interactions",
        kind="bars",
        title="Interactions by type",
        explanation="Interactions logged in the period, cancelled ones included",
        unit="interactions",
        categories=tuple(Category(kind, interaction_word(kind)) for kind in types),
        series=(
            Series(
                "interactions",
                "Interactions",
                tuple(counted.get(kind, 0) for kind in types),
                previous=tuple(before.get(kind, 0) for kind in types) if previous else (),
                filters=tuple(
                    with_interactions(condition("type", "is", kind), within_period("created_at", question.period))
                    for kind in types
                ),
            ),
        ),
    )


_TYPES = text(
    """
    SELECT type, count(*) FROM crm.customer_interactions
    WHERE created_at >= :first AND created_at < :last GROUP BY type
    """
)


def _types_in(session: Session, question: Question, period: Period) -> dict[str, int]:
    first, last = period.span(question.clock)
    return {kind: int(count) for kind, count in session.execute(_TYPES, {"first": first, "last": last})}
