"""How the columns of files are assigned, kept under names that everybody sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Table, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_desktop.errors import InvalidInput, NotAllowed
from crm_desktop.importing import plan as plans
from crm_desktop.importing.mapping import plain
from crm_desktop.importing.models import ImportMapping
from crm_desktop.importing.plan import Kind, Plan
from crm_desktop.importing.refused import LINE, REASON
from crm_desktop.importing.targets import LEAVE

_mappings: Table = ImportMapping.__table__  # type: ignore[assignment]
LONGEST_NAME = 80


@dataclass(frozen=True)
class SavedMapping:
    """A kept plan. `fits` when it was made for a file with the same columns."""

    id: UUID
    name: str
    plan: Plan
    fits: bool


def header_key(header: Sequence[str]) -> str:
    """Column names in one text, as they are compared; those of a file of refused rows do not count."""
    return "\x1f".join(plain(name) for name in own_columns(header))


def own_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The columns of the file that refused rows came from."""
    return tuple(header[2:]) if _of_refused(header) else tuple(header)


def fitted(plan: Plan, header: Sequence[str]) -> Plan:
    """The plan for this header: a file of refused rows has two columns more, which are left out."""
    if plan.columns is not None and _of_refused(header) and len(plan.columns) == len(header) - 2:
        return replace(plan, columns=(LEAVE, LEAVE, *plan.columns))
    return plan


def _of_refused(header: Sequence[str]) -> bool:
    return tuple(header[:2]) == (REASON, LINE)


def list_mappings(session: Session, kind: Kind, header: Sequence[str] = ()) -> list[SavedMapping]:
    """The mappings of one kind, those that fit the header first, the newest of them at the top."""
    rows = session.execute(
        select(_mappings.c.id, _mappings.c.name, _mappings.c.definition, _mappings.c.header)
        .where(_mappings.c.kind == kind)
        .order_by(_mappings.c.updated_at.desc(), _mappings.c.name)
    ).all()
    key = header_key(header)
    found = [SavedMapping(row.id, row.name, plans.from_json(kind, row.definition), row.header == key) for row in rows]
    return sorted(found, key=lambda mapping: not mapping.fits)


def save_mapping(session: Session, name: str, plan: Plan, header: Sequence[str]) -> UUID:
    """Keeps a plan under a name; one of this name and kind is replaced, if it is the person's own."""
    name = " ".join(name.split())
    if not name:
        raise InvalidInput({"name": "Give the mapping a name."})
    if len(name) > LONGEST_NAME:
        raise InvalidInput({"name": f"A name has at most {LONGEST_NAME} characters."})
    columns = plan.columns
    if columns is not None and _of_refused(header):
        columns = columns[2:]
    values = {
        "header": header_key(header),
        "definition": plans.as_json(replace(plan, columns=columns)),
    }
    statement = insert(_mappings).values(kind=plan.kind, name=name, **values)
    mine = _mappings.c.owner_id == func.crm.current_user_id()
    saved = session.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "name"], set_=values, where=mine | func.crm.is_admin()
        ).returning(_mappings.c.id)
    ).scalar_one_or_none()
    if saved is None:
        raise NotAllowed(f"Somebody else has a mapping called “{name}”.", hint="Choose another name.")
    return UUID(str(saved))


def delete_mapping(session: Session, mapping_id: UUID) -> None:
    """Forgets a mapping. NotAllowed when it is somebody else's."""
    gone = session.execute(
        delete(_mappings).where(_mappings.c.id == mapping_id).returning(_mappings.c.id)
    ).scalar_one_or_none()
    if gone is None:
        raise NotAllowed("Only the person who saved this mapping, or an administrator, can delete it.")
