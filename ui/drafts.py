"""Keeps what is typed in dialogs on disk, in a thread of its own, and knows what a crash left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QDate, QLocale, QObject, Qt, Signal

from ui.workers import WorkerPool

if TYPE_CHECKING:
    from crm_desktop.drafts.draft import Draft
    from crm_desktop.drafts.store import DraftStore

CLOSE_WITHIN_S = 2.0


def when_text(at: datetime, now: datetime | None = None) -> str:
    """A moment as the clock here showed it: "14:32", and on another day "24.11.2026 14:32"."""
    local = at.astimezone()
    clock = f"{local:%H:%M}"
    if local.date() == (now or datetime.now(UTC)).astimezone().date():
        return clock
    return f"{QLocale().toString(QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat)} {clock}"


class Drafts(QObject):
    """One person's, while signed in."""

    found = Signal()  # what a crash left behind has been read
    failed = Signal(str)  # why drafts cannot be kept: told once
    _read = Signal(object)

    def __init__(self, store: DraftStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._left: dict[str, Draft] = {}
        self._told = False
        self._writer = _Writer(store, self._read.emit)
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """Read what a crash left behind; `found` when there is something."""
        self._writer.look()

    @property
    def left(self) -> list[Draft]:
        """What a crash left behind and nobody has decided about, the latest first."""
        return list(self._left.values())

    def of(self, kind: str, record_id: UUID | None) -> Draft | None:
        """The latest of these for a row, or for one that is to be added."""
        return next((each for each in self._left.values() if (each.kind, each.record_id) == (kind, record_id)), None)

    def claim(self, draft: Draft) -> bool:
        """Go on with it here; False when another window has taken it, or it is gone."""
        self._left.pop(draft.id, None)
        return self._store.claim(draft)

    def keep(self, draft: Draft) -> None:
        """Put it on disk soon, in place of what was there of it."""
        self._writer.put(draft.id, draft)

    def drop(self, draft_id: str) -> None:
        """It was saved or discarded: take it from the disk."""
        self._left.pop(draft_id, None)
        self._writer.put(draft_id, None)

    def close(self) -> None:
        """Everything that was to be written or removed has been when this returns."""
        self._writer.close()
        self._store.close()

    def _take(self, outcome: object) -> None:
        if isinstance(outcome, str):
            if not self._told:
                self._told = True
                self.failed.emit(outcome)
            return
        assert isinstance(outcome, list)
        self._left = {draft.id: draft for draft in outcome}
        if self._left:
            self.found.emit()


class _Writer:
    """The disk's side, without anything of Qt: one thread, so that what is removed is not written again."""

    def __init__(self, store: DraftStore, tell: Callable[[object], None]) -> None:
        self._store = store
        self._tell = tell
        self._pool = WorkerPool("drafts", 1)
        self._guard = threading.Lock()
        self._wanted: dict[str, Draft | None] = {}

    def look(self) -> None:
        self._pool.submit(self._look)

    def put(self, draft_id: str, draft: Draft | None) -> None:
        with self._guard:
            self._wanted[draft_id] = draft
        self._pool.submit(self._work)

    def close(self) -> None:
        self._pool.close(CLOSE_WITHIN_S)
        self._work()

    def _look(self) -> None:
        with suppress(OSError, RuntimeError):  # no folder that can be read; the window closed meanwhile
            self._tell(self._store.left_behind())

    def _work(self) -> None:
        while True:
            with self._guard:
                if not self._wanted:
                    return
                draft_id, draft = self._wanted.popitem()
            try:
                if draft is None:
                    self._store.remove(draft_id)
                else:
                    self._store.write(draft)
            except OSError as error:
                with suppress(RuntimeError):
                    self._tell(error.strerror or str(error))
