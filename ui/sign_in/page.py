"""The sign-in page. It asks and shows; ui/app.py signs in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.settings import Profile
from ui.start_window import StartPage
from ui.widgets.buttons import button, primary_button
from ui.widgets.form import ComboBox, Form, FormField
from ui.widgets.frames import Message
from ui.widgets.labels import text_label
from ui.widgets.password_field import PasswordField
from ui.widgets.progress import BusyLine


class SignInPage(StartPage):
    """`submitted` brings username, password and whether to remember them."""

    submitted = Signal(str, str, bool)
    profile_chosen = Signal(object)
    connect_asked = Signal()
    retry_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profiles: list[Profile] = []
        self.remember_offered = True
        self._form = Form()
        self.where = text_label("", "muted")
        self.message = Message()
        self.retry = button("Try again", self.retry_asked.emit, icon_name="refresh")
        self.database = ComboBox()
        self.username = QLineEdit()
        self.username.setMaxLength(63)
        self.password = PasswordField()
        self.remember = QCheckBox("Remember me")
        self.sign_in = primary_button("Sign in", self._submit)
        self.sign_in.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.busy = BusyLine()
        self.status = text_label("", "caption")
        self.connect_button = button("Another database…", self.connect_asked.emit, kind="link")
        self._database_field = FormField("Database", self.database)
        self._password_field = self._form.add("password", FormField("Password", self.password))
        self._lay_out()
        self.database.value_changed.connect(self._choose)
        self.password.caps_lock.connect(self._caps_lock)
        self.username.returnPressed.connect(self._submit)
        self.password.returnPressed.connect(self._submit)
        self.retry.hide()
        self.set_status("")

    def _lay_out(self) -> None:
        add = self.column.addWidget
        add(text_label("Sign in", "title"))
        add(self.where)
        add(self.message)
        add(self.retry, 0, Qt.AlignmentFlag.AlignLeft)
        add(self._database_field)
        add(self._form.add("username", FormField("Username", self.username)))
        add(self._password_field)
        add(self.remember, 0, Qt.AlignmentFlag.AlignLeft)
        add(self.sign_in)
        add(self.busy)
        add(self.status)
        row = QHBoxLayout()
        row.addWidget(self.connect_button)
        row.addStretch(1)
        self.column.addLayout(row)

    def arrived(self) -> None:
        (self.password if self.username.text() else self.username).setFocus()

    def set_profiles(self, profiles: Sequence[Profile], chosen: Profile) -> None:
        """What can be signed in to; a chooser shows when there is a choice."""
        self._profiles = list(profiles)
        self.database.blockSignals(True)
        self.database.clear()
        for profile in profiles:
            self.database.addItem(profile.name, profile.name)
        self.database.set_value(chosen.name)
        self.database.blockSignals(False)
        self._database_field.setVisible(len(profiles) > 1)
        self._say_where(chosen)

    def set_connect_offered(self, offered: bool) -> None:
        self.connect_button.setVisible(offered)

    def fill(self, username: str, password: str = "", remember: bool = False) -> None:
        """What was remembered; never over what has been typed."""
        if not self.username.text():
            self.username.setText(username)
        if password and not self.password.text() and self.username.text() == username:
            self.password.setText(password)
        self.remember.setChecked(remember)

    def set_remember_offered(self, offered: bool, why_not: str = "") -> None:
        self.remember_offered = offered
        self.remember.setEnabled(offered)
        self.remember.setToolTip(why_not)
        if not offered:
            self.remember.setChecked(False)

    def set_status(self, text: str, busy: bool = False) -> None:
        """What goes on meanwhile: "Starting the database…"."""
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self.busy.set_busy(busy)

    def set_signing_in(self, signing_in: bool) -> None:
        for widget in (self.username, self.password, self.database, self.connect_button):
            widget.setEnabled(not signing_in)
        self.remember.setEnabled(self.remember_offered and not signing_in)
        self.sign_in.setEnabled(not signing_in)
        self.sign_in.setText("Signing in…" if signing_in else "Sign in")
        self.sign_in.setAccessibleName("Sign in")
        if signing_in:
            self.message.clear()

    def show_error(self, error: CrmError, *, can_retry: bool = False) -> None:
        """Everything typed stays."""
        self.message.say(str(error), error.hint)
        self.retry.setVisible(can_retry)
        if not can_retry:
            self.password.setFocus()
            self.password.selectAll()

    def clear_error(self) -> None:
        self.message.clear()
        self.retry.hide()

    def clear_password(self) -> None:
        self.password.clear()
        self.password.set_revealed(False)

    def _submit(self) -> None:
        if not self.sign_in.isEnabled():
            return
        errors = {}
        if not self.username.text().strip():
            errors["username"] = "Type your username."
        if not self.password.text():
            errors["password"] = "Type your password."
        self._form.set_errors(errors)
        if not errors:
            self.clear_error()
            self.submitted.emit(self.username.text().strip(), self.password.text(), self.remember.isChecked())

    def _choose(self, name: str) -> None:
        for profile in self._profiles:
            if profile.name == name:
                self.clear_error()
                self._say_where(profile)
                self.profile_chosen.emit(profile)

    def _say_where(self, profile: Profile) -> None:
        if profile.kind == "local":
            self.where.setText("Your customers are on this computer.")
        elif profile.target is not None:
            self.where.setText(f"Your customers are in {profile.target}.")

    def _caps_lock(self, on: bool) -> None:
        self._password_field.set_hint("Caps Lock is on." if on else "", "warning")
