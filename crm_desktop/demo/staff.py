"""Who owns sample customers and writes sample interactions."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from crm_desktop.errors import CrmError

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from crm_desktop.access.accounts import UserRow
    from crm_desktop.database.engine import Database

# Their passwords are random and known to nobody; an administrator can give new ones, or deactivate them.
COLLEAGUES = (
    ("sofia.lindgren", "Sofia Lindgren"),
    ("jonas.keller", "Jonas Keller"),
    ("amelie.durand", "Amélie Durand"),
    ("mateo.garcia", "Mateo García"),
)


def staff_of(database: Database, *, add_colleagues: bool) -> list[UUID]:
    """The active staff, the acting person first. One who works alone gets colleagues, where that is wanted."""
    from crm_desktop.access import accounts

    with database.session() as session:
        me = accounts.current_user(session)
        people = _active_staff(session)
    if len(people) < 2 and add_colleagues and me.role == "admin":
        for username, name in COLLEAGUES:
            # Taken by somebody on this server: do without.
            with suppress(CrmError), database.session() as session:
                accounts.create_user(
                    session, username=username, display_name=name, role="employee", password=secrets.token_urlsafe(24)
                )
        with database.session() as session:
            people = _active_staff(session)
    return [me.id, *(person.id for person in people if person.id != me.id)]


def _active_staff(session: Session) -> list[UserRow]:
    from crm_desktop.access import accounts

    return [user for user in accounts.list_users(session) if user.is_active and user.role in ("admin", "employee")]
