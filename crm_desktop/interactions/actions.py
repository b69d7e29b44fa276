"""Changing interactions. Nothing here commits; every save names the version it saw.

Triggers keep the customer's last contact and next follow-up; row policies say who may change what.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from crm_desktop.errors import InvalidInput, NotAllowed, NotFound, StaleRow

from .listed import interactions
from .queries import interaction
from .validation import InteractionInput, validate

_GONE = "This interaction is not there any more."
_NOT_YOURS = "Only its author, who has to follow up, or an administrator may change this interaction."


def log_interaction(session: Session, given: InteractionInput, interaction_id: UUID | None = None) -> UUID:
    """Saves a new interaction in one's own name, under `interaction_id` where it is given; returns its id.

    InvalidInput when a field cannot be saved.
    """
    clean = validate(given)
    values = {**_values(clean), "customer_id": clean.customer_id, "user_id": func.crm.current_user_id()}
    if interaction_id is not None:
        values["id"] = interaction_id
    identity: UUID = session.execute(insert(interactions).values(values).returning(interactions.c.id)).scalar_one()
    return identity


def edit_interaction(session: Session, interaction_id: UUID, version: int, given: InteractionInput) -> int:
    """Saves over the version that was seen; returns the new one. StaleRow, with the interaction as it is now, when
    somebody else saved first."""
    return _update(session, interaction_id, version, _values(validate(given)))


def complete(session: Session, interaction_id: UUID, version: int, outcome: str | None = None) -> int:
    """Marks an interaction as done, with an outcome if one is given; returns the new version."""
    values: dict[str, Any] = {"status": "completed"}
    if outcome is not None:
        values["outcome"] = outcome.strip() or None
    return _update(session, interaction_id, version, values)


def cancel(session: Session, interaction_id: UUID, version: int) -> int:
    """Marks an interaction as one that will not happen; returns the new version."""
    return _update(session, interaction_id, version, {"status": "cancelled"})


def snooze(session: Session, interaction_id: UUID, version: int, until: datetime) -> int:
    """Puts the follow-up off; returns the new version. `until` needs a time zone."""
    if until.tzinfo is None:
        raise InvalidInput({"follow_up": "The follow-up needs a time zone."})
    return _update(session, interaction_id, version, {"follow_up": until})


def reassign(session: Session, interaction_id: UUID, version: int, assignee_id: UUID) -> int:
    """Hands a follow-up on to an active member of staff; returns the new version."""
    return _update(session, interaction_id, version, {"assignee_id": assignee_id})


def delete_interaction(session: Session, interaction_id: UUID) -> None:
    """Deletes an interaction: its author and administrators may."""
    gone = session.execute(
        delete(interactions).where(interactions.c.id == interaction_id).returning(interactions.c.id)
    ).one_or_none()
    if gone is None:
        _must_exist(session, interaction_id)
        raise NotAllowed("Only its author or an administrator may delete this interaction.")


def _update(session: Session, interaction_id: UUID, version: int, values: dict[str, Any]) -> int:
    statement = (
        update(interactions)
        .where(interactions.c.id == interaction_id, interactions.c.version == version)
        .values(values)
        .returning(interactions.c.version)
    )
    new_version: int | None = session.execute(statement).scalar_one_or_none()
    if new_version is not None:
        return new_version
    current = interaction(session, interaction_id)
    if current.version == version:  # a row policy hid it from the update
        raise NotAllowed(_NOT_YOURS)
    raise StaleRow(theirs=current)


def _must_exist(session: Session, interaction_id: UUID) -> None:
    if session.execute(select(interactions.c.id).where(interactions.c.id == interaction_id)).one_or_none() is None:
        raise NotFound(_GONE)


def _values(clean: InteractionInput) -> dict[str, Any]:
    """The columns of a validated input. Without an assignee, the database names the author."""
    values: dict[str, Any] = {
        "type": clean.type,
        "subject": clean.subject,
        "description": clean.description or None,
        "outcome": clean.outcome or None,
        "priority": clean.priority,
        "status": clean.status,
        "duration": clean.duration,
        "follow_up": clean.follow_up,
        "contact_id": clean.contact_id,
    }
    if clean.assignee_id is not None:
        values["assignee_id"] = clean.assignee_id
    return values
