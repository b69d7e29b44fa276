"""Changing views. Nothing here commits; row policies say whose views one may change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import InvalidInput, NotAllowed, StaleRow
from crm_desktop.listing.folding import storable

from .definition import ViewDefinition
from .queries import ViewRow, saved_view, views

LONGEST_NAME = 80
_NOT_YOURS = "Only its owner or an administrator may change this view."


def add_view(session: Session, subject: str, name: str, definition: ViewDefinition, *, is_shared: bool = False) -> UUID:
    """Saves a view of one's own; returns its id. InvalidInput when the name cannot be used."""
    clean = _name(session, subject, name)
    values = {"subject": subject, "name": clean, "definition": definition.stored(), "is_shared": is_shared}
    identity: UUID = session.execute(insert(views).values(values).returning(views.c.id)).scalar_one()
    return identity


def change_view(
    session: Session,
    view: ViewRow,
    *,
    name: str | None = None,
    definition: ViewDefinition | None = None,
    is_shared: bool | None = None,
) -> ViewRow:
    """Saves over the version that was seen; what is None stays. Returns the view as it is now.

    StaleRow, with the view as it is now, when somebody else saved first; NotAllowed for views of others.
    """
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = _name(session, view.subject, name, except_id=view.id)
    if definition is not None:
        values["definition"] = definition.stored()
    if is_shared is not None:
        values["is_shared"] = is_shared
    statement = update(views).where(views.c.id == view.id, views.c.version == view.version)
    changed = session.execute(statement.values(values).returning(views.c.id)).one_or_none()
    now = saved_view(session, view.id)
    if changed is None:
        if not now.may_change:
            raise NotAllowed(_NOT_YOURS)
        raise StaleRow(f"Somebody else changed the view “{now.name}” in the meantime.", theirs=now)
    return now


def delete_view(session: Session, view_id: UUID) -> int:
    """Deletes a view; returns the number under which it can be undone."""
    gone = session.execute(delete(views).where(views.c.id == view_id).returning(views.c.id)).one_or_none()
    if gone is None:
        saved_view(session, view_id)
        raise NotAllowed(_NOT_YOURS)
    return current_transaction(session)


def _name(session: Session, subject: str, name: str, *, except_id: UUID | None = None) -> str:
    clean = " ".join(storable(name).split())
    if not clean:
        raise InvalidInput({"name": "Give the view a name."})
    if len(clean) > LONGEST_NAME:
        raise InvalidInput({"name": f"The name is longer than {LONGEST_NAME} characters."})
    v = views.c
    mine = v.owner_id == func.crm.current_user_id()
    same = select(v.id).where(mine, v.subject == subject, func.lower(v.name) == clean.lower())
    if except_id is not None:
        # Of somebody else's view that an administrator renames, the owner's names count.
        owner = select(v.owner_id).where(v.id == except_id).scalar_subquery()
        same = select(v.id).where(
            v.owner_id == owner, v.subject == subject, func.lower(v.name) == clean.lower(), v.id != except_id
        )
    if session.execute(same.limit(1)).one_or_none() is not None:
        raise InvalidInput({"name": "There is a view of this name already."})
    return clean
