"""What the start screens have done in the background: no Qt here, everything runs in a worker's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crm_desktop import keychain
from crm_desktop.errors import NotAllowed

if TYPE_CHECKING:
    from pathlib import Path

    from crm_desktop.access.accounts import UserRow
    from crm_desktop.access.capabilities import Capabilities
    from crm_desktop.database.engine import Database
    from crm_desktop.database.local_server import LocalServer
    from crm_desktop.database.target import Target
    from crm_desktop.database.upgrade_steps import Steps
    from crm_desktop.settings import Profile
    from ui.handles import Progress


@dataclass(frozen=True)
class Opened:
    """A database that people can sign in to; the one on this computer may still need its administrator."""

    target: Target
    needs_admin: bool = False
    copy: Path | None = None
    """What was saved before the database was upgraded just now."""


@dataclass(frozen=True)
class Account:
    """Somebody who signed in."""

    database: Database
    user: UserRow
    capabilities: Capabilities


def open_local(server: LocalServer, steps: Steps) -> Opened:
    """Start the server on this computer and bring its database up to date; a copy is saved before it is upgraded."""
    from crm_desktop.database import local_upgrade, provisioning

    server.start()
    copy = local_upgrade.bring_up_to_date(server, steps)
    target = server.target()
    needs_admin = not provisioning.has_admin(target, server.owner_name, server.owner_password())
    return Opened(target, needs_admin, copy)


def create_admin(server: LocalServer, username: str, display_name: str, password: str) -> None:
    """The first account of the database on this computer. Raises InvalidInput."""
    from crm_desktop.access import accounts
    from crm_desktop.database import provisioning

    username = username.strip().lower()
    accounts.check_new_person(username, display_name, password)
    provisioning.create_first_admin(
        server.target(),
        server.owner_name,
        server.owner_password(),
        username=username,
        display_name=display_name,
        admin_password=password,
    )


def sign_in(target: Target, username: str, password: str) -> Account:
    """Raises the CrmError that says why not."""
    from crm_desktop.access import accounts, capabilities
    from crm_desktop.database.engine import Database

    database = Database(target, username, password)
    try:
        database.check()
        with database.session() as session:
            user = accounts.current_user(session)
            can = capabilities.read(session)
            accounts.mark_seen(session)
    except BaseException:
        database.close()
        raise
    return Account(database, user, can)


def check_password(target: Target, username: str, password: str) -> None:
    """Connect once more as the same person: the lock's question. Raises the CrmError that says why not."""
    from crm_desktop.database.engine import Database

    if not password:
        raise NotAllowed("Type your password.")
    database = Database(target, username, password, pool_size=1)
    try:
        with database.connection():
            pass
    finally:
        database.close()


def standing(database: Database) -> str:
    """The role of who is signed in, as it is now. Raises the CrmError that says why they could not sign in again."""
    from crm_desktop.access import accounts
    from crm_desktop.database.failures import in_words

    with in_words():
        database.connect().close()  # what is open already stays open, whatever has become of the account
    database.check()
    with database.session() as session:
        return accounts.current_user(session).role


def change_password(account: Account, current: str, new: str) -> Account:
    """Change the password of the person signed in, who proves it with the current one."""
    from crm_desktop.access import accounts

    check_password(account.database.target, account.database.username, current)
    with account.database.session() as session:
        accounts.change_own_password(session, new)
    account.database.change_password(new)
    return replace(account, user=replace(account.user, must_change_password=False))


def keychain_name(profile: Profile) -> str:
    """One entry per database, whatever it is called."""
    if profile.kind == "local":
        return str(profile.data_dir)
    return str(profile.target)


@dataclass(frozen=True)
class Remembered:
    offered: bool  # whether this computer has a keychain at all
    username: str = ""
    password: str = ""


def remembered(profile: Profile) -> Remembered:
    if not keychain.available():
        return Remembered(False, profile.username)
    password = keychain.load(keychain_name(profile), profile.username) if profile.username else None
    return Remembered(True, profile.username, password or "")


def remember(profile: Profile, username: str, password: str, wanted: bool) -> None:
    """Keep or forget the password. A keychain that refuses does not keep anybody from working."""
    if wanted:
        keychain.save(keychain_name(profile), username, password)
    else:
        keychain.forget(keychain_name(profile), username)


def add_sample_data(account: Account, progress: Progress) -> None:
    """2,000 believable customers with what belongs to them."""
    from crm_desktop.demo import sample

    sample.load(account.database, progress=progress.report, cancelled=progress.cancellation)


def update_remembered(profile: Profile, username: str, password: str) -> None:
    """After a change of password: keep the new one where the old one was kept."""
    if keychain.load(keychain_name(profile), username) is not None:
        keychain.save(keychain_name(profile), username, password)
