"""The ordinary user that the server runs as when the program runs as root: PostgreSQL refuses to run as root.

Nothing here changes a folder that the program did not make: what that user cannot reach is placed elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_desktop.errors import DataFolderProblem

# Where data and binaries go that the server's user cannot reach under root's own folders.
_SYSTEM_FOLDER = Path("/var/lib/crm-desktop")
_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The user of the server's processes; `uid` is None where they run as the person at the keyboard."""

    uid: int | None = None
    gid: int | None = None

    @property
    def is_separate(self) -> bool:
        return self.uid is not None

    def popen_arguments(self) -> dict[str, Any]:
        """For subprocess: the user, and a folder that every user can be in."""
        if sys.platform == "win32":
            return {"creationflags": subprocess.CREATE_NO_WINDOW}
        common: dict[str, Any] = {"cwd": "/", "umask": 0o077, "start_new_session": True}
        if self.is_separate:
            common |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return common

    def give(self, path: Path) -> None:
        """Makes the server's user the owner of something that the program has just made."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether the server's user can reach `folder`: asked by going there as that user."""
        if not self.is_separate:
            return True
        return self._succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])

    def can_run(self, program: Path) -> bool:
        if not self.is_separate:
            return True
        return self._succeeds([str(program), "--version"])

    def _succeeds(self, command: list[str]) -> bool:
        try:
            finished = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=30,
                check=False,
                **self.popen_arguments(),
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return finished.returncode == 0


def account_for(cluster: Path) -> Account:
    """Who runs the server of `cluster`: its owner where root starts it, the person at the keyboard otherwise."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return Account()
    import pwd

    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in _CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise DataFolderProblem(
        "The database cannot run as root, and this computer has no user that it could run as.",
        hint="Start CRM Desktop as an ordinary user.",
    )


def place_for_data(folder: Path, account: Account) -> Path:
    """Where the data goes when `account` cannot reach `folder`."""
    temporary = Path(tempfile.gettempdir())
    if temporary in folder.parents and account.can_enter(temporary):  # what is temporary stays temporary
        return temporary
    return _system_folder()


def place_for_sockets(account: Account) -> Path:
    """A folder for temporary folders with a short path: the path of a socket has room for about 100 bytes."""
    temporary = Path(tempfile.gettempdir())
    for place in (Path("/tmp"), temporary):
        if place.is_dir() and os.access(place, os.W_OK) and len(os.fsencode(place)) < 60 and account.can_enter(place):
            return place
    return temporary


def place_for_programs(programs: Path, libraries: Path, version: str) -> Path:
    """A copy of the server's programs that every user can run; made once for each version."""
    final = _system_folder() / f"postgresql-{version}"
    if not final.exists():
        making = Path(tempfile.mkdtemp(prefix=f"{final.name}.", dir=final.parent))
        try:
            package = making / programs.parent.name
            for name in ("bin", "lib", "share"):
                shutil.copytree(programs / name, package / programs.name / name, symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, making / libraries.name, symlinks=True)
            _open_for_reading(making)
            making.rename(final)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)
            if not final.exists():  # else another process was faster
                raise
    return final / programs.parent.name / programs.name


def _system_folder() -> Path:
    if not _SYSTEM_FOLDER.exists():
        _SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
        _SYSTEM_FOLDER.chmod(0o755)
    return _SYSTEM_FOLDER


def _open_for_reading(copied: Path) -> None:
    """Everybody may read and run our copy, whatever the modes of the original."""
    copied.chmod(0o755)
    for path in copied.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or path.parent.name == "bin" else 0o644)
