"""Charts of follow-ups: what waits, and how soon what was due got done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.interactions.agenda import SectionKey, agenda_counts, bounds
from crm_desktop.interactions.listed import DONE

from .of_interactions import employee_names
from .once import once
from .picking import condition, with_interactions, within_period
from .ranking import MOST
from .shapes import Category, ChartData, Filter, Period, Question, Series, Value

_SECTIONS: tuple[tuple[SectionKey, str], ...] = (
    ("overdue", "Overdue"),
    ("today", "Today"),
    ("tomorrow", "Tomorrow"),
    ("week", "This week"),
    ("later", "Later"),
    ("none", "No date"),
)
_PENDING = condition("status", "is", "pending")


def pending(session: Session, question: Question) -> ChartData:
    """How much is still to do, by when, as the Follow-ups tab has it."""
    counts = agenda_counts(session, question.clock, None)
    limits = bounds(question.clock)

    def picked(section: SectionKey) -> Filter:
        if section == "none":
            return with_interactions(_PENDING, condition("follow_up", "is_blank"))
        first, end = limits[section]
        edges = [condition("follow_up", "on_or_after", first.isoformat())] if first else []
        edges += [condition("follow_up", "before", end.isoformat())] if end else []
        return with_interactions(_PENDING, condition("follow_up", "is_filled"), *edges)

    return ChartData(
        key="follow_ups",
        kind="bars",
        title="Pending follow-ups",
        explanation="Everything that is still pending now, by when it is due: this week is what is left of it after"
        " tomorrow",
        unit="follow-ups",
        categories=tuple(Category(section, title) for section, title in _SECTIONS),
        series=(
            Series(
                "pending",
                "Pending",
                tuple(counts[section] for section, _ in _SECTIONS),
                filters=tuple(picked(section) for section, _ in _SECTIONS),
            ),
        ),
    )


@dataclass(frozen=True)
class _Answered:
    """What was due from one person: `hours` is the median from due to done, None where nothing is done."""

    who: str
    in_time: int
    within_day: int
    later: int
    open: int
    hours: float | None

    @property
    def due(self) -> int:
        return self.in_time + self.within_day + self.later + self.open


_ANSWERED = text(
    """
    SELECT who::text, count(*) FILTER (WHERE done AND delay <= interval '0'),
           count(*) FILTER (WHERE done AND delay > interval '0' AND delay <= interval '24 hours'),
           count(*) FILTER (WHERE done AND delay > interval '24 hours'), count(*) FILTER (WHERE NOT done),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(extract(epoch FROM delay) / 3600, 0)::float8)
               FILTER (WHERE done)
    FROM (
        SELECT assignee_id AS who, status = 'completed' AS done, completed_at - follow_up AS delay
        FROM crm.customer_interactions
        WHERE follow_up >= :first AND follow_up < :last
          AND assignee_id IS NOT NULL AND (status = 'pending' OR status = 'completed' AND completed_at IS NOT NULL)
    ) d
    GROUP BY who
    """
)


def _answered(session: Session, question: Question, period: Period | None) -> dict[str, _Answered]:
    if period is None:
        return {}
    first, last = period.span(question.clock)
    asked = {"first": first, "last": min(last, question.clock.now)}
    rows = once(session, ("answered", *asked.values()), lambda: session.execute(_ANSWERED, asked).all())
    return {row[0]: _Answered(*row) for row in rows}


def punctuality(session: Session, question: Question) -> ChartData:
    """Of what was due in the period, how much each person did in time, within a day, later, or not yet."""
    found = _answered(session, question, question.period)
    people = _busiest(found)
    parts: tuple[tuple[str, str, int, Callable[[_Answered], int]], ...] = (
        ("in_time", "In time", 0, lambda row: row.in_time),
        ("within_day", "Within a day", 1, lambda row: row.within_day),
        ("late", "Later", 2, lambda row: row.later),
        ("open", "Still open", 6, lambda row: row.open),
    )
    return ChartData(
        key="punctuality",
        kind="stacked",
        title="Follow-ups done in time",
        explanation="Follow-ups that fell due in the period, by who had to do them: done by the time due, within 24"
        " hours of it, later, or still pending; cancelled ones left out",
        unit="follow-ups",
        categories=_people(session, people),
        series=tuple(
            Series(
                key,
                name,
                tuple(count(row) for row in people),
                colour,
                filters=tuple(
                    _fell_due(question, row.who, _PENDING if key == "open" else condition("done", "is", key))
                    for row in people
                ),
            )
            for key, name, colour, count in parts
        ),
    )


def response_time(session: Session, question: Question) -> ChartData:
    """The median time from due to done of each person."""
    found = _answered(session, question, question.period)
    before = _answered(session, question, question.before)
    people = [row for row in _busiest(found) if row.hours is not None]

    def earlier(row: _Answered) -> Value | None:
        known: Any = before.get(row.who)
        return _hours(known) if known else None

    return ChartData(
        key="response_time",
        kind="bars",
        title="Response time to follow-ups",
        explanation="Median hours from when a follow-up was due to when it was done, of those due in the period; done"
        " before it was due counts as 0",
        unit="hours",
        categories=_people(session, people),
        series=(
            Series(
                "median",
                "Median",
                tuple(_hours(row) for row in people),
                previous=tuple(earlier(row) for row in people) if question.before else (),
                filters=tuple(_fell_due(question, row.who, condition("done", "in", list(DONE))) for row in people),
            ),
        ),
    )


def _fell_due(question: Question, who: str, *conditions: Filter) -> Filter:
    """Lists the customers with something that somebody had to do in the period, up to now."""
    over = [] if question.period.end < question.clock.today else [condition("follow_up", "before", "now")]
    return with_interactions(
        condition("assignee_id", "is", who), within_period("follow_up", question.period), *over, *conditions
    )


def _hours(row: _Answered) -> Value | None:
    return None if row.hours is None else round(row.hours, 1)


def _busiest(found: dict[str, _Answered]) -> list[_Answered]:
    return sorted(found.values(), key=lambda row: (-row.due, row.who))[:MOST]


def _people(session: Session, rows: Sequence[_Answered]) -> tuple[Category, ...]:
    names = employee_names(session)
    return tuple(Category(row.who, names.get(row.who, "Somebody")) for row in rows)
