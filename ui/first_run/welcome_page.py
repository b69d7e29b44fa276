"""The first question: this computer, or a company server."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.start_window import StartPage
from ui.widgets.buttons import button
from ui.widgets.choice_button import ChoiceButton
from ui.widgets.labels import text_label


class WelcomePage(StartPage):
    this_computer = Signal()
    company_server = Signal()
    back = Signal()

    def __init__(self, data_dir: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.local = ChoiceButton(
            "this-computer",
            "Use this computer",
            "For one person, or to try it out. Nothing leaves this computer, and nothing else has to be installed.",
        )
        self.server = ChoiceButton(
            "server",
            "Connect to a company server",
            "For a team. You need the server's name, and a username from your administrator.",
        )
        self.local.clicked.connect(lambda _c=False: self.this_computer.emit())
        self.server.clicked.connect(lambda _c=False: self.company_server.emit())
        add = self.column.addWidget
        add(text_label("Welcome", "title"))
        add(text_label("Where shall your customers be kept?", "muted"))
        add(self.local)
        add(self.server)
        where = text_label(f"On this computer they are kept in {data_dir}.", "caption")
        add(where)
        self.go_back = button("Back", self.back.emit, kind="ghost")
        add(self.go_back, 0, Qt.AlignmentFlag.AlignLeft)

    def set_back_offered(self, offered: bool) -> None:
        self.go_back.setVisible(offered)

    def arrived(self) -> None:
        self.local.setFocus()
