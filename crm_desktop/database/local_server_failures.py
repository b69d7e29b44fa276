"""What goes wrong with a data folder, in words for people."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_desktop.errors import CrmError, DataFolderProblem, DiskFull

_FULL = (errno.ENOSPC, errno.EDQUOT)
_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def folder_in_words(folder: Path) -> Iterator[None]:
    """OSErrors within become `CrmError`s about `folder`."""
    try:
        yield
    except OSError as error:
        raise folder_failure(folder, error) from error


def folder_failure(folder: Path, error: OSError) -> CrmError:
    if error.errno in _FULL:
        return disk_full(folder)
    if error.errno in _UNWRITABLE:
        return not_writable(folder)
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return DataFolderProblem(f"{folder} is not a folder.", hint="Choose another place for the data.")
    reason = error.strerror or str(error)
    return DataFolderProblem(f"The data folder {folder} cannot be used: {reason}.", hint="Choose another folder.")


def disk_full(folder: Path) -> DiskFull:
    try:
        free = f" {shutil.disk_usage(existing(folder)).free // 2**20} MB are left."
    except OSError:
        free = ""
    return DiskFull(
        f"The disk that holds {folder} is full.{free}",
        hint="Free at least 200 MB there and try again. Nothing that was saved is lost.",
    )


def not_writable(folder: Path) -> DataFolderProblem:
    return DataFolderProblem(
        f"The data folder {folder} cannot be written to.",
        hint="Ask for the right to write there, or choose another folder.",
    )


def other_version(folder: Path, found: str, known: str) -> DataFolderProblem:
    return DataFolderProblem(
        f"The data in {folder} was made by PostgreSQL {found}; this version of CRM Desktop carries PostgreSQL {known}. "
        "Nothing was changed.",
        hint=f"Open it with the version of CRM Desktop that made it, write a dump there (pg_dump {found}), and load "
        "it into a new, empty data folder with this one.",
    )


def still_in_use(folder: Path) -> DataFolderProblem:
    return DataFolderProblem(
        f"The data folder {folder} is still in use by an earlier database server.",
        hint="Wait a minute and try again, or restart the computer.",
    )


def start_failure(folder: Path, log: Path, said: str) -> CrmError:
    """Why the server did not start, from what it `said` in its log."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return disk_full(folder)
    if re.search(r"Read-only file system|Permission denied", said):
        return not_writable(folder)
    if is_still_in_use(said):
        return still_in_use(folder)
    if "database files are incompatible" in said:
        return DataFolderProblem(
            f"The database files in {folder} are damaged, or come from another kind of computer. Nothing was changed.",
            hint="Restore a backup into a new folder, or write a dump where the data comes from and load it here.",
        )
    if re.search(
        r"PANIC|invalid checkpoint|could not locate|could not open (control )?file|control file|is missing", said
    ):
        return DataFolderProblem(
            f"The database files in {folder} are damaged.",
            hint=f"Restore a backup into a new folder. What the server said is in {log}.",
        )
    last = reasons(said)
    reason = re.sub(r"^.*?(FATAL|PANIC|ERROR):\s*", "", last[-1]) if last else "it ended without a reason"
    return DataFolderProblem(f"The database could not be started: {reason}.", hint=f"What it said is in {log}.")


def reasons(said: str) -> list[str]:
    """The lines that say why a server ended, not what it told its last clients."""
    told_clients = re.compile(r"terminating connection|the database system is")
    return [
        line for line in said.splitlines() if re.search(r"FATAL|PANIC|[Ee]rror", line) and not told_clients.search(line)
    ]


def is_still_in_use(said: str) -> bool:
    """Whether the start failed because processes of the server before it are not gone yet: worth another try."""
    return bool(re.search(r'lock file ".*" already exists|still in use|Is another postmaster', said))


def existing(path: Path) -> Path:
    """`path`, or its nearest parent that is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
