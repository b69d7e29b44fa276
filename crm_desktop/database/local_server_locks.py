"""Locks on files, which the system lets go when their holder dies: who starts, stops and uses the local server."""

from __future__ import annotations

import os
import platform
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_POLL = 0.05  # seconds


class FileLock:
    """An exclusive lock on one file, between processes and between objects of one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1

    @property
    def held(self) -> bool:
        return self._handle >= 0

    def try_acquire(self) -> bool:
        """Whether the lock was free and is held now. Raises OSError when the file cannot be opened for writing."""
        handle = self._open()
        try:
            _lock(handle)
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def _open(self) -> int:
        flags = getattr(os, "O_CLOEXEC", 0)
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | flags, 0o644)
        except PermissionError:
            # Made by another user, such as root: whether it is locked can be found out all the same.
            if not self.path.exists():
                raise
            return os.open(self.path, os.O_RDONLY | flags)

    def release(self) -> None:
        if self.held:
            os.close(self._handle)
            self._handle = -1


@contextmanager
def locked(path: Path, *, timeout: float, waiting: Callable[[], None]) -> Iterator[bool]:
    """Holds the lock at `path`; calls `waiting` once when it has to wait. Yields False after `timeout` seconds."""
    lock = FileLock(path)
    deadline = time.monotonic() + timeout
    told = False
    while not lock.try_acquire():
        if time.monotonic() > deadline:
            yield False
            return
        if not told:
            told = True
            waiting()
        time.sleep(_POLL)
    try:
        yield True
    finally:
        lock.release()


@dataclass(frozen=True)
class User:
    """A living process that uses the server; on a shared folder it may run on another computer."""

    host: str
    pid: int

    @property
    def is_here(self) -> bool:
        return self.host == _this_host()


class Users:
    """Who uses the server: one locked file for each. Call its methods under the folder's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: FileLock | None = None

    @property
    def joined(self) -> bool:
        return self._own is not None

    def join(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(self._folder / f"{_this_host()},{os.getpid()},{secrets.token_hex(4)}")
        if not lock.try_acquire():
            raise AssertionError("a file with a fresh random name was locked")
        self._own = lock

    def leave(self) -> None:
        if self._own is not None:
            own, self._own = self._own, None
            if sys.platform == "win32":  # an open file cannot be removed there
                own.release()
            with suppress(OSError):
                own.path.unlink(missing_ok=True)
            own.release()

    def others(self) -> list[User]:
        """The other users that are alive; what dead ones left is cleared away."""
        found = []
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if self._own is not None and path == self._own.path:
                continue
            lock = FileLock(path)
            if lock.try_acquire():
                lock.release()
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            else:
                host, _, rest = path.name.partition(",")
                pid = rest.partition(",")[0]
                found.append(User(host, int(pid) if pid.isdigit() else 0))
        return found


def _this_host() -> str:
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in platform.node()) or "-"


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:  # EACCES or EDEADLOCK: somebody holds it
            raise BlockingIOError from error

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
