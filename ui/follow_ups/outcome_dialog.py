"""What came of a follow-up: one small field, nothing that has to be filled in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.interactions.agenda import AgendaRow
from ui.forms.editors import TextEditor
from ui.interactions.usual_outcomes import UsualOutcomes
from ui.shortcuts import bind
from ui.widgets.dialog import Dialog
from ui.widgets.form import FormField
from ui.widgets.labels import text_label


class OutcomeDialog(Dialog):
    """`answered` carries the outcome, "" for none."""

    answered = Signal(str)

    def __init__(self, row: AgendaRow, parent: QWidget) -> None:
        super().__init__("Done", parent, width=480)
        self.body.addWidget(text_label(f"{row.subject}, {row.customer_name}" if row.customer_name else row.subject))
        self.outcome = TextEditor(3)
        field = FormField("Outcome", self.outcome, hint="What came of it, if there is something to say.")
        self.usual = UsualOutcomes(self.outcome, row.type)
        field.add_below(self.usual)
        self.body.addWidget(field)
        cancel = self.add_button("Cancel")
        self.done_button = self.add_button("Done", "primary")
        cancel.clicked.connect(lambda _c=False: self.reject())
        self.done_button.clicked.connect(lambda _c=False: self._answer())
        bind(self, "save_and_close", self._answer)
        self.outcome.setFocus()

    def is_dirty(self) -> bool:
        return bool(self.outcome.value())

    def _answer(self) -> None:
        self.accept()
        self.answered.emit(self.outcome.value())
