"""Charts over time of what the database keeps summaries of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from .buckets import Bucket, axis
from .counting import Kept, counted, first_day
from .shapes import ChartData, Filter, Kind, Question, Series, Value
from .words import day_words


@dataclass(frozen=True)
class Line:
    """One series: those parts of the measure together, all where none are named. `sign` turns what is taken off."""

    key: str
    name: str
    parts: tuple[str, ...] = ()
    colour: int = 0
    sign: int = 1
    filter: Callable[[Bucket], Filter] | None = None


def timeline(
    session: Session,
    question: Question,
    kept: Kept,
    lines: Sequence[Line],
    *,
    key: str,
    kind: Kind,
    title: str,
    explanation: str,
    unit: str,
) -> ChartData:
    """A measure in each day, week, month or year of the period."""
    over = axis(question, first_day(session, kept, question.clock) if question.period.is_all else None)
    found = counted(session, kept, over.shown, question.clock)
    before = counted(session, kept, over.before, question.clock)
    return ChartData(
        key=key,
        kind=kind,
        title=title,
        explanation=explanation,
        unit=unit,
        categories=over.categories,
        series=tuple(
            Series(
                line.key,
                line.name,
                _together(line, found, len(over.shown)),
                line.colour,
                previous=over.beside(_together(line, before, len(over.before))),
                filters=tuple(line.filter(bucket) for bucket in over.shown) if line.filter else (),
            )
            for line in lines
        ),
        over_time=True,
        note=f"What was before {day_words(over.cut)} is not shown" if over.cut else "",
    )


def _together(line: Line, found: Mapping[str, list[Value]], buckets: int) -> tuple[Value, ...]:
    parts = line.parts or tuple(found)
    values = [found[part] for part in parts if part in found]
    return tuple(sum((each[place] for each in values), 0) * line.sign for place in range(buckets))
