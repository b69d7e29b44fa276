"""Work that leaves the GUI thread: submitted by a widget, answered by queued signal, sorted when it fails.

An answer is dropped when the widget that asked is gone or cancelled its handle. ui/operations.py adds the database.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from crm_desktop.errors import AccountDeactivated, Cancelled, CrmError, NoCrmAccess
from ui.handles import Handle, Progress
from ui.workers import WorkerPool

T = TypeVar("T")

SLOW_THREADS = 2
BUSY_AFTER_MS = 100
CLOSE_WITHIN_S = 3.0
PAINT_FIRST_MS = 10
"""Views lay out their new rows in a turn of their own, and are painted after it: patient work begins behind that."""
PATIENT_AT_ONCE = 2
"""Patient work under way at the same time: a worker stays free for what somebody waits for."""


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
    work: Callable[[], object] | None = None
    always: bool = False
    """Whoever cancelled is told, too, how it ended: with Cancelled, or done after all."""

    def run(self) -> None:
        """Do the work; a failure is carried along."""
        try:
            if self.handle.cancelled:
                raise Cancelled
            assert self.work is not None
            self.value = self.work()
        except Exception as error:  # noqa: BLE001 - sorted on the GUI thread
            self.error = error

    @property
    def wanted(self) -> bool:
        return (self.always or not self.handle.cancelled) and shiboken6.isValid(self.parent)


class _Job:
    """What a worker gets. It lets go of everything before it tells that it is done: whatever the work refers to,
    widgets above all, has to be freed on the GUI thread, which keeps the outcome until then."""

    def __init__(self, outcome: Outcome, number: int, finished: Callable[[int], object]) -> None:
        self._outcome: Outcome | None = outcome
        self._number = number
        self._finished = finished

    def __call__(self) -> None:
        assert self._outcome is not None
        self._outcome.run()
        self._outcome = None
        with suppress(RuntimeError):  # the window closed meanwhile
            self._finished(self._number)


class Tasks(QObject):
    """Runs slow file and network work in a bounded pool. `synchronous` runs it in place (for tests).

    Patient work (figures, counts, lists that follow a change) begins when nothing that a person waits for is under
    way, and what that brought has been painted: Python's threads take turns, so side by side both would come late.
    """

    busy = Signal(bool)  # something has been running for longer than 100 ms
    turned_away = Signal()  # the database does not take this person for one of its people any more
    error = Signal(object)  # CrmError of work that has no `failed` of its own: shown as a notice
    _finished = Signal(int)

    def __init__(self, parent: QObject | None = None, *, synchronous: bool = False) -> None:
        super().__init__(parent)
        self._synchronous = synchronous
        self._slow = WorkerPool("slow", SLOW_THREADS)
        self._running: set[Handle] = set()
        self._urgent: set[Handle] = set()
        self._patient: set[Handle] = set()
        self._waiting: deque[tuple[WorkerPool, Outcome]] = deque()
        self._outcomes: dict[int, Outcome] = {}
        self._number = 0
        self._shows_busy = False
        self._closed = False
        self._busy_timer = QTimer(self)
        self._busy_timer.setSingleShot(True)
        self._busy_timer.setInterval(BUSY_AFTER_MS)
        self._busy_timer.timeout.connect(self._show_busy)
        self._quiet = QTimer(self, singleShot=True, interval=PAINT_FIRST_MS)
        self._quiet.timeout.connect(self._start_waiting)
        self._finished.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def background(
        self,
        parent: QObject,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None] | None = None,
        always: bool = False,
    ) -> Handle:
        """Slow file or network work, with progress and cancel. `always`: whoever cancelled hears how it ended, too."""
        outcome = Outcome(Handle(self), parent, done, failed, always=always)
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
        self._quiet.stop()
        self._waiting.clear()
        self._close_pools()

    def _close_pools(self) -> None:
        self._slow.close(CLOSE_WITHIN_S)

    def _start(self, pool: WorkerPool, outcome: Outcome, work: Callable[[], object], *, patient: bool = False) -> None:
        outcome.work = work
        self._running.add(outcome.handle)
        if self._synchronous:
            outcome.run()
            self._deliver(outcome)
            return
        if not self._busy_timer.isActive() and not self._shows_busy:
            self._busy_timer.start()
        if patient:
            self._waiting.append((pool, outcome))
            self._quiet.start()
        else:
            if pool is not self._slow:  # a long import does not hold up the window's own reading
                self._urgent.add(outcome.handle)
            self._submit(pool, outcome)

    def _start_waiting(self) -> None:
        while self._waiting and not self._urgent and len(self._patient) < PATIENT_AT_ONCE:
            pool, outcome = self._waiting.popleft()
            self._patient.add(outcome.handle)
            self._submit(pool, outcome)

    def _submit(self, pool: WorkerPool, outcome: Outcome) -> None:
        self._number += 1
        self._outcomes[self._number] = outcome
        pool.submit(_Job(outcome, self._number, self._finished.emit))

    def _take(self, number: int) -> None:
        outcome = self._outcomes.pop(number, None)
        if outcome is not None:
            self._deliver(outcome)

    def _deliver(self, outcome: Outcome) -> None:
        outcome.work = None  # it may refer to the outcome in turn
        for known in (self._running, self._urgent, self._patient):
            known.discard(outcome.handle)
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
            if self._waiting and not self._closed:
                self._quiet.start()
            outcome.handle.close()
            outcome.handle.deleteLater()

    def _deliver_error(self, outcome: Outcome, error: BaseException) -> None:
        if not outcome.wanted or (isinstance(error, Cancelled) and outcome.failed is None):
            return
        if isinstance(error, (AccountDeactivated, NoCrmAccess)):
            self.turned_away.emit()
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
