"""What can be done with an interaction from a list or a timeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import CrmError, StaleRow
from crm_desktop.interactions import actions
from crm_desktop.interactions.rows import InteractionRow
from ui.interactions.delete_interaction import CHANGED, delete_interaction
from ui.undo import offer_undo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed


class EntryActions(QObject):
    """Open, complete, cancel and delete, for the page or card that is `parent`."""

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent

    def open(self, row: InteractionRow) -> None:
        """The dialog."""
        from ui.interactions.interaction_dialog import InteractionDialog  # the card opens faster without it

        InteractionDialog(self._context, self._window, row.customer_id, row.customer_name, row.id).open()

    def log(self, customer_id: UUID | None, customer_name: str, contact: tuple[UUID, str] | None = None) -> None:
        """The dialog for a new one; with a contact who was spoken to."""
        from ui.interactions.interaction_dialog import InteractionDialog

        InteractionDialog(self._context, self._window, customer_id, customer_name, contact=contact).open()

    def complete(self, row: InteractionRow) -> None:
        """Done."""
        self._finish(row, actions.complete, "completed")

    def cancel(self, row: InteractionRow) -> None:
        """Will not happen."""
        self._finish(row, actions.cancel, "cancelled")

    def delete(self, row: InteractionRow) -> None:
        """Gone, with a way back."""
        delete_interaction(self._context, row.id, row.subject)

    def _finish(self, row: InteractionRow, act: Callable[[Session, UUID, int], int], done: str) -> None:
        def work(session: Session) -> int:
            act(session, row.id, row.version)
            return current_transaction(session)

        def finished(transaction: int) -> None:
            afterwards = f"“{row.subject}” is open again."
            text, step = f"“{row.subject}” is {done}.", f"marked “{row.subject}” as {done}"
            offer_undo(self._context, text, transaction, CHANGED, afterwards, step=step)

        def failed(error: CrmError) -> None:
            if isinstance(error, StaleRow):
                self._context.notices.error(
                    "Somebody changed this interaction meanwhile.", "Look at it again, then decide."
                )
            else:
                self._context.notices.crm_error(error)

        self._context.operations.change(
            self._context.notices,
            work,
            finished,
            failed=failed,
            changed=CHANGED,
            ids=lambda _transaction: (row.id, row.customer_id),
        )
