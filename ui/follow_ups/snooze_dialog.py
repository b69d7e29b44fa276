"""Pick the time until which a follow-up is put off."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.interactions.agenda import AgendaRow
from ui.interactions.follow_up_field import NOT_UNDERSTOOD, FollowUpField
from ui.shortcuts import bind
from ui.widgets.dialog import Dialog
from ui.widgets.form import FormField
from ui.widgets.labels import text_label


class SnoozeDialog(Dialog):
    """`chosen` carries the moment, in UTC."""

    chosen = Signal(object)

    def __init__(self, row: AgendaRow, parent: QWidget) -> None:
        super().__init__("Snooze", parent, width=520)
        self.body.addWidget(text_label(f"{row.subject}, {row.customer_name}" if row.customer_name else row.subject))
        self.time = FollowUpField()
        self.time.set_value(row.follow_up)
        self._field = FormField("Follow up", self.time)
        self.body.addWidget(self._field)
        cancel = self.add_button("Cancel")
        self.snooze_button = self.add_button("Snooze", "primary")
        self.snooze_button.setDefault(True)
        cancel.clicked.connect(lambda _c=False: self.reject())
        self.snooze_button.clicked.connect(lambda _c=False: self._take())
        self.time.edited.connect(lambda: self._field.set_error(""))
        bind(self, "save_and_close", self._take)
        self.time.input.setFocus()
        self.time.input.selectAll()

    def _take(self) -> None:
        value = self.time.value()
        if isinstance(value, datetime):
            self.accept()
            self.chosen.emit(value)
            return
        self._field.set_error(NOT_UNDERSTOOD if value else "Write until when, for example tomorrow 9:00.")
        self.time.input.setFocus()
