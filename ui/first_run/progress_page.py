"""Setting up: what is going on, and what to do when it fails."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crm_desktop.errors import CrmError
from ui.start_window import StartPage
from ui.widgets.buttons import button, primary_button
from ui.widgets.frames import Message
from ui.widgets.labels import text_label
from ui.widgets.progress import ProgressPanel


class ProgressPage(StartPage):
    cancelled = Signal()
    retry = Signal()
    back = Signal()

    def __init__(self, title: str, text: str, parent: QWidget | None = None, *, cancellable: bool = False) -> None:
        super().__init__(parent)
        self.message = Message()
        self.panel = ProgressPanel("Starting…", cancellable=cancellable)
        self.panel.cancelled.connect(self.cancelled)
        self.try_again = primary_button("Try again", self.retry.emit)
        self.go_back = button("Back", self.back.emit)
        self.column.addWidget(text_label(title, "title"))
        self.column.addWidget(text_label(text, "muted"))
        self.column.addWidget(self.message)
        self.column.addWidget(self.panel)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.go_back)
        row.addWidget(self.try_again)
        row.addStretch(1)
        self.column.addLayout(row)
        self.begin()

    def begin(self) -> None:
        self.message.clear()
        self.panel.show()
        self.panel.report(-1.0, "Starting…")
        self.try_again.hide()
        self.go_back.hide()

    def fail(self, error: CrmError) -> None:
        self.panel.hide()
        self.message.say(str(error), error.hint)
        self.try_again.show()
        self.go_back.show()
        self.try_again.setFocus()
