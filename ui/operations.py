"""The one place where work leaves the GUI thread, sessions open and commit, and errors surface.

Two bounded pools: one for the database, one for slow file and network work. Results come back by queued signal. A
result is dropped when the widget that asked for it is gone or cancelled its handle.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from crm_desktop.errors import Cancelled, ConnectionLost, CrmError
from ui.handles import Handle, Progress
from ui.workers import WorkerPool

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm_desktop.database.engine import Database

T = TypeVar("T")

DATABASE_THREADS = 3
SLOW_THREADS = 2
BUSY_AFTER_MS = 100
CLOSE_WITHIN_S = 3.0


@dataclass(frozen=True)
class DataChange:
    """Rows changed, here or at another desk. `ids` None: many, or not known which. `origin` None: another desk."""

    subjects: frozenset[str]
    ids: tuple[UUID, ...] | None = None
    origin: QObject | None = None

    def concerns(self, *subjects: str) -> bool:
        return not self.subjects.isdisjoint(subjects)


@dataclass
class _Outcome:
    handle: Handle
    parent: QObject
    done: Callable[[Any], None]
    failed: Callable[[CrmError], None] | None
    changed: frozenset[str] | None
    value: Any = None
    error: BaseException | None = None

    @property
    def wanted(self) -> bool:
        return not self.handle.cancelled and shiboken6.isValid(self.parent)


class Operations(QObject):
    """Runs work for widgets. `synchronous` runs it in place (for tests)."""

    data_changed = Signal(object)  # DataChange
    busy = Signal(bool)  # something has been running for longer than 100 ms
    error = Signal(object)  # CrmError that nobody asked for: shown as a notice
    connection_lost = Signal()
    _finished = Signal(object)

    def __init__(self, database: Database, parent: QObject | None = None, *, synchronous: bool = False) -> None:
        super().__init__(parent)
        self._database = database
        self._synchronous = synchronous
        self._pool = WorkerPool("database", DATABASE_THREADS)
        self._slow = WorkerPool("slow", SLOW_THREADS)
        self._running: set[Handle] = set()
        self._shows_busy = False
        self._busy_timer = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._busy_timer.timeout.connect(self._show_busy)
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def query(
        self,
        parent: QObject,
        work: Callable[[Session], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None] | None = None,
    ) -> Handle:
        """Read from the database."""
        return self._in_session(parent, work, done, failed, None)

    def change(
        self,
        parent: QObject,
        work: Callable[[Session], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None] | None = None,
        changed: frozenset[str] = frozenset(),
    ) -> Handle:
        """Write to the database: commits, calls `done`, then tells every view that `changed` has changed."""
        return self._in_session(parent, work, done, failed, changed)

    def background(
        self,
        parent: QObject,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None] | None = None,
    ) -> Handle:
        """Slow file or network work, with progress and cancel."""
        outcome = self._outcome(parent, done, failed, None)
        self._start(self._slow, outcome, lambda: work(outcome.handle.progress_of_work))
        return outcome.handle

    def tell_changed(self, change: DataChange) -> None:
        """Broadcast a change that was made elsewhere, or in background work."""
        self.data_changed.emit(change)

    @property
    def idle(self) -> bool:
        return not self._running

    def close(self) -> None:
        """Stop everything. Nothing is delivered afterwards."""
        for handle in list(self._running):
            handle.cancel()
        self._pool.close(CLOSE_WITHIN_S)
        self._slow.close(CLOSE_WITHIN_S)
        self._busy_timer.stop()

    def _in_session(
        self,
        parent: QObject,
        work: Callable[[Session], T],
        done: Callable[[T], None],
        failed: Callable[[CrmError], None] | None,
        changed: frozenset[str] | None,
    ) -> Handle:
        outcome = self._outcome(parent, done, failed, changed)
        handle = outcome.handle

        def run() -> T:
            with self._database.session(handle.cancellation) as session:
                return work(session)

        self._start(self._pool, outcome, run)
        return handle

    def _outcome(
        self,
        parent: QObject,
        done: Callable[[Any], None],
        failed: Callable[[CrmError], None] | None,
        changed: frozenset[str] | None,
    ) -> _Outcome:
        return _Outcome(Handle(self), parent, done, failed, changed)

    def _start(self, pool: WorkerPool, outcome: _Outcome, work: Callable[[], object]) -> None:
        handle = outcome.handle
        self._running.add(handle)

        def job() -> None:
            try:
                if handle.cancelled:
                    raise Cancelled()
                outcome.value = work()
            except Exception as error:  # noqa: BLE001 - carried to the GUI thread, which sorts it
                outcome.error = error
            with suppress(RuntimeError):  # the window closed meanwhile
                self._finished.emit(outcome)

        if self._synchronous:
            try:
                outcome.value = work()
            except Exception as error:  # noqa: BLE001 - sorted by _deliver
                outcome.error = error
            self._deliver(outcome)
            return
        if not self._busy_timer.isActive() and not self._shows_busy:
            self._busy_timer.start()
        pool.submit(job)

    def _deliver(self, outcome: _Outcome) -> None:
        self._running.discard(outcome.handle)
        if not self._running:
            self._busy_timer.stop()
            if self._shows_busy:
                self._shows_busy = False
                self.busy.emit(False)
        try:
            if outcome.error is not None:
                self._deliver_error(outcome, outcome.error)
            else:
                if outcome.wanted:
                    outcome.done(outcome.value)
                if outcome.changed:
                    origin = outcome.parent if shiboken6.isValid(outcome.parent) else None
                    self.data_changed.emit(DataChange(outcome.changed, None, origin))
        finally:
            outcome.handle.close()
            outcome.handle.deleteLater()

    def _deliver_error(self, outcome: _Outcome, error: BaseException) -> None:
        if isinstance(error, ConnectionLost):
            self.connection_lost.emit()
        if not outcome.wanted or (isinstance(error, Cancelled) and outcome.failed is None):
            return
        if not isinstance(error, CrmError):
            sys.excepthook(type(error), error, error.__traceback__)
        elif outcome.failed is not None:
            outcome.failed(error)
        else:
            self.error.emit(error)

    def _show_busy(self) -> None:
        if self._running:
            self._shows_busy = True
            self.busy.emit(True)
