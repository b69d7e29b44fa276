"""Reading views: one's own, and those that others share."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, Table, func, or_, select
from sqlalchemy.orm import Session

from crm_desktop.access.models import User
from crm_desktop.errors import NotFound
from crm_desktop.listing.models import SavedView

from .definition import ViewDefinition, read_definition

views: Table = SavedView.__table__  # type: ignore[assignment]
_users: Table = User.__table__  # type: ignore[assignment]
GONE = "This view is not there any more."


@dataclass(frozen=True)
class ViewRow:
    """One view. `is_mine`: it is one's own; `may_change`: it is, or it is shared and one is an administrator."""

    id: UUID
    subject: str
    name: str
    definition: ViewDefinition
    is_shared: bool
    owner_name: str
    is_mine: bool
    may_change: bool
    version: int


def saved_views(session: Session, subject: str) -> tuple[ViewRow, ...]:
    """One's own views of a kind of list and the shared ones, by name; one's own first."""
    statement = _rows().where(views.c.subject == subject)
    found = sorted(
        map(_row, session.execute(statement)), key=lambda row: (not row.is_mine, row.name.casefold(), row.id)
    )
    return tuple(found)


def saved_view(session: Session, view_id: UUID) -> ViewRow:
    """One view; NotFound when it is gone, or not shared any more."""
    row = session.execute(_rows().where(views.c.id == view_id)).one_or_none()
    if row is None:
        raise NotFound(GONE, hint="Its owner may have deleted it, or share it no longer.")
    return _row(row)


def _rows() -> Select[tuple[object, ...]]:
    v = views.c
    mine = v.owner_id == func.crm.current_user_id()
    return select(
        *(v.id, v.subject, v.name, v.definition, v.is_shared, v.version),
        func.coalesce(_users.c.display_name, "").label("owner_name"),
        mine.label("is_mine"),
        or_(mine, v.is_shared & func.crm.is_admin()).label("may_change"),
    ).select_from(views.outerjoin(_users, _users.c.id == v.owner_id))


def _row(row: object) -> ViewRow:
    found = row._mapping  # type: ignore[attr-defined]
    return ViewRow(**{**found, "definition": read_definition(found["definition"])})
