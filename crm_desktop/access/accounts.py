"""The staff's accounts. The database decides who may: every change goes through one of its functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.access import passwords
from crm_desktop.database.scram import verifier
from crm_desktop.errors import InvalidInput, NoCrmAccess, NotFound
from crm_desktop.lengths import LINE, too_long

ROLES = ("admin", "employee", "user")
# 63 bytes is PostgreSQL's limit for the name of a role; letters, digits and . _ - can be typed anywhere.
USERNAME = re.compile(r"[a-z][a-z0-9._-]{0,62}")

_COLUMNS = (
    "id, username, display_name, role, is_active, must_change_password, created_at, last_seen_at,"
    " may_export OR role = 'admin' AS may_export"
)


@dataclass(frozen=True)
class UserRow:
    """One member of staff."""

    id: UUID
    username: str
    display_name: str
    role: str
    is_active: bool
    must_change_password: bool
    created_at: datetime | None
    last_seen_at: datetime | None
    may_export: bool = True
    """Administrators always may."""


def list_users(session: Session) -> list[UserRow]:
    """Everybody with a login, by name; customers' accounts have none."""
    rows = session.execute(
        text(f"SELECT {_COLUMNS} FROM crm.users WHERE username IS NOT NULL ORDER BY lower(display_name), username")
    )
    return [UserRow(**row) for row in rows.mappings()]


def current_user(session: Session) -> UserRow:
    """The person signed in. Raises `NoCrmAccess` when the login belongs to nobody active."""
    row = session.execute(text(f"SELECT {_COLUMNS} FROM crm.users WHERE id = crm.current_user_id()")).mappings().first()
    if row is None:
        raise NoCrmAccess("Your account has no access to the CRM.", hint="Ask an administrator to give you a role.")
    return UserRow(**row)


def mark_seen(session: Session) -> None:
    """Remember that the person signed in was here now."""
    session.execute(text("SELECT crm.signed_in()"))


def create_user(session: Session, *, username: str, display_name: str, role: str, password: str) -> UUID:
    """A new person, who signs in with `password` and is asked to change it. Raises `InvalidInput`."""
    username, display_name = username.strip().lower(), display_name.strip()
    check_new_person(username, display_name, password)
    if role not in ROLES:
        raise InvalidInput({"role": f"A role is one of {', '.join(ROLES)}."})
    created = _call(
        session,
        "SELECT crm.create_user(:username, :display_name, :role, :verifier)",
        {
            "username": username,
            "display_name": display_name,
            "role": role,
            "verifier": _verifier(session, username, password),
        },
    )
    return UUID(str(created))


def change_role(session: Session, user_id: UUID, role: str) -> None:
    """Raises `InvalidInput` for an unknown role; the last active administrator keeps theirs."""
    if role not in ROLES:
        raise InvalidInput({"role": f"A role is one of {', '.join(ROLES)}."})
    _call(session, "SELECT crm.change_role(:id, :role)", {"id": user_id, "role": role})


def set_may_export(session: Session, user_id: UUID, allowed: bool) -> None:
    """Let an employee export lists to files, or not. Administrators always may."""
    _call(session, "SELECT crm.set_may_export(:id, :allowed)", {"id": user_id, "allowed": allowed})


def deactivate(session: Session, user_id: UUID) -> None:
    """The person cannot sign in any more, and an open window loses its rights at its next statement."""
    _call(session, "SELECT crm.deactivate_user(:id)", {"id": user_id})


def reactivate(session: Session, user_id: UUID) -> None:
    _call(session, "SELECT crm.reactivate_user(:id)", {"id": user_id})


def reset_password(session: Session, user_id: UUID, password: str) -> None:
    """Give somebody a new password, which they are asked to change at the next sign-in."""
    username = session.execute(text("SELECT username FROM crm.users WHERE id = :id"), {"id": user_id}).scalar()
    if username is None:
        raise NotFound("This account does not exist, or has no login.")
    passwords.check_new_password(password, username)
    _call(
        session,
        "SELECT crm.reset_password(:id, :verifier)",
        {"id": user_id, "verifier": _verifier(session, username, password)},
    )


def change_own_password(session: Session, password: str) -> None:
    """Raises `InvalidInput` when it is too weak."""
    username = session.execute(text("SELECT session_user")).scalar_one()
    passwords.check_new_password(password, username)
    _call(session, "SELECT crm.change_own_password(:verifier)", {"verifier": _verifier(session, username, password)})


def check_new_person(username: str, display_name: str, password: str) -> None:
    """Raises `InvalidInput` that names every field which needs another look."""
    fields: dict[str, str] = {}
    if not USERNAME.fullmatch(username):
        fields["username"] = "Use lower-case letters, digits and . _ - (a letter first, 63 at most)."
    elif username.startswith("pg_"):
        fields["username"] = "Names that start with pg_ belong to the server."
    if not display_name:
        fields["display_name"] = "Give the person's name."
    elif fault := too_long(display_name, LINE):
        fields["display_name"] = fault
    try:
        passwords.check_new_password(password, username)
    except InvalidInput as weak:
        fields.update(weak.fields)
    if fields:
        raise InvalidInput(fields)


def _verifier(session: Session, username: str, password: str) -> str:
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return verifier(driver, username, password)


def _call(session: Session, statement: str, values: Mapping[str, Any]) -> object:
    return session.execute(text(statement), values).scalar()
