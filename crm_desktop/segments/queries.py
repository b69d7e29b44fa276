"""Reading segments: those that can be chosen, and what filters need of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from crm_desktop.listing.filters import NamedFilter

from .models import CustomerSegment

_segments: Table = CustomerSegment.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class SegmentName:
    """A segment to choose."""

    id: UUID
    name: str
    is_active: bool


def segment_names(session: Session) -> tuple[SegmentName, ...]:
    """All segments by name, those out of use as well: filters may still name them."""
    s = _segments.c
    found = session.execute(select(s.id, s.name, s.is_active).order_by(s.name, s.id))
    return tuple(SegmentName(row.id, row.name, bool(row.is_active)) for row in found)


def criteria(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, NamedFilter]:
    """What these segments stand for; those that are gone are missing."""
    s = _segments.c
    found = connection.execute(select(s.id, s.name, s.criteria).where(s.id.in_(ids)))
    return {row.id: NamedFilter(row.name, row.criteria) for row in found}
