"""The one place where sessions open and commit, away from the GUI thread, and where their errors surface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import shiboken6
from PySide6.QtCore import QObject, Signal

from ui.handles import Handle, Progress
from ui.tasks import CLOSE_WITHIN_S, Outcome, Tasks
from ui.workers import WorkerPool

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm_desktop.database.engine import Database
    from crm_desktop.errors import CrmError

__all__ = ["DataChange", "Handle", "Operations", "Progress"]

T = TypeVar("T")

DATABASE_THREADS = 3


@dataclass(frozen=True)
class DataChange:
    """Rows changed, here or at another desk. `ids` None: many, or not known which. `origin` None: another desk."""

    subjects: frozenset[str]
    ids: tuple[UUID, ...] | None = None
    origin: QObject | None = None

    def concerns(self, *subjects: str) -> bool:
        """Whether a view of any of `subjects` should refresh."""
        return not self.subjects.isdisjoint(subjects)


class Operations(Tasks):
    """Runs the database work of widgets in a bounded pool of its own, and tells every view what changed."""

    data_changed = Signal(object)  # DataChange

    def __init__(self, database: Database, parent: QObject | None = None, *, synchronous: bool = False) -> None:
        super().__init__(parent, synchronous=synchronous)
        self._database = database
        self._pool = WorkerPool("database", DATABASE_THREADS)

    def query(
        self,
        parent: QObject,
        work: Callable[[Session], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None] | None = None,
        patient: bool = False,
    ) -> Handle:
        """Read from the database. `patient` when nobody waits for it: it lets go first what somebody does wait for."""
        outcome = Outcome(Handle(self), parent, done, failed)
        return self._in_session(outcome, work, patient=patient)

    def change(
        self,
        parent: QObject,
        work: Callable[[Session], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None] | None = None,
        changed: frozenset[str] = frozenset(),
        ids: Callable[[T], tuple[UUID, ...]] | None = None,
    ) -> Handle:
        """Write to the database: commits, calls `done`, then tells every view that `changed` has changed.

        `ids` says from the result which rows those are; without it views take it for any number of them.
        """
        outcome = Outcome(Handle(self), parent, done, failed)

        def tell() -> None:
            if changed:
                known = None if ids is None else ids(outcome.value)
                self.tell_changed(DataChange(changed, known, parent if shiboken6.isValid(parent) else None))

        outcome.delivered = tell
        return self._in_session(outcome, work)

    def long_change(
        self,
        parent: QObject,
        work: Callable[[Session, Progress], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None],
        changed: frozenset[str] = frozenset(),
    ) -> Handle:
        """Write much: as `change`, beside the short work, with progress and cancel.

        All of it is one transaction. Cancelling rolls it back: `failed` gets Cancelled, unless it was committed by
        then, which `done` tells.
        """
        outcome = Outcome(Handle(self), parent, done, failed, always=True)

        def tell() -> None:
            if changed:
                self.tell_changed(DataChange(changed, None, parent if shiboken6.isValid(parent) else None))

        def run() -> object:
            with self._database.session(outcome.handle.cancellation) as session:
                return work(session, outcome.handle.progress_of_work)

        outcome.delivered = tell
        self._start(self._slow, outcome, run)
        return outcome.handle

    def tell_changed(self, change: DataChange) -> None:
        """Broadcast a change that was made at another desk, or in background work."""
        self.data_changed.emit(change)

    def _close_pools(self) -> None:
        self._pool.close(CLOSE_WITHIN_S)
        super()._close_pools()

    def _in_session(self, outcome: Outcome, work: Callable[[Session], object], *, patient: bool = False) -> Handle:
        def run() -> object:
            with self._database.session(outcome.handle.cancellation) as session:
                return work(session)

        self._start(self._pool, outcome, run, patient=patient)
        return outcome.handle
