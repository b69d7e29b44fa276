"""Databases as a whole: making one on this computer, keeping its server up, upgrading one."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from crm_desktop.cli import connection, passwords
from crm_desktop.cli.options import DataDir, ProfileName, Username
from crm_desktop.errors import CrmError

server = typer.Typer(help="The server of a database.", no_args_is_help=False)


def init(
    admin: Annotated[str, typer.Option("--admin", metavar="USERNAME", help="Who is the first administrator.")],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="The administrator's name for others. Default: the username.")
    ] = "",
    data_dir: DataDir = None,
    profile: ProfileName = None,
) -> None:
    """Make a database on this computer with its first administrator, whose password is asked for."""
    from crm_desktop.database import provisioning

    folder = connection.local_folder(data_dir, profile)
    with connection.local_server(folder, create=True) as running:
        owner, secret = running.owner_name, running.owner_password()
        provisioning.provision(running.target("postgres"), owner, secret)
        target = running.target()
        if provisioning.has_admin(target, owner, secret):
            raise CrmError(
                f"The database in {folder} has an administrator already.",
                hint="Add people with: crm-desktop users add NAME --role ROLE --username ADMIN",
            )
        password = passwords.ask_new(admin)
        provisioning.create_first_admin(
            target, owner, secret, username=admin, display_name=name or admin, admin_password=password
        )
    typer.echo(f"The database is in {folder}. {admin} is its administrator.")


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
def upgrade(data_dir: DataDir = None, profile: ProfileName = None, username: Username = None) -> None:
    """Bring a database to the schema that this program knows. On a company server: as the login that owns the database.

    On this computer opening the database does the same.
    """
    from crm_desktop.database import upgrade as upgrades

    found = connection.chosen(data_dir, profile)
    if found.target is not None:
        owner = username or passwords.ask_username()
        upgrades.upgrade(found.target, owner, passwords.ask(owner))
    else:
        folder = connection.local_folder(data_dir, profile)
        with connection.local_server(folder) as running:
            upgrades.upgrade(running.target(), running.owner_name, running.owner_password())
    typer.echo(f"The database has the schema of this program, revision {upgrades.head_revision()}.")
