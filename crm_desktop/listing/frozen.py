"""A selection, frozen: the rows that match now, with their versions, kept in the database until they have been changed.

What was counted before somebody agrees is what is changed afterwards, however long they think and whatever the list
has become. Nothing of it travels to the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Subquery, Table, delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from .models import FrozenRows
from .periods import Clock
from .selection import Selection, condition
from .source import Source

PART = 5_000
"""Rows that are changed by one statement: progress is told, and cancelling noticed, between two."""

_frozen: Table = FrozenRows.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Frozen:
    """`count` rows in `parts` parts."""

    id: UUID
    count: int
    parts: int


def freeze(session: Session, selection: Selection, source: Source[Any], clock: Clock | None = None) -> Frozen:
    """Freezes the rows that are selected at this moment; also forgets what this person left behind another day."""
    session.execute(delete(_frozen).where(_frozen.c.created_at < func.now() - text("interval '1 day'")))
    identity = uuid4()
    columns = source.table.c
    place = ((func.row_number().over() - 1) // PART).label("part")  # in the order in which they are found
    met = condition(session.connection(), selection, source, clock)
    rows = select(place, columns.id, columns.version).where(met).subquery("rows")
    parts = select(literal(identity), rows.c.part, func.array_agg(rows.c.id), func.array_agg(rows.c.version)).group_by(
        rows.c.part
    )
    names = ["selection_id", "part", "row_ids", "versions"]
    session.execute(insert(_frozen).from_select(names, parts))
    counted = select(func.count(), func.coalesce(func.sum(func.cardinality(_frozen.c.row_ids)), 0))
    number, count = session.execute(counted.where(_frozen.c.selection_id == identity)).one()
    return Frozen(identity, int(count), number)


def part_of(frozen: Frozen, part: int) -> Subquery:
    """The `id` and `version` of each row of a part, to be joined."""
    return _rows(_frozen.c.selection_id == frozen.id, _frozen.c.part == part)


def all_of(frozen: Frozen) -> Subquery:
    """The same of all its rows."""
    return _rows(_frozen.c.selection_id == frozen.id)


def _rows(*which: ColumnElement[bool]) -> Subquery:
    rows = select(func.unnest(_frozen.c.row_ids).label("id"), func.unnest(_frozen.c.versions).label("version"))
    return rows.where(*which).subquery("frozen")


def thaw(session: Session, frozen: Frozen) -> None:
    """Forgets a frozen selection: it has been changed, or will not be."""
    session.execute(delete(_frozen).where(_frozen.c.selection_id == frozen.id))
