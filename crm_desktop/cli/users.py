"""The people who work with the CRM."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli import connection, passwords
from crm_desktop.cli.options import AsJson, DataDir, ProfileName, Username
from crm_desktop.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm_desktop.access.accounts import UserRow

users = typer.Typer(help="The people who work with the CRM.", no_args_is_help=False)

Person = Annotated[str, typer.Argument(metavar="NAME", help="The username of the person.")]


class Role(StrEnum):
    admin = "admin"
    employee = "employee"
    user = "user"  # a customer's account: no access to the CRM


def _may(role: Role) -> str:
    return "has no access to the CRM" if role is Role.user else f"can sign in as {role.value}"


RoleOption = Annotated[Role, typer.Option("--role", help="What the person may do.")]


def _find(session: Session, username: str) -> UserRow:
    from crm_desktop.access import accounts

    for user in accounts.list_users(session):
        if user.username == username:
            return user
    raise NotFound(f"There is nobody with the username {username}.", hint="See: crm-desktop users list")


@users.command()
def add(
    name: Person,
    role: RoleOption,
    display_name: Annotated[
        str, typer.Option("--display-name", metavar="NAME", help="The name that others see. Default: the username.")
    ] = "",
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """Add a person, who is asked to change the given password at the first sign-in."""
    from crm_desktop.access import accounts

    with connection.signed_in(data_dir, profile, username) as database:
        password = passwords.ask_new(name)
        with database.session() as session:
            accounts.create_user(
                session, username=name, display_name=display_name or name, role=role.value, password=password
            )
    typer.echo(f"{name} {_may(role)}.")


@users.command("list")
def list_(
    as_json: AsJson = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """List the people with a login, and what they may do."""
    from crm_desktop.access import accounts

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        people = accounts.list_users(session)
    if as_json:
        rows = [
            {
                "username": p.username,
                "display_name": p.display_name,
                "role": p.role,
                "is_active": p.is_active,
                "may_export": p.may_export,
            }
            for p in people
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(len(person.username) for person in people)
    for person in people:
        state = "" if person.is_active else "  (deactivated)"
        typer.echo(f"{person.username:<{width}}  {person.role:<8}  {person.display_name}{state}")


@users.command()
def deactivate(name: Person, data_dir: DataDir = None, profile: ProfileName = None, username: Username = None) -> None:
    """Take away a person's access. What the person wrote stays."""
    from crm_desktop.access import accounts

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        accounts.deactivate(session, _find(session, name).id)
    typer.echo(f"{name} can no longer sign in.")


@users.command()
def reactivate(name: Person, data_dir: DataDir = None, profile: ProfileName = None, username: Username = None) -> None:
    """Give a deactivated person access again."""
    from crm_desktop.access import accounts

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        accounts.reactivate(session, _find(session, name).id)
    typer.echo(f"{name} can sign in again.")


@users.command("change-role")
def change_role(
    name: Person, role: RoleOption, data_dir: DataDir = None, profile: ProfileName = None, username: Username = None
) -> None:
    """Change what a person may do."""
    from crm_desktop.access import accounts

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        accounts.change_role(session, _find(session, name).id, role.value)
    typer.echo(f"{name} {_may(role)} now.")


@users.command("allow-export")
def allow_export(
    name: Person, data_dir: DataDir = None, profile: ProfileName = None, username: Username = None
) -> None:
    """Let an employee export lists to files."""
    _set_may_export(name, True, data_dir, profile, username)
    typer.echo(f"{name} may export lists to files.")


@users.command("forbid-export")
def forbid_export(
    name: Person, data_dir: DataDir = None, profile: ProfileName = None, username: Username = None
) -> None:
    """Keep an employee from exporting lists. Administrators always may, and whoever can read rows can copy them."""
    _set_may_export(name, False, data_dir, profile, username)
    typer.echo(f"{name} may not export lists to files any more.")


def _set_may_export(name: str, allowed: bool, data_dir: Path | None, profile: str | None, username: str | None) -> None:
    from crm_desktop.access import accounts

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        person = _find(session, name)
        if person.role == "admin" and not allowed:
            raise NotAllowed(f"{name} is an administrator, and administrators always may export.")
        accounts.set_may_export(session, person.id, allowed)


@users.command("reset-password")
def reset_password(
    name: Person, data_dir: DataDir = None, profile: ProfileName = None, username: Username = None
) -> None:
    """Give a person a new password, to be changed at the next sign-in."""
    from crm_desktop.access import accounts

    with connection.signed_in(data_dir, profile, username) as database:
        with database.session() as session:
            person = _find(session, name)
        password = passwords.ask_new(name)
        with database.session() as session:
            accounts.reset_password(session, person.id, password)
    typer.echo(f"{name} has a new password.")
