"""What a person may do with an interaction: the row policies of the database, told to the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from crm_desktop.interactions.rows import InteractionRow
from crm_desktop.interactions.whose import Whose


@dataclass(frozen=True)
class Rights:
    """Hides what the database would refuse; the database decides."""

    edit: bool
    delete: bool


NO_RIGHTS = Rights(edit=False, delete=False)
ALL_RIGHTS = Rights(edit=True, delete=True)


def rights_of(whose: Whose | None, user_id: UUID, *, admin: bool) -> Rights:
    """Admins may do everything; others change what is theirs to follow up and delete what they wrote."""
    if admin:
        return ALL_RIGHTS
    if whose is None:
        return NO_RIGHTS
    mine = whose.author_id == user_id
    return Rights(edit=mine or whose.assignee_id == user_id, delete=mine)


def rights_by_row(
    rows: Iterable[InteractionRow], whose: Mapping[UUID, Whose], user_id: UUID, *, admin: bool
) -> dict[UUID, Rights]:
    """The rights for each of the rows."""
    return {row.id: rights_of(whose.get(row.id), user_id, admin=admin) for row in rows}
