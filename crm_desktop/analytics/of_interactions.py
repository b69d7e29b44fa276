"""Charts of what was done with customers, and by whom."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from .counting import INTERACTIONS, LOGGED, counted_in
from .picking import condition, with_interactions, within, within_period
from .ranking import ranked
from .shapes import ChartData, Question
from .timelines import Line, timeline
from .words import interaction_word


def by_type(session: Session, question: Question) -> ChartData:
    """Interactions of each type in the period, the most frequent first."""
    found = counted_in(session, INTERACTIONS, question.period, question.clock)
    before = counted_in(session, INTERACTIONS, question.before, question.clock)
    logged = within_period("created_at", question.period)
    categories, series = ranked(
        found,
        before if question.before else None,
        interaction_word,
        key="interactions",
        title="Interactions",
        filter=lambda kind: with_interactions(condition("type", "is", kind), logged),
        rest_filter=lambda kinds: with_interactions(condition("type", "not_in", list(kinds)), logged),
    )
    return ChartData(
        key="interactions",
        kind="bars",
        title="Interactions by type",
        explanation="Interactions logged in the period, cancelled ones included",
        unit="interactions",
        categories=categories,
        series=series,
    )


def over_time(session: Session, question: Question) -> ChartData:
    """All interactions in each day, week or month of the period."""
    return timeline(
        session,
        question,
        INTERACTIONS,
        [
            Line(
                "interactions",
                "Interactions",
                filter=lambda bucket: with_interactions(within("created_at", bucket.first, bucket.last)),
            )
        ],
        key="recent",
        kind="lines",
        title="Interactions over time",
        explanation="Interactions by the local day on which they were logged, cancelled ones included",
        unit="interactions",
    )


def by_employee(session: Session, question: Question) -> ChartData:
    """How many interactions each person logged in the period."""
    found = counted_in(session, LOGGED, question.period, question.clock)
    before = counted_in(session, LOGGED, question.before, question.clock)
    names = employee_names(session)
    logged = within_period("created_at", question.period)
    categories, series = ranked(
        found,
        before if question.before else None,
        lambda user: names.get(user, "Somebody"),
        key="logged",
        title="Interactions",
        filter=lambda user: with_interactions(condition("user_id", "is", user), logged),
        rest_filter=lambda users: with_interactions(condition("user_id", "not_in", list(users)), logged),
    )
    return ChartData(
        key="employees",
        kind="bars",
        title="Interactions by employee",
        explanation="Interactions logged in the period, by who logged them, cancelled ones included",
        unit="interactions",
        categories=categories,
        series=series,
    )


def employee_names(session: Session) -> dict[str, str]:
    """Everybody who can sign in or once could, by id."""
    people = session.execute(text("SELECT id::text, display_name FROM crm.users WHERE username IS NOT NULL"))
    return {str(identity): str(name) for identity, name in people}
