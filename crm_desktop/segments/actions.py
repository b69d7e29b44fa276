"""Changing segments. Nothing here commits; every save names the version it saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import CrmError, InvalidInput, StaleRow

from .members import check_criteria
from .queries import segment, segments_table
from .rows import Usage
from .using import usage
from .validation import LONGEST_NAME, SegmentInput, validate


class SegmentInUse(CrmError):
    """A segment that others stand on; `usage` says which."""

    def __init__(self, name: str, used_by: Usage) -> None:
        users = [_listed("segment", used_by.segments), _listed("rule", used_by.rules)]
        super().__init__(
            f"The segment “{name}” is in use: by {' and by '.join(each for each in users if each)}.",
            hint="Take it out there first, or switch it off instead of deleting it.",
        )
        self.usage = used_by


def add_segment(session: Session, given: SegmentInput, segment_id: UUID | None = None) -> UUID:
    """Saves a new segment, under `segment_id` where it is given; returns its id.

    InvalidInput when a field cannot be saved, InvalidFilter with the place when the criteria cannot be used.
    """
    identity = segment_id or uuid4()
    values = {**_checked(session, given, identity), "id": identity}
    session.execute(insert(segments_table).values(values))
    return identity


def edit_segment(session: Session, segment_id: UUID, version: int, given: SegmentInput) -> int:
    """Saves over the version that was seen; returns the new one. StaleRow, with the segment as it is now, when
    somebody else saved first."""
    return _update(session, segment_id, version, _checked(session, given, segment_id))


def set_active(session: Session, segment_id: UUID, version: int, is_active: bool) -> int:
    """Takes a segment into use or out of it; returns the new version."""
    return _update(session, segment_id, version, {"is_active": is_active})


def delete_segment(session: Session, segment_id: UUID) -> int:
    """Deletes a segment; returns the number under which it can be undone. SegmentInUse when others stand on it."""
    row = segment(session, segment_id)
    used_by = usage(session, segment_id)
    if used_by:
        raise SegmentInUse(row.name, used_by)
    session.execute(delete(segments_table).where(segments_table.c.id == segment_id))
    return current_transaction(session)


def free_name(session: Session, name: str) -> str:
    """A name that no segment has, made from this one: "Big spenders (copy)", "Big spenders (copy 2)"."""
    taken = set(session.execute(select(func.lower(segments_table.c.name))).scalars())
    number = 1
    while True:
        end = " (copy)" if number == 1 else f" (copy {number})"
        wanted = f"{name[: LONGEST_NAME - len(end)].rstrip()}{end}"
        if wanted.lower() not in taken:
            return wanted
        number += 1


def _checked(session: Session, given: SegmentInput, segment_id: UUID) -> dict[str, Any]:
    clean = validate(given)
    s = segments_table.c
    same = select(s.id).where(func.lower(s.name) == clean.name.lower(), s.id != segment_id)
    if session.execute(same.limit(1)).one_or_none() is not None:
        raise InvalidInput({"name": "There is a segment of this name already."})
    check_criteria(session, clean.criteria, (segment_id, clean.name))
    return {
        "name": clean.name,
        "description": clean.description or None,
        "criteria": clean.criteria,
        "is_active": clean.is_active,
    }


def _update(session: Session, segment_id: UUID, version: int, values: dict[str, Any]) -> int:
    s = segments_table.c
    statement = update(segments_table).where(s.id == segment_id, s.version == version)
    changed: int | None = session.execute(statement.values(values).returning(s.version)).scalar_one_or_none()
    if changed is None:
        now = segment(session, segment_id)
        raise StaleRow(f"Somebody else changed the segment “{now.name}” in the meantime.", theirs=now)
    return changed


def _listed(noun: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    quoted = [f"“{name}”" for name in names]
    return f"the {noun} {quoted[0]}" if len(quoted) == 1 else f"the {noun}s {', '.join(quoted[:-1])} and {quoted[-1]}"
