"""Rules of segments: reading and changing them. Nothing here commits; the database lets administrators write only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from crm_desktop.access.models import User
from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import NotFound, StaleRow

from .models import SegmentRule
from .rule_rows import RuleInput, RuleRow, checked

_rules: Table = SegmentRule.__table__  # type: ignore[assignment]
_users: Table = User.__table__  # type: ignore[assignment]
_GONE = "This rule is not there any more."


def rules_of(session: Session, segment_id: UUID) -> tuple[RuleRow, ...]:
    """A segment's rules, in the order in which they act."""
    found = session.execute(_rows().where(_rules.c.segment_id == segment_id)).all()
    names = _people(session) if found else {}
    return tuple(_row(row, names) for row in found)


def rule(session: Session, rule_id: UUID) -> RuleRow:
    """One rule; NotFound when it is gone."""
    found = session.execute(_rows().where(_rules.c.id == rule_id)).one_or_none()
    if found is None:
        raise NotFound(_GONE, hint="Somebody may have removed it.")
    return _row(found, _people(session))


def add_rule(session: Session, segment_id: UUID, given: RuleInput, *, rule_id: UUID | None = None) -> UUID:
    """Saves a new rule. It acts on whoever enters or leaves after the next run has seen it."""
    values = {**checked(given), "segment_id": segment_id}
    if rule_id is not None:
        values["id"] = rule_id
    identity: UUID = session.execute(insert(_rules).values(values).returning(_rules.c.id)).scalar_one()
    return identity


def change_rule(session: Session, rule_id: UUID, version: int, given: RuleInput) -> None:
    """Saves what it does over the version that was seen; whether it is paused stays. StaleRow when somebody else saved
    first, NotFound when it is gone."""
    values = checked(given)
    del values["is_active"]
    _change(session, rule_id, version, values)


def set_active(session: Session, row: RuleRow, active: bool) -> int:
    """Pauses a rule or resumes it; returns the number under which that can be undone."""
    _change(session, row.id, row.version, {"is_active": active})
    return current_transaction(session)


def remove_rule(session: Session, row: RuleRow) -> int:
    """Removes a rule; returns the number under which that can be undone."""
    gone = delete(_rules).where(_rules.c.id == row.id, _rules.c.version == row.version).returning(_rules.c.id)
    if session.execute(gone).one_or_none() is None:
        rule(session, row.id)
        raise StaleRow("Somebody else changed this rule in the meantime.")
    return current_transaction(session)


def _change(session: Session, rule_id: UUID, version: int, values: Mapping[str, Any]) -> None:
    statement = update(_rules).where(_rules.c.id == rule_id, _rules.c.version == version)
    if session.execute(statement.values(values).returning(_rules.c.id)).one_or_none() is None:
        raise StaleRow("Somebody else changed this rule in the meantime.", theirs=rule(session, rule_id))


def _rows() -> Select[Any]:
    r = _rules.c
    return (
        select(*r, func.coalesce(_users.c.display_name, "").label("author"))
        .select_from(_rules.outerjoin(_users, _users.c.id == r.written_by))
        .order_by(r.created_at, r.id)
    )


def _people(session: Session) -> dict[str, str]:
    staff = select(_users.c.id, _users.c.display_name).where(_users.c.username.is_not(None))
    return {str(identity): name for identity, name in session.execute(staff)}


def _row(found: Row[Any], names: Mapping[str, str]) -> RuleRow:
    named = {key: names[key] for key in found.parameters.values() if isinstance(key, str) and key in names}
    return RuleRow(
        id=found.id,
        segment_id=found.segment_id,
        event=found.event,
        action=found.action,
        parameters=found.parameters,
        is_active=found.is_active,
        written_by=found.author,
        created_at=found.created_at,
        version=found.version,
        names=named,
        stopped_because=found.stopped_because or "",
    )
