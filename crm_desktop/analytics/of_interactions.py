"""Charts of what was done with customers, by whom, and what is still to do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from .counting import INTERACTIONS, counted_in
from .picking import condition, with_interactions, within_period
from .shapes import Category, ChartData, Question, Series
from .words import interaction_word


def by_type(session: Session, question: Question) -> ChartData:
    """Interactions of each type in the period, the most frequent first."""
    counted = counted_in(session, INTERACTIONS, question.period, question.clock)
    previous = question.before
    before = counted_in(session, INTERACTIONS, previous, question.clock)
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
