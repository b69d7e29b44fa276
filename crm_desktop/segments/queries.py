"""Reading segments: all of them, one, and what filters need of them. Who is in them: members.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Table, select
from sqlalchemy.orm import Session

from crm_desktop.errors import NotFound
from crm_desktop.listing.filters import NamedFilter

from .models import CustomerSegment
from .rows import SegmentName, SegmentRow

segments_table: Table = CustomerSegment.__table__  # type: ignore[assignment]
GONE = "This segment is not there any more."


def segment_names(session: Session) -> tuple[SegmentName, ...]:
    """All segments by name, those out of use as well: filters may still name them."""
    s = segments_table.c
    found = session.execute(select(s.id, s.name, s.is_active).order_by(s.name, s.id))
    return tuple(SegmentName(row.id, row.name, bool(row.is_active)) for row in found)


def segments(session: Session) -> tuple[SegmentRow, ...]:
    """All segments, those in use first, then by name."""
    found = map(_row, session.execute(_rows()))
    return tuple(sorted(found, key=lambda row: (not row.is_active, row.name.casefold(), row.id)))


def segment(session: Session, segment_id: UUID) -> SegmentRow:
    """One segment; NotFound when it is gone."""
    row = session.execute(_rows().where(segments_table.c.id == segment_id)).one_or_none()
    if row is None:
        raise NotFound(GONE, hint="Somebody may have deleted it.")
    return _row(row)


def criteria(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, NamedFilter]:
    """What these segments stand for; those that are gone are missing."""
    s = segments_table.c
    found = connection.execute(select(s.id, s.name, s.criteria).where(s.id.in_(ids)))
    return {row.id: NamedFilter(row.name, row.criteria) for row in found}


def _rows() -> Select[tuple[object, ...]]:
    s = segments_table.c
    return select(s.id, s.name, s.description, s.criteria, s.is_active, s.created_at, s.updated_at, s.version)


def _row(row: Any) -> SegmentRow:
    held = row.criteria if isinstance(row.criteria, Mapping) else {}
    return SegmentRow(
        id=row.id,
        name=row.name,
        description=row.description or "",
        criteria=held,
        is_active=bool(row.is_active),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
