"""Creating the administrator of the database on this computer."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.access.passwords import length_fault
from crm_desktop.errors import CrmError, InvalidInput
from ui.start_window import StartPage
from ui.widgets.buttons import button, primary_button
from ui.widgets.form import Form, FormField
from ui.widgets.frames import Message
from ui.widgets.labels import text_label
from ui.widgets.password_field import PasswordField
from ui.widgets.strength import StrengthMeter


@dataclass(frozen=True)
class NewAdmin:
    display_name: str
    username: str
    password: str
    sample_data: bool


class AdminPage(StartPage):
    submitted = Signal(object)  # NewAdmin
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = Form()
        self.message = Message()
        self.name = QLineEdit()
        self.username = QLineEdit()
        self.username.setMaxLength(63)
        self.password = PasswordField()
        self.repeat = PasswordField()
        self.strength = StrengthMeter()
        self.sample = QCheckBox("Add sample data")
        self.create_button = primary_button("Create", self._submit)
        self.create_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.go_back = button("Back", self.back.emit)
        self._username_typed = False
        self._lay_out()
        self.name.textChanged.connect(self._suggest_username)
        self.username.textEdited.connect(self._typed_username)
        self.password.textChanged.connect(self._show_strength)
        for field in (self.name, self.username, self.password, self.repeat):
            field.returnPressed.connect(self._submit)
        self._show_strength()

    def _lay_out(self) -> None:
        add = self.column.addWidget
        field = self.form.add
        add(text_label("Create the administrator", "title"))
        add(text_label("This is your own account. It may do everything, and adds the other people.", "muted"))
        add(self.message)
        add(field("display_name", FormField("Name", self.name)))
        add(field("username", FormField("Username", self.username, hint="What you sign in with.")))
        password = field("password", FormField("Password", self.password))
        password.add_below(self.strength)
        add(password)
        repeat = field("repeat", FormField("Repeat password", self.repeat))
        add(repeat)
        sample = QVBoxLayout()
        sample.setSpacing(0)
        sample.addWidget(self.sample, 0, Qt.AlignmentFlag.AlignLeft)
        sample.addWidget(text_label("2,000 made-up customers, to try things out with.", "caption"))
        self.column.addLayout(sample)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.go_back)
        row.addWidget(self.create_button, 1)
        self.column.addLayout(row)
        for entry, where in ((self.password, password), (self.repeat, repeat)):
            entry.caps_lock.connect(lambda on, w=where: w.set_hint("Caps Lock is on." if on else "", "warning"))

    def arrived(self) -> None:
        self.name.setFocus()

    def show_error(self, error: CrmError) -> None:
        """At the fields where it belongs to some; everything typed stays."""
        rest: dict[str, str] = {}
        if isinstance(error, InvalidInput):
            renamed = {"admin_password": "password", "name": "display_name"}
            rest = self.form.set_errors({renamed.get(key, key): text for key, text in error.fields.items()})
            if not rest:
                return
        self.message.say(" ".join(rest.values()) or str(error), error.hint)

    def _suggest_username(self, name: str) -> None:
        if not self._username_typed:
            first = name.split()[0] if name.split() else ""
            plain = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()
            self.username.setText(re.sub(r"[^a-z0-9]", "", plain.lower()))

    def _typed_username(self, text: str) -> None:
        self._username_typed = bool(text)

    def _show_strength(self) -> None:
        self.strength.show_strength(self.password.text(), self.username.text())

    def _submit(self) -> None:
        self.message.clear()
        errors = {}
        if not self.name.text().strip():
            errors["display_name"] = "Type your name, as colleagues shall see it."
        if not self.username.text().strip():
            errors["username"] = "Choose a username."
        if fault := length_fault(self.password.text()):
            errors["password"] = fault
        elif self.repeat.text() != self.password.text():
            errors["repeat"] = "The two passwords differ."
        self.form.set_errors(errors)
        if not errors:
            self.submitted.emit(
                NewAdmin(
                    self.name.text().strip(),
                    self.username.text().strip(),
                    self.password.text(),
                    self.sample.isChecked(),
                )
            )
