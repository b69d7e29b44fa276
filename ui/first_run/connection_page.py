"""The form for a company server, with Test connection."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crm_desktop.database.target import Target
from crm_desktop.errors import CrmError
from crm_desktop.settings import Profile
from ui.start_window import StartPage
from ui.widgets.buttons import button, primary_button
from ui.widgets.form import ComboBox, Form, FormField, NumberField
from ui.widgets.frames import Card, Message
from ui.widgets.labels import text_label
from ui.widgets.password_field import PasswordField

SSL_MODES = [
    ("verify-full", "Encrypted, server verified"),
    ("verify-ca", "Encrypted, authority verified"),
    ("require", "Encrypted, not verified"),
    ("prefer", "Encrypted if possible"),
    ("disable", "Not encrypted"),
]
SSL_HINTS = {
    "verify-full": "Recommended: nobody can read along, or pretend to be the server.",
    "verify-ca": "Any server with a certificate of the same authority is accepted.",
    "require": "Somebody between you and the server could pretend to be it.",
    "prefer": "Only for a network that you trust.",
    "disable": "Passwords stay secret, customers do not. Only for a network that you trust.",
}


class ConnectionPage(StartPage):
    """`tested` asks to try profile, username and password; `saved` brings the profile and what was typed."""

    tested = Signal(object, str, str)
    saved = Signal(object, str, str)
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = Form()
        self.message = Message()
        self.name = QLineEdit("Company CRM")
        self.hosts = QLineEdit()
        self.hosts.setPlaceholderText("db.example.com")
        self.port = NumberField(1, 65535)
        self.port.setValue(5432)
        self.port.setGroupSeparatorShown(False)
        self.dbname = QLineEdit("crm")
        self.sslmode = ComboBox(SSL_MODES)
        self.ca_file = QLineEdit()
        self.ca_file.setPlaceholderText("The system's certificates")
        self.username = QLineEdit()
        self.password = PasswordField()
        self.test = button("Test connection", self._test)
        self.save = primary_button("Save", self._save)
        self.go_back = button("Back", self.back.emit, kind="ghost")
        self._taken: frozenset[str] = frozenset()
        self._lay_out()
        self.sslmode.value_changed.connect(self._explain_mode)
        self._explain_mode(self.sslmode.value)

    def _lay_out(self) -> None:
        add = self.column.addWidget
        field = self.form.add
        add(text_label("Connect to a company server", "title"))
        add(
            text_label(
                "Your administrator knows these. Several servers, for failover, are separated by commas.", "muted"
            )
        )
        add(field("name", FormField("Name of this connection", self.name)))
        where = QHBoxLayout()
        where.setSpacing(12)
        where.addWidget(field("hosts", FormField("Server", self.hosts)), 3)
        where.addWidget(field("port", FormField("Port", self.port)), 1)
        self.column.addLayout(where)
        add(field("dbname", FormField("Database", self.dbname)))
        add(field("sslmode", FormField("Encryption", self.sslmode)))
        self._ca = QWidget()
        ca_row = QHBoxLayout(self._ca)
        ca_row.setContentsMargins(0, 0, 0, 0)
        ca_row.setSpacing(8)
        ca_row.addWidget(self.ca_file, 1)
        ca_row.addWidget(button("Browse…", self._browse))
        ca_field = field("ca_file", FormField("Certificate of the authority (CA file)", self._ca))
        self.ca_file.setAccessibleName("CA file")
        add(ca_field)
        trial = Card("Try it", role="well")
        login = QVBoxLayout()
        login.setSpacing(12)
        login.addWidget(field("username", FormField("Username", self.username)))
        login.addWidget(field("password", FormField("Password", self.password)))
        trial.body.addLayout(login)
        trial.body.addWidget(self.test)
        trial.body.addWidget(self.message)
        add(trial)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.go_back)
        row.addStretch(1)
        row.addWidget(self.save)
        self.column.addLayout(row)

    def arrived(self) -> None:
        self.hosts.setFocus()

    def set_taken_names(self, names: frozenset[str]) -> None:
        """Names that other connections have."""
        self._taken = names
        number = 1
        while self.name.text() in names:
            number += 1
            self.name.setText(f"Company CRM {number}")

    def set_testing(self, testing: bool) -> None:
        self.test.setEnabled(not testing)
        self.test.setText("Connecting…" if testing else "Test connection")
        self.test.setAccessibleName("Test connection")
        if testing:
            self.message.clear()

    def show_success(self, text: str) -> None:
        self.message.say(text, "", "success")

    def show_error(self, error: CrmError) -> None:
        self.message.say(str(error), error.hint)

    def _explain_mode(self, mode: str) -> None:
        self.form.fields["sslmode"].set_hint(SSL_HINTS[mode], "caption" if mode.startswith("verify") else "warning")
        self.form.fields["ca_file"].setVisible(mode in ("verify-full", "verify-ca"))

    def _browse(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, "CA file", "", "Certificates (*.pem *.crt *.cer);;All files (*)"
        )
        if path:
            self.ca_file.setText(path)

    def _profile(self) -> Profile | None:
        errors = {}
        hosts = tuple(part.strip() for part in self.hosts.text().split(",") if part.strip())
        ca_file = self.ca_file.text().strip() if self.form.fields["ca_file"].isVisibleTo(self) else ""
        if not self.name.text().strip():
            errors["name"] = "Give the connection a name."
        elif self.name.text().strip() in self._taken:
            errors["name"] = "Another connection has this name."
        if not hosts:
            errors["hosts"] = "Type the server's name or address."
        if not self.dbname.text().strip():
            errors["dbname"] = "Type the name of the database."
        if ca_file and not Path(ca_file).is_file():
            errors["ca_file"] = "There is no such file."
        self.form.set_errors(errors)
        if errors:
            return None
        # libpq looks in ~/.postgresql unless it is told to use the system's authorities.
        authority = ca_file or ("system" if self.sslmode.value == "verify-full" else "")
        target = Target(hosts, self.port.value(), self.dbname.text().strip(), self.sslmode.value, authority)
        return Profile(self.name.text().strip(), "server", None, target, self.username.text().strip())

    def _test(self) -> None:
        profile = self._profile()
        if profile is None:
            return
        errors = {}
        if not self.username.text().strip():
            errors["username"] = "Type a username to try the connection with."
        if not self.password.text():
            errors["password"] = "Type the password."
        self.form.set_errors(errors)
        if not errors:
            self.tested.emit(profile, self.username.text().strip(), self.password.text())

    def _save(self) -> None:
        profile = self._profile()
        if profile is not None:
            self.saved.emit(profile, self.username.text().strip(), self.password.text())
