"""What can be done with a follow-up: each by the version that was seen, each with a way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import CrmError, NotFound, StaleRow
from crm_desktop.interactions import actions
from crm_desktop.interactions.agenda import AgendaRow
from crm_desktop.interactions.rows import InteractionDetails
from ui.follow_ups.snooze_times import next_time
from ui.interactions.delete_interaction import CHANGED
from ui.interactions.local_time import moment_text
from ui.undo import offer_undo

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from crm_desktop.customers.suggestions import Person
    from ui.context import Signed


class FollowUpActions(QObject):
    """For the page or window that is `parent`; `stale` when what it shows is no longer so."""

    stale = Signal()
    dealt_with = Signal(object)  # UUID: this one needs nothing more for now

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._acted: set[tuple[UUID, int]] = set()

    def open(self, row: AgendaRow) -> None:
        """The interaction's dialog."""
        self.open_by_id(row.id, row.customer_id, row.customer_name)

    def open_by_id(self, interaction_id: UUID, customer_id: UUID, customer_name: str) -> None:
        """The dialog of an interaction that is known by little more than its id."""
        from ui.interactions.interaction_dialog import InteractionDialog  # the page opens faster without it

        InteractionDialog(self._context, self._window, customer_id, customer_name, interaction_id).open()

    def done(self, row: AgendaRow, outcome: str | None = None) -> None:
        """Completed, with what came of it where somebody says so."""
        self._complete(row, outcome)

    def done_and_next(self, row: AgendaRow) -> None:
        """Completed; then the dialog for the next one with the same customer, contact and person."""
        self._complete(row, None, lambda: self._schedule_next(row))

    def ask_outcome(self, row: AgendaRow) -> None:
        """Completed, with an outcome that is asked for."""
        from ui.follow_ups.outcome_dialog import OutcomeDialog

        dialog = OutcomeDialog(row, self._window)
        dialog.answered.connect(lambda outcome: self.done(row, outcome))
        dialog.open()

    def snooze(self, row: AgendaRow, until: datetime) -> None:
        """Put off until then."""
        when = moment_text(until, datetime.now(UTC))
        if when.startswith(("Today", "Tomorrow")):
            when = when[0].lower() + when[1:]
        self._change(
            row,
            lambda session: actions.snooze(session, row.id, row.version, until),
            f"“{row.subject}” is put off until {when}.",
            f"“{row.subject}” is due as before.",
            f"put off “{row.subject}”",
        )

    def pick_time(self, row: AgendaRow) -> None:
        """Put off until a time that is asked for."""
        from ui.follow_ups.snooze_dialog import SnoozeDialog

        dialog = SnoozeDialog(row, self._window)
        dialog.chosen.connect(lambda until: self.snooze(row, until))
        dialog.open()

    def reassign(self, row: AgendaRow, person: Person) -> None:
        """Hand it on."""
        before = row.assignee or "its author"
        self._change(
            row,
            lambda session: actions.reassign(session, row.id, row.version, person.id),
            f"{person.name} follows up “{row.subject}” now.",
            f"{before} follows up “{row.subject}” again.",
            f"handed on “{row.subject}”",
        )

    def _complete(self, row: AgendaRow, outcome: str | None, then: Callable[[], None] | None = None) -> None:
        self._change(
            row,
            lambda session: actions.complete(session, row.id, row.version, outcome),
            f"“{row.subject}” is done.",
            f"“{row.subject}” is open again.",
            f"completed “{row.subject}”",
            then,
        )

    def _schedule_next(self, row: AgendaRow) -> None:
        from ui.interactions.interaction_dialog import InteractionDialog

        mine = row.assignee_id in (None, self._context.user.id)
        initial = {
            "type": row.type,
            "subject": row.subject,
            "priority": row.priority or "medium",
            "status": "pending",
            "follow_up": next_time(row.follow_up, datetime.now(UTC)),
            "contact_id": row.contact_id,
            "assignee_id": None if mine else row.assignee_id,
        }
        people = {} if mine or row.assignee_id is None else {row.assignee_id: row.assignee}
        dialog = InteractionDialog(
            self._context, self._window, row.customer_id, row.customer_name, initial=initial, people_known=people
        )
        dialog.open()
        dialog.follow_up.input.setFocus()
        dialog.follow_up.input.selectAll()

    def _change(
        self,
        row: AgendaRow,
        act: Callable[[Session], int],
        said: str,
        afterwards: str,
        step: str,
        then: Callable[[], None] | None = None,
    ) -> None:
        context, seen = self._context, (row.id, row.version)
        if seen in self._acted:  # a key pressed twice, before the list has followed
            return
        self._acted.add(seen)

        def work(session: Session) -> int:
            act(session)
            return current_transaction(session)

        def finished(transaction: int) -> None:
            self.dealt_with.emit(row.id)
            offer_undo(context, said, transaction, CHANGED, afterwards, step=step)
            if then is not None:
                then()

        def failed(error: CrmError) -> None:
            self._acted.discard(seen)
            if isinstance(error, StaleRow):
                context.notices.error(_what_happened(error), "Look at it again, then decide.")
            else:
                context.notices.crm_error(error)
            if isinstance(error, StaleRow | NotFound):
                self.stale.emit()

        context.operations.change(
            context.notices,
            work,
            finished,
            failed=failed,
            changed=CHANGED,
            ids=lambda _transaction: (row.id, row.customer_id),
        )


def _what_happened(error: StaleRow) -> str:
    theirs = error.theirs
    if isinstance(theirs, InteractionDetails) and theirs.status != "pending":
        return f"“{theirs.subject}” has been {theirs.status} meanwhile."
    return "Somebody changed this follow-up meanwhile."
