"""Work that leaves the GUI thread: submitted by a widget, answered by queued signal, sorted when it fails.

An answer is dropped when the widget that asked is gone or cancelled its handle. ui/operations.py adds the database.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from crm_desktop.errors import Cancelled, CrmError
from ui.handles import Handle, Progress
from ui.workers import WorkerPool

T = TypeVar("T")

SLOW_THREADS = 2
BUSY_AFTER_MS = 100
CLOSE_WITHIN_S = 3.0


@dataclass
class Outcome:
    """One piece of work and what became of it."""

    handle: Handle
    parent: QObject
    done: Callable[[Any], None]
    failed: Callable[[CrmError], None] | None
    value: Any = None
    error: BaseException | None = None
    delivered: Callable[[], None] | None = None

    @property
    def wanted(self) -> bool:
        return not self.handle.cancelled and shiboken6.isValid(self.parent)


class Tasks(QObject):
    """Runs slow file and network work in a bounded pool. `synchronous` runs it in place (for tests)."""

    busy = Signal(bool)  # something has been running for longer than 100 ms
    error = Signal(object)  # CrmError of work that has no `failed` of its own: shown as a notice
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None, *, synchronous: bool = False) -> None:
        super().__init__(parent)
        self._synchronous = synchronous
        self._slow = WorkerPool("slow", SLOW_THREADS)
        self._running: set[Handle] = set()
        self._shows_busy = False
        self._closed = False
        self._busy_timer = QTimer(self)
        self._busy_timer.setSingleShot(True)
        self._busy_timer.setInterval(BUSY_AFTER_MS)
        self._busy_timer.timeout.connect(self._show_busy)
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def background(
        self,
        parent: QObject,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None] | None = None,
    ) -> Handle:
        """Slow file or network work, with progress and cancel."""
        outcome = Outcome(Handle(self), parent, done, failed)
        self._start(self._slow, outcome, lambda: work(outcome.handle.progress_of_work))
        return outcome.handle

    @property
    def idle(self) -> bool:
        """Nothing is running or waiting to."""
        return not self._running

    def close(self) -> None:
        """Stop everything. Nothing is delivered afterwards."""
        self._closed = True
        for handle in list(self._running):
            handle.cancel()
        self._busy_timer.stop()
        self._close_pools()

    def _close_pools(self) -> None:
        self._slow.close(CLOSE_WITHIN_S)

    def _start(self, pool: WorkerPool, outcome: Outcome, work: Callable[[], object]) -> None:
        handle = outcome.handle
        self._running.add(handle)

        def attempt() -> None:
            try:
                if handle.cancelled:
                    raise Cancelled
                outcome.value = work()
            except Exception as error:  # noqa: BLE001 - carried to the GUI thread, which sorts it
                outcome.error = error

        def job() -> None:
            attempt()
            with suppress(RuntimeError):  # the window closed meanwhile
                self._finished.emit(outcome)

        if self._synchronous:
            attempt()
            self._deliver(outcome)
            return
        if not self._busy_timer.isActive() and not self._shows_busy:
            self._busy_timer.start()
        pool.submit(job)

    def _deliver(self, outcome: Outcome) -> None:
        self._running.discard(outcome.handle)
        if not self._running:
            self._busy_timer.stop()
            if self._shows_busy:
                self._shows_busy = False
                self.busy.emit(False)
        if self._closed:
            return
        try:
            if outcome.error is not None:
                self._deliver_error(outcome, outcome.error)
                return
            if outcome.wanted:
                outcome.done(outcome.value)
            if outcome.delivered is not None:
                outcome.delivered()
        finally:
            outcome.handle.close()
            outcome.handle.deleteLater()

    def _deliver_error(self, outcome: Outcome, error: BaseException) -> None:
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
