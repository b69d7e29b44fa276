"""From the options of a command to a database that somebody is signed in to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_desktop import paths
from crm_desktop.cli import passwords
from crm_desktop.errors import CrmError, DataFolderProblem
from crm_desktop.settings import Profile, ProfileStore

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.database.engine import Database
    from crm_desktop.database.local_server import LocalServer

APPLICATION = "CRM Desktop command line"


def tell(text: str) -> None:
    """A passing remark: to standard error, and only where a person watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{text} …\n")


def profiles() -> ProfileStore:
    return ProfileStore(paths.user_config_dir() / "profiles.json")


def chosen(data_dir: Path | None, profile: str | None) -> Profile:
    """The database that a command is about: the one named, else the one used last, else the default folder."""
    if data_dir is not None and profile is not None:
        raise CrmError("Give --data-dir or --profile, not both.")
    if profile is not None:
        return profiles().find(profile)
    if data_dir is not None:
        return Profile(str(data_dir), "local", data_dir=data_dir.expanduser())
    return profiles().last_used or Profile("this computer", "local", data_dir=paths.user_data_dir())


def local_folder(data_dir: Path | None, profile: str | None) -> Path:
    """The data folder that a command is about; refuses a company server."""
    found = chosen(data_dir, profile)
    if found.data_dir is None:
        raise CrmError(
            f"The profile {found.name} is a company server.", hint="This command is for a database on this computer."
        )
    return found.data_dir


@contextmanager
def local_server(folder: Path, *, create: bool = False) -> Iterator[LocalServer]:
    """The running server of a data folder; without `create` it must be there already."""
    from crm_desktop.database.local_server import LocalServer

    server = LocalServer(folder, progress=tell)
    if not create and not server.exists:
        raise DataFolderProblem(
            f"There is no database in {folder}.",
            hint=f"Make one: crm-desktop init --admin USERNAME --data-dir {folder}",
        )
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def signed_in_as_owner_too(
    data_dir: Path | None, profile: str | None, username: str | None
) -> Iterator[tuple[Database, Callable[[], psycopg.Connection[Any]] | None]]:
    """As signed_in(), with a way to connect as the owner where the database is on this computer."""
    from crm_desktop.database.upgrade import connect

    found = chosen(data_dir, profile)
    if found.data_dir is None:
        with signed_in(data_dir, profile, username) as database:
            yield database, None
        return
    with local_server(found.data_dir) as server, signed_in(data_dir, profile, username) as database:
        yield database, lambda: connect(server.target(), server.owner_name, server.owner_password())


@contextmanager
def signed_in(data_dir: Path | None, profile: str | None, username: str | None) -> Iterator[Database]:
    """The database with the acting person signed in; asks for the password."""
    from crm_desktop.database.engine import Database

    found = chosen(data_dir, profile)
    if found.data_dir is not None:
        with local_server(found.data_dir) as server:
            yield from _signed_in(Database, server.target(), username or found.username)
    elif found.target is not None:
        yield from _signed_in(Database, found.target, username or found.username)


def _signed_in(database_type: type[Database], target: object, username: str) -> Iterator[Database]:
    from crm_desktop.database.target import Target

    assert isinstance(target, Target)
    username = username or passwords.ask_username()
    database = database_type(target, username, passwords.ask(username), application=APPLICATION)
    try:
        database.check()
        yield database
    finally:
        database.close()
