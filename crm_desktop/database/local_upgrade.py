"""Bringing the database on this computer up to date: a copy first, one window at a time, all or nothing."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from crm_desktop.database import dumps, provisioning, upgrade
from crm_desktop.database.failures import in_words
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.local_server_failures import folder_in_words
from crm_desktop.database.local_server_locks import locked
from crm_desktop.database.local_server_programs import program
from crm_desktop.database.upgrade_steps import Steps
from crm_desktop.errors import CrmError, DiskFull

KEPT = 3
UPGRADING = "Upgrading the database; a copy was saved first"
_WAIT = 0.5  # seconds between looks at whether another window has finished, and at Cancel
_SPARE = 64 * 2**20  # bytes that stay free beside a copy


class UpgradeFailed(CrmError):
    """The migrations were rolled back; the hint says where the copy is and how to go on."""


def bring_up_to_date(
    server: LocalServer, steps: Steps, *, copy: bool = True, copy_to: Path | None = None
) -> Path | None:
    """Makes the schema where there is none, upgrades an older one; returns where the copy from before is.

    `copy_to`: another place for it than the folder of backups. SchemaMismatch when the database is newer.
    """
    if _outdated(server) is None:
        return None
    waiting = lambda: steps.say("Another window is upgrading the database")  # noqa: E731
    with folder_in_words(server.data_dir):
        while True:
            with locked(server.data_dir / "upgrade.lock", timeout=_WAIT, waiting=waiting) as alone:
                steps.check()
                if alone:
                    revision = _outdated(server)  # the other window may have done it
                    return None if revision is None else _upgrade(server, revision, steps, copy, copy_to)


def _outdated(server: LocalServer) -> str | None:
    """The revision that has to be upgraded, "" where there is no schema yet, None when everything is up to date."""
    target, owner, password = server.target(), server.owner_name, server.owner_password()
    current = upgrade.revision_of(target, owner, password)
    return None if current == upgrade.head_revision() else current or ""


def _upgrade(server: LocalServer, revision: str, steps: Steps, copy: bool, copy_to: Path | None) -> Path | None:
    target, owner, password = server.target(), server.owner_name, server.owner_password()
    if not revision:
        provisioning.provision(target, owner, password)
        return None
    copied = _copy(server, revision, steps, copy_to) if copy else None
    steps.begin_changing()
    steps.say(UPGRADING if copied else "Upgrading the database")
    try:
        provisioning.provision(target, owner, password)
    except Exception as error:
        raise failed(error, copied) from error
    return copied


def _copy(server: LocalServer, revision: str, steps: Steps, copy_to: Path | None) -> Path:
    folder = server.data_dir / "backups"
    target, owner, password = server.target(), server.owner_name, server.owner_password()
    steps.say("Saving a copy of the database before upgrading it")
    if copy_to is None:
        folder.mkdir(mode=0o700, exist_ok=True)
        dumps.clear_unfinished(folder)
        file = _free_name(folder, f"before-upgrade-{time.strftime('%Y-%m-%d-%H%M%S')}-revision-{revision}")
    else:
        file = copy_to.absolute()
    _check_room(file.parent, _size(server))

    def told(size: int) -> None:
        steps.check()
        if size > 2**20:
            steps.say(f"Saving a copy of the database before upgrading it: {size // 2**20:,} MB")

    dumps.write_dump(target, owner, password, file, pg_dump=program("pg_dump"), told=told)
    if copy_to is None:
        _forget_older(folder)
    return file


def _size(server: LocalServer) -> int:
    """Bytes of the rows, which a copy, compressed and without indexes, stays below."""
    with in_words(), upgrade.connect(server.target(), server.owner_name, server.owner_password()) as connection:
        row = connection.execute(
            "SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'crm'::regnamespace"
        ).fetchone()
    assert row is not None
    return int(row[0])


def _check_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE:
        raise DiskFull(
            f"There may not be room in {folder} for a copy of the database: it takes up to {_megabytes(size)}, and "
            f"{_megabytes(free)} are free. Nothing was changed.",
            hint="Free some space there and start again, or save the copy elsewhere: "
            "crm-desktop server upgrade --dump FILE",
        )


def _megabytes(size: int) -> str:
    return f"{max(1, size // 2**20):,} MB"


def _free_name(folder: Path, name: str) -> Path:
    """A second upgrade within a second is for tests, and for clocks that are put back."""
    file, number = folder / f"{name}.dump", 1
    while file.exists():
        number += 1
        file = folder / f"{name}-{number}.dump"
    return file


def _forget_older(folder: Path) -> None:
    """Keeps the newest few of these copies; whatever else lies there is not ours."""
    ours = sorted(folder.glob("before-upgrade-*.dump"), key=lambda file: (file.stat().st_mtime_ns, file.name))
    for old in ours[:-KEPT]:
        old.unlink(missing_ok=True)


def failed(error: Exception, copied: Path | None) -> UpgradeFailed:
    """The words for migrations that did not go through."""
    where = f"A copy from before is in {copied}. " if copied else ""
    return UpgradeFailed(
        "The database could not be upgraded. Everything in it is as it was before.",
        hint=f"{where}Go on with the version of CRM Desktop that you had until now, and tell whoever looks after it. "
        f"The reason: {_reason(error)}",
    )


def _reason(error: Exception) -> str:
    """In words where we have them; else the first line of what went wrong, which is for whoever mends it."""
    if isinstance(error, CrmError):
        return str(error)
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0]}" if lines else type(cause).__name__
