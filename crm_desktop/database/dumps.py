"""A copy of a database in one file, as pg_dump writes it: what can be gone back to after an upgrade.

The owner's password reaches pg_dump in a file that only this person can read, never on a command line.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crm_desktop.database.local_server_account import Account
from crm_desktop.database.local_server_failures import folder_in_words
from crm_desktop.database.local_server_programs import environment
from crm_desktop.database.target import Target
from crm_desktop.errors import CrmError

_POLL = 0.2  # seconds
_UNFINISHED = ".unfinished"


class DumpFailed(CrmError):
    """No copy could be made; nothing was changed."""


def write_dump(
    target: Target,
    owner: str,
    password: str,
    file: Path,
    *,
    pg_dump: Path,
    told: Callable[[int], None] = lambda size: None,
) -> None:
    """Writes `file` (mode 0600), in the custom format of pg_restore; whole or not at all.

    `told` gets the bytes written so far, a few times a second; what it raises stops the dump.
    """
    with folder_in_words(file.parent):
        if file.exists():
            raise DumpFailed(f"{file} is there already. Nothing was changed.", hint="Choose another name.")
        unfinished = file.with_name(file.name + _UNFINISHED)
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            try:
                _run(target, owner, password, handle, pg_dump, told)
                os.fsync(handle)
            finally:
                os.close(handle)
            unfinished.rename(file)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


def clear_unfinished(folder: Path) -> None:
    """What a killed dump left. Nobody else may be writing one into `folder`."""
    for left in folder.glob(f"*{_UNFINISHED}"):
        with suppress(OSError):
            left.unlink()


def _run(target: Target, owner: str, password: str, handle: int, pg_dump: Path, told: Callable[[int], None]) -> None:
    command = [
        os.fspath(pg_dump),
        "--format=custom",
        "--compress=1",  # a little smaller would take several times as long
        "--no-password",
        f"--username={owner}",
        f"--dbname={target.conninfo()}",
    ]
    with _password_file(password) as passwords, tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=said,
                env=environment() | {"PGPASSFILE": os.fspath(passwords)},
                **Account().popen_arguments(),
            )
        except OSError as error:
            raise _failed(f"{pg_dump} cannot be run: {error.strerror or error}") from error
        try:
            while process.poll() is None:
                told(os.fstat(handle).st_size)
                time.sleep(_POLL)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode != 0:
            said.seek(0)
            raise _failed(_reason(said.read().decode("utf-8", errors="replace"), process.returncode))


@contextmanager
def _password_file(password: str) -> Iterator[Path]:
    """libpq's password file, for any server: https://www.postgresql.org/docs/current/libpq-pgpass.html."""
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    with tempfile.TemporaryDirectory(prefix="crm-") as private:  # mode 0700
        path = Path(private) / "passwords"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"*:*:*:*:{escaped}\n")
        yield path


def _reason(said: str, code: int) -> str:
    lines = [line.removeprefix("pg_dump: ").removeprefix("error: ") for line in said.splitlines() if line.strip()]
    return lines[0] if lines else f"pg_dump ended with the status {code}"


def _failed(reason: str) -> DumpFailed:
    return DumpFailed(
        f"No copy of the database could be saved, so it was not upgraded. Nothing was changed. The reason: {reason}."
    )
