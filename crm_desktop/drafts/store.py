"""Drafts on disk: one folder per person and database, one file per draft, readable by nobody else on the computer.

A file's name begins with the window that wrote it, which holds a lock for as long as it lives. So another window of the
same person tells what is being typed there just now from what a crash left behind.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from crm_desktop.database.local_server_locks import FileLock

from .draft import Draft, from_json, to_json

KEEP_DAYS = 14
HALF_WRITTEN_S = 60
"""What was being written so long ago never will be: the program was killed."""


class DraftStore:
    """The drafts of one person in one database. Any thread may write; one at a time."""

    def __init__(self, folder: Path, person: str) -> None:
        """`person` names the database and who is signed in; it is not written anywhere."""
        self._all = folder
        self._folder = folder / hashlib.sha256(person.encode()).hexdigest()[:32]
        self._window = secrets.token_hex(8)
        self._lock: FileLock | None = None
        self._guard = threading.Lock()

    def write(self, draft: Draft) -> None:
        """Put it on disk in place of what was there of it. Raises OSError."""
        self._make_ours()
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".new", dir=self._folder)  # only the user can read it
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(to_json(draft))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path(draft.id))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def remove(self, draft_id: str) -> None:
        """Take it from the disk, whichever window wrote it. Raises OSError."""
        for path in self._folder.glob(f"*-{draft_id}.json"):
            path.unlink(missing_ok=True)

    def claim(self, draft: Draft) -> bool:
        """Make a draft that a crash left behind this window's own; False when it is gone, or another window's now."""
        left = self._left()
        if draft.id not in left:
            return False
        self._make_ours()
        try:
            left[draft.id].rename(self._path(draft.id))
        except OSError:
            return False
        return True

    def left_behind(self) -> list[Draft]:
        """What a crash left behind, the latest first. What is older than KEEP_DAYS is removed, whosever it is."""
        self._remove_old()
        found = []
        for path in self._left().values():
            with suppress(OSError, UnicodeDecodeError):
                draft = from_json(path.read_text(encoding="utf-8"))
                if draft is not None:
                    found.append(draft)
        return sorted(found, key=lambda draft: draft.at, reverse=True)

    def close(self) -> None:
        """This window ends. What it did not remove counts as left behind from now on."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()
            with suppress(OSError):
                lock.path.unlink(missing_ok=True)
        with suppress(OSError):
            self._folder.rmdir()  # only when nothing is in it

    def _path(self, draft_id: str) -> Path:
        return self._folder / f"{self._window}-{draft_id}.json"

    def _make_ours(self) -> None:
        with self._guard:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._lock is None:
                lock = FileLock(self._folder / f"{self._window}.lock")
                if not lock.try_acquire():
                    raise AssertionError("a file with a fresh random name was locked")
                self._lock = lock

    def _left(self) -> dict[str, Path]:
        """Files that no living window owns, by the draft's id."""
        found: dict[str, Path] = {}
        alive: dict[str, bool] = {self._window: True}
        for path in self._folder.glob("*-*.json"):
            window, _, draft_id = path.stem.partition("-")
            if window not in alive:
                alive[window] = self._is_alive(window)
            if not alive[window]:
                found[draft_id] = path
        return found

    def _is_alive(self, window: str) -> bool:
        lock = FileLock(self._folder / f"{window}.lock")
        if not lock.path.exists():
            return False
        try:
            if not lock.try_acquire():
                return True
        except OSError:
            return False
        lock.release()
        with suppress(OSError):
            lock.path.unlink(missing_ok=True)
        return False

    def _remove_old(self) -> None:
        ages = {"*/*.json": KEEP_DAYS * 86_400, "*/.*.new": HALF_WRITTEN_S}
        for pattern, age in ages.items():
            for path in self._all.glob(pattern):
                with suppress(OSError):
                    if path.stat().st_mtime < time.time() - age:
                        path.unlink(missing_ok=True)
