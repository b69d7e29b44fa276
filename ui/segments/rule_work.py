"""What administrators do with rules and runs, in the background, with word of how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crm_desktop.audit.undo import UndoResult
from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.segments import rules
from crm_desktop.segments.rule_rows import RuleRow
from crm_desktop.segments.rule_words import action_words, customers, did_words, run_words
from crm_desktop.segments.running import SegmentRunResult, run_segment
from crm_desktop.segments.runs import RunRow, undo_run
from ui.notices import Notice
from ui.undo import offer_undo
from ui.widgets.dialog import ask
from ui.widgets.progress_dialog import ProgressDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Progress

RULES = frozenset({"segment_rules"})
ACTED = frozenset({"customers", "interactions", "segment_rules"})


class RuleWork(QObject):
    """For the section that is `parent`."""

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._offered: dict[int, Notice] = {}  # by run

    def pause(self, row: RuleRow) -> None:
        """Pause a rule, or resume it."""
        word = "paused" if row.is_active else "resumed"
        self._change(lambda session: rules.set_active(session, row, not row.is_active), f"The rule was {word}.", word)

    def remove(self, row: RuleRow) -> None:
        """Remove a rule; what it did stays."""
        self._change(lambda session: rules.remove_rule(session, row), "The rule was removed.", "removed")

    def run(self, segment_id: UUID, *, quietly: bool = False) -> None:
        """Let the segment's rules act now. `quietly`: only what they did is worth a word."""

        def work(session: Session, _progress: Progress) -> SegmentRunResult:
            return run_segment(session, segment_id)

        self._run(work, lambda done: "" if quietly and not done.did else f"{done.name}: {run_words(done)}")

    def act_on_all(self, row: RuleRow) -> None:
        """Let a rule act on everybody who is in it and on whom it has not acted: after asking, with the exact count."""

        def look(session: Session) -> SegmentRunResult:
            found = run_segment(session, row.segment_id, asked=row.id, dry=True)
            session.rollback()
            return found

        self._context.operations.query(self, look, lambda found: self._ask(row, found), failed=self._failed)

    def act_on_all_unasked(self, segment_id: UUID, rule_id: UUID) -> None:
        """The same for a rule whose dialog has asked."""

        def work(session: Session, _progress: Progress) -> SegmentRunResult:
            return run_segment(session, segment_id, asked=rule_id)

        self._run(work, lambda done: f"{done.name}: {did_words(done.did) or 'Nothing to do.'}")

    def undo(self, row: RunRow) -> None:
        """Take back what a run did, after asking."""
        text = "This takes back what the rules did in this run. What was changed since stays as it is."
        if not ask(self._window, "Undo this run?", text, "Undo the run", "Keep"):
            return

        def work(session: Session, progress: Progress) -> UndoResult:
            return undo_run(session, row.id, progress.report)

        def done(undone: UndoResult) -> None:
            if row.id in self._offered:
                self._context.notices.withdraw(self._offered.pop(row.id))
            if undone.refused:
                kept = "1 of the changes was" if undone.refused == 1 else f"{undone.refused:,} of the changes were"
                self._context.notices.info(f"The run was undone, but {kept} changed since and stayed.")
            else:
                self._context.notices.info("The run was undone.")

        operations = self._context.operations
        handle = operations.long_change(self, work, done, failed=self._failed, changed=ACTED)
        if not handle.over:
            ProgressDialog(self._window, handle, "Undoing the run…")

    def _ask(self, row: RuleRow, found: SegmentRunResult) -> None:
        acted = [each for each in found.did if (each.event, each.parameters) == (row.event, row.parameters)]
        number = max((each.customers for each in acted), default=0)
        if not number:
            self._context.notices.info("This rule has acted on everybody who is in the segment.")
            return
        what = action_words(row.action, row.parameters, row.names)
        text = f"The rule has not acted on {customers(number)} in the segment. It will {what}. You can undo it."
        title = f"Act on {customers(number)}?"
        if ask(self._window, title, text, f"Act on {customers(number)}", dangerous=False):
            self.act_on_all_unasked(row.segment_id, row.id)

    def _run(
        self, work: Callable[[Session, Progress], SegmentRunResult], say: Callable[[SegmentRunResult], str]
    ) -> None:
        def done(result: SegmentRunResult) -> None:
            text = say(result)
            if not text:
                return
            if result.run_id is None or not any(each.changed for each in result.did):
                self._context.notices.info(text)
                return
            run_id = result.run_id
            offered = Notice(text, action_text="Undo", action=lambda: self._take_back(run_id))
            self._offered[run_id] = offered
            self._context.notices.show(offered)

        operations = self._context.operations
        handle = operations.long_change(self, work, done, failed=self._failed, changed=ACTED)
        if not handle.over:
            ProgressDialog(self._window, handle, "Running the rules…")

    def _take_back(self, run_id: int) -> None:
        def done(undone: UndoResult) -> None:
            kept = f" {undone.refused:,} changed since and stayed." if undone.refused else ""
            self._context.notices.info(f"The run was undone.{kept}")

        self._context.operations.change(
            self, lambda session: undo_run(session, run_id), done, failed=self._failed, changed=ACTED
        )

    def _change(self, work: Callable[[Session], int], text: str, word: str) -> None:
        def done(transaction: int) -> None:
            offer_undo(self._context, text, transaction, RULES, "The rule is as it was.", step=f"{word} a rule")

        self._context.operations.change(self, work, done, failed=self._failed, changed=RULES)

    def _failed(self, error: CrmError) -> None:
        if isinstance(error, Cancelled):
            self._context.notices.info("Cancelled. Nothing was changed.")
        else:
            self._context.notices.crm_error(error)
