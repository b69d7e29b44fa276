"""A look into the database at what is typed into a form: a hint beside the field, which never keeps anybody waiting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crm_desktop.errors import CrmError
from ui.customers.card_dialog import CardDialog
from ui.forms.form import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.forms.record_dialog import RecordDialog
    from ui.handles import Handle


class LookUp(QObject):
    """One query at a time; the latest wins. Whoever saves before the answer is there gets it afterwards."""

    fields: tuple[str, ...] = ()
    """What it is about: a record is asked about again only when one of these was changed."""

    def __init__(self, context: Signed, dialog: RecordDialog, form: Form) -> None:
        super().__init__(dialog)
        self._context = context
        self._dialog = dialog
        self._form = form
        self._asked: Any = None
        self._answered: Any = None
        self._left_open: Any = None
        self._handle: Handle | None = None
        dialog.saving.connect(self._on_saving)
        dialog.saved.connect(self._on_saved)

    # What a subclass says.

    def question(self) -> Any:
        """What is typed, as something that can be compared; None when there is nothing to ask."""
        raise NotImplementedError

    def ask(self, session: Session, question: Any, own: UUID | None) -> Sequence[Any]:
        """Who else has it. Runs off the GUI thread."""
        raise NotImplementedError

    def show_found(self, question: Any, found: Sequence[Any]) -> None:
        """Say it beside the fields."""
        raise NotImplementedError

    def sentence(self, question: Any, found: Sequence[Any]) -> tuple[str, UUID, str]:
        """What to say when the form is not there any more, and whose card to open, by id and name."""
        raise NotImplementedError

    # While somebody types.

    def look_up(self) -> None:
        """Ask about what is typed now. A save that is under way goes first."""
        if self._dialog.busy:
            return
        question = self.question()
        if question == self._asked:
            return
        self._asked = question
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if question is None:
            self._show(None, ())
            return
        own = self._dialog.record_id
        self._handle = self._context.operations.query(
            self,
            lambda session: self.ask(session, question, own),
            lambda found: self._show(question, found),
            failed=self._failed,
        )

    def _show(self, question: Any, found: Sequence[Any]) -> None:
        self._handle = None
        self._answered = question
        self.show_found(question, found)

    def _failed(self, _error: CrmError) -> None:
        self._handle = None
        self._asked = None  # a hint that could not be had must not stand in the way of typing; ask again later

    def open(self, customer_id: UUID) -> None:
        """Show the card of somebody who was found."""
        CardDialog(self._context, self._dialog, customer_id).open()

    # Around a save.

    def _on_saving(self) -> None:
        """Remember what is saved without an answer. Asking waits: the save goes first."""
        question, opened = self.question(), self._form.opened
        changed = any(self._form[name].value() != opened.get(name) for name in self.fields)
        is_new = self._dialog.record_id is None
        self._left_open = question if question != self._answered and (is_new or changed) else None

    def _on_saved(self, own: UUID) -> None:
        question, self._left_open = self._left_open, None
        over = self._dialog.parentWidget()
        if question is None or over is None:
            return
        if self._handle is not None:
            self._handle.cancel()  # it may take the row that was just added for somebody else
            self._handle = None
        notices = self._context.notices

        def tell(found: Sequence[Any]) -> None:
            if shiboken6.isValid(self) and self._dialog.isVisible():
                self._asked = question
                self._show(question, found)
            elif found:
                words, customer_id, name = self.sentence(question, found)
                notices.info(words, f"Open {name}", partial(_open, self._context, over, customer_id))

        self._context.operations.query(
            over, lambda session: self.ask(session, question, own), tell, failed=_nothing, patient=True
        )


def _open(context: Signed, over: QWidget, customer_id: UUID) -> None:
    if shiboken6.isValid(over):
        CardDialog(context, over.window(), customer_id).open()


def _nothing(_error: CrmError) -> None:
    """It is saved; a hint that could not be had is not worth a message."""
