"""Databases as a whole: making one on this computer, keeping its server up, upgrading one."""

from __future__ import annotations

import shutil
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_desktop.cli import connection, passwords
from crm_desktop.cli.options import DataDir, ProfileName, Username
from crm_desktop.database.upgrade_steps import Steps
from crm_desktop.errors import CrmError

if TYPE_CHECKING:
    from crm_desktop.database.target import Target

_ADD_PEOPLE = "Add people with: crm-desktop users add NAME --role ROLE --username ADMIN"
server = typer.Typer(help="The server of a database.", no_args_is_help=False)


def init(
    admin: Annotated[str, typer.Option("--admin", metavar="USERNAME", help="Who is the first administrator.")],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="The administrator's name for others. Default: the username.")
    ] = "",
    owner: Annotated[
        str | None,
        typer.Option(
            "--owner",
            metavar="LOGIN",
            help="On a company server: who owns the database, with CREATEROLE. Its password is asked for first.",
            show_default=False,
        ),
    ] = None,
    data_dir: DataDir = None,
    profile: ProfileName = None,
) -> None:
    """Make a database with its first administrator, whose password is asked for.

    On this computer, or on a company server: with the profile of that server, and the login that owns the database.
    """
    found = connection.chosen(data_dir, profile)
    admin = admin.strip().lower()
    name = name.strip() or admin
    if found.target is not None:
        _init_company(found.name, found.target, owner, admin, name)
        return
    if owner is not None:
        raise CrmError("The database on this computer has its own owner.", hint="--owner is for a company server.")
    from crm_desktop.database import local_upgrade, provisioning

    folder = connection.local_folder(data_dir, profile)
    with connection.local_server(folder, create=True) as running:
        login, secret = running.owner_name, running.owner_password()
        local_upgrade.bring_up_to_date(running, Steps(connection.tell))
        target = running.target()
        if provisioning.has_admin(target, login, secret):
            raise CrmError(f"The database in {folder} has an administrator already.", hint=_ADD_PEOPLE)
        password = _ask_first(admin, name)
        provisioning.create_first_admin(
            target, login, secret, username=admin, display_name=name, admin_password=password
        )
    typer.echo(f"The database is in {folder}. {admin} is its administrator.")


def _init_company(profile: str, target: Target, owner: str | None, admin: str, name: str) -> None:
    from crm_desktop.database import provisioning
    from crm_desktop.database.upgrade import revision_of

    if owner is None:
        raise CrmError(
            f"The profile {profile} is a company server.",
            hint="Say which login owns the database there, --owner LOGIN, or --data-dir for one on this computer.",
        )
    secret = passwords.ask(owner)
    # Before anything is made: whoever works with it already upgrades it, with a copy, when they want to.
    if revision_of(target, owner, secret) is not None and provisioning.has_admin(target, owner, secret):
        raise CrmError(f"{target} has an administrator already.", hint=_ADD_PEOPLE)
    connection.tell("Making the tables")
    provisioning.provision(target, owner, secret, dbname=target.dbname)
    password = _ask_first(admin, name)
    provisioning.create_first_admin(target, owner, secret, username=admin, display_name=name, admin_password=password)
    typer.echo(f"{admin} is the administrator of {target}.")


def _ask_first(admin: str, name: str) -> str:
    """The password of the first administrator. InvalidInput where it is too weak: nobody else could mend it later."""
    from crm_desktop.access import accounts

    password = passwords.ask_new(admin)
    accounts.check_new_person(admin, name, password)
    return password


@server.command("run")
def run(data_dir: DataDir = None, profile: ProfileName = None) -> None:
    """Keep the server up until Ctrl+C. The first line printed says where it is: host, port and dbname, no password."""
    folder = connection.local_folder(data_dir, profile)
    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    with connection.local_server(folder) as running:
        typer.echo(running.target().conninfo())
        while not stop.wait(0.5):  # a wait without an end cannot be interrupted on Windows
            pass


@server.command("upgrade")
def upgrade(
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    dump: Annotated[
        Path | None,
        typer.Option("--dump", metavar="FILE", help="Where to save the copy from before.", show_default=False),
    ] = None,
    no_dump: Annotated[bool, typer.Option("--no-dump", help="Save no copy: there is one already.")] = False,
) -> None:
    """Bring a database to the schema that this program knows, after saving a copy of it.

    On this computer the copy goes into the folder "backups" beside the data; opening the database does the same. On a
    company server, as the login that owns the database: say where the copy goes (--dump), or that your own backup is
    fresh (--no-dump).
    """
    from crm_desktop.database import local_upgrade
    from crm_desktop.database import upgrade as upgrades

    if dump is not None and no_dump:
        raise CrmError("Give --dump or --no-dump, not both.")
    found = connection.chosen(data_dir, profile)
    if found.target is not None:
        copied = _upgrade_company(found.target, username, dump, no_dump)
    else:
        folder = connection.local_folder(data_dir, profile)
        with connection.local_server(folder) as running:
            copied = local_upgrade.bring_up_to_date(running, Steps(connection.tell), copy=not no_dump, copy_to=dump)
    if copied is not None:
        typer.echo(f"A copy from before is in {copied}.")
    typer.echo(f"The database has the schema of this program, revision {upgrades.head_revision()}.")


def _upgrade_company(target: Target, username: str | None, dump: Path | None, no_dump: bool) -> Path | None:
    from crm_desktop.database import dumps, local_upgrade
    from crm_desktop.database import upgrade as upgrades
    from crm_desktop.database.local_server_programs import program

    if dump is None and not no_dump:
        raise CrmError(
            "Nothing was changed: a company server is backed up by who looks after it.",
            hint="Make sure that there is a fresh backup, then give --no-dump; or save a copy with --dump FILE.",
        )
    owner = username or passwords.ask_username()
    password = passwords.ask(owner)
    if upgrades.revision_of(target, owner, password) == upgrades.head_revision():
        return None
    file = None
    if dump is not None:
        file = dump.absolute()
        installed = shutil.which("pg_dump")  # ours, made for this computer's own server, speaks no TLS
        connection.tell("Saving a copy of the database")
        dumps.write_dump(target, owner, password, file, pg_dump=Path(installed) if installed else program("pg_dump"))
    try:
        upgrades.upgrade(target, owner, password)
    except Exception as error:
        raise local_upgrade.failed(error, file) from error
    return file
