"""What this person did since signing in, in order, so that it can be taken back and done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crm_desktop.audit.undo import UndoResult, current_transaction, undo_transaction
from crm_desktop.customers.queries import customer_names
from crm_desktop.errors import Cancelled, ConnectionLost, CrmError, ServerUnavailable
from crm_desktop.importing.history import undo_import
from crm_desktop.listing.filter_values import MAX_LIST
from ui.notices import Notice

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.handles import Progress
    from ui.notices import Notices
    from ui.operations import Operations

# Why customers were left alone, where more is known than that something changed: "" when it is not.
Why = Callable[["Session", Sequence[UUID]], str]

MOST_STEPS = 200
NAMED = 3


@dataclass(frozen=True)
class Step:
    """One transaction. `text` stands behind "Undo: " (what was done), `afterwards` is said once it is undone.

    An import is known by its `batch` instead, and cannot be done again: the file can be imported again. What is only
    ever corrected, as the points ledger is, brings `correct`, and cannot be done again either. `why` is asked off the
    GUI thread."""

    text: str
    transaction: int
    subjects: frozenset[str]
    afterwards: str = ""
    batch: UUID | None = None
    correct: Callable[[Session], object] | None = None
    why: Why | None = None

    @property
    def comes_again(self) -> bool:
        """Whether it can be done again once it has been undone."""
        return self.batch is None and self.correct is None


@dataclass(frozen=True)
class _Undone:
    result: UndoResult
    transaction: int
    names: tuple[str, ...] = ()  # of the first customers that were left alone
    why: str = ""


class UndoHistory(QObject):
    """Fed by whoever changes something and knows the transaction; the database decides what can still be undone."""

    changed = Signal()
    customers_wanted = Signal(object)  # a filter: list these
    started = Signal(object, str)  # Handle, what is going on: may take long after a large change

    def __init__(self, operations: Operations, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._notices = notices
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._offers: list[tuple[Step, Notice]] = []
        self._busy = False
        self.changed.connect(self._withdraw_offers)

    def did(
        self, text: str, transaction: int, subjects: frozenset[str], afterwards: str = "", why: Why | None = None
    ) -> Step:
        """Something was done and committed: from now on it is the first to be undone."""
        return self._add(Step(text, transaction, subjects, afterwards, why=why))

    def offer(self, text: str, step: Step) -> None:
        """Say what was done, with Undo beside it for as long as it can be undone."""
        notice = Notice(text, action_text="Undo", action=lambda: self.take_back(step))
        self._notices.show(notice)
        self._offers = [*self._offers[1 - MOST_STEPS :], (step, notice)]

    def imported(self, text: str, batch: UUID, subjects: frozenset[str]) -> Step:
        """A file was imported; `batch` is what the list of imports knows it by."""
        afterwards = f"Undone: {text}. To have it again, import the file again."
        return self._add(Step(text, 0, subjects, afterwards, batch))

    def booked(
        self, text: str, correct: Callable[[Session], object], subjects: frozenset[str], afterwards: str
    ) -> Step:
        """Something was written that is never changed: `correct` writes its opposite."""
        return self._add(Step(text, 0, subjects, afterwards, correct=correct))

    def import_undone(self, batch: UUID) -> None:
        """An import was taken back where it is listed: it is no step any more."""
        self._done = [step for step in self._done if step.batch != batch]
        self.changed.emit()

    def _add(self, step: Step) -> Step:
        self._done = [*self._done[1 - MOST_STEPS :], step]
        self._undone.clear()
        self.changed.emit()
        return step

    def _withdraw_offers(self) -> None:
        over = [(step, notice) for step, notice in self._offers if step not in self._done]
        self._offers = [offer for offer in self._offers if offer not in over]
        for _step, notice in over:
            self._notices.withdraw(notice)

    @property
    def undo_text(self) -> str:
        """What `undo` would take back; "" when there is nothing."""
        return self._done[-1].text if self._done else ""

    @property
    def redo_text(self) -> str:
        """What `redo` would do again; "" when there is nothing."""
        return self._undone[-1].text if self._undone else ""

    def undo(self) -> None:
        """Take back the last step."""
        if self._done:
            self.take_back(self._done[-1])
        elif not self._busy:
            self._notices.info("There is nothing to undo.")

    def redo(self) -> None:
        """Do the step again that was undone last."""
        if self._undone:
            self._run(self._undone[-1], self._undone, self._done, again=True)
        elif not self._busy:
            self._notices.info("There is nothing to redo.")

    def take_back(self, step: Step) -> None:
        """Take back a step, whether or not it is the last one."""
        if step in self._done:
            self._run(step, self._done, self._undone, again=False)
        elif not self._busy:
            self._notices.info("This has been undone already.")

    def _run(self, step: Step, source: list[Step], target: list[Step], *, again: bool) -> None:
        if self._busy:
            return
        self._busy = True

        def work(session: Session, progress: Progress) -> _Undone:
            result = _undo(session, step, progress)
            if not result.kept:
                return _Undone(result, current_transaction(session))
            names = customer_names(session, result.kept[:NAMED])
            why = step.why(session, result.kept) if step.why is not None and not again else ""
            return _Undone(result, current_transaction(session), names, why)

        def done(undone: _Undone) -> None:
            self._busy = False
            self._drop(step, source)
            if undone.result.restored and step.comes_again:
                target.append(replace(step, transaction=undone.transaction))
            self.changed.emit()
            self._tell(step, undone, again=again)

        def failed(error: CrmError) -> None:
            self._busy = False
            if isinstance(error, Cancelled):
                self._notices.info("Cancelled: nothing was changed.")
                return
            if not isinstance(error, (ConnectionLost, ServerUnavailable)):
                self._drop(step, source)  # it would stand in the way of all before it
                self.changed.emit()
            self._notices.crm_error(error)

        handle = self._operations.long_change(self, work, done, failed=failed, changed=step.subjects)
        if not handle.over:
            self.started.emit(handle, f"{'Doing again' if again else 'Undoing'}: {step.text}")

    @staticmethod
    def _drop(step: Step, source: list[Step]) -> None:
        if step in source:  # what was done meanwhile empties the list of what can be done again
            source.remove(step)

    def _tell(self, step: Step, undone: _Undone, *, again: bool) -> None:
        result = undone.result
        if result.refused:
            kept = result.kept
            self._notices.error(
                *refusal(undone.names, result, undone.why),
                action_text="Show them" if kept else "",
                action=(lambda: self.customers_wanted.emit(these(kept))) if kept else None,
            )
        elif again:
            self._notices.info(f"Done again: {step.text}.")
        else:
            self._notices.info(step.afterwards or f"Undone: {step.text}.")


def _undo(session: Session, step: Step, progress: Progress) -> UndoResult:
    if step.correct is not None:
        step.correct(session)
        return UndoResult(1, 0)
    if step.batch is None:
        return undo_transaction(session, step.transaction, progress.report)
    undone = undo_import(session, step.batch, progress.report)
    return UndoResult(undone.restored, undone.kept, undone.customers)


def refusal(names: Sequence[str], result: UndoResult, why: str = "") -> tuple[str, str]:
    """What could not be undone, and why: a sentence and a hint."""
    changes = "1 change was" if result.refused == 1 else f"{result.refused:,} changes were"
    text = f"{changes} left alone" + (f", {result.restored:,} undone." if result.restored else ": nothing was undone.")
    rest = len(result.kept) - len(names)
    who = ", ".join(names) + (f" and {rest:,} more" if rest > 0 else "")
    reason = why or "Changed or deleted by somebody since, or beyond what your account may do"
    return text, f"{reason}: {who}." if who else f"{reason}."


def these(ids: Sequence[UUID]) -> dict[str, Any]:
    """The filter that lists these customers, as many as a filter takes."""
    return {"field": "id", "operator": "in", "value": [str(each) for each in ids[:MAX_LIST]]}
