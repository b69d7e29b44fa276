"""Changing one's own password: as a page before the main window (when it must be), and as a dialog (when one wants)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.access.passwords import length_fault
from crm_desktop.errors import CrmError, InvalidInput, WrongPassword
from ui.start_window import StartPage
from ui.widgets.buttons import button, primary_button
from ui.widgets.dialog import FormDialog
from ui.widgets.form import Form, FormField
from ui.widgets.frames import Message
from ui.widgets.labels import text_label
from ui.widgets.password_field import PasswordField
from ui.widgets.strength import StrengthMeter


class PasswordFields(QWidget):
    """Current password (unless it is known), new password with its strength, and the new one again."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, username: str, *, ask_current: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._username = username
        self.form = Form()
        self.current = PasswordField()
        self.new = PasswordField()
        self.repeat = PasswordField()
        self.strength = StrengthMeter()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self._ask_current = ask_current
        if ask_current:
            column.addWidget(self.form.add("current", FormField("Current password", self.current)))
        new = self.form.add("password", FormField("New password", self.new))
        new.add_below(self.strength)
        column.addWidget(new)
        column.addWidget(self.form.add("repeat", FormField("Repeat new password", self.repeat)))
        self.new.textChanged.connect(lambda text: self.strength.show_strength(text, self._username))
        self.strength.show_strength("")
        for name, field in self.form.fields.items():
            editor = field.editor
            assert isinstance(editor, PasswordField), name
            editor.textChanged.connect(lambda _text: self.changed.emit())
            editor.returnPressed.connect(self.submitted)
            editor.caps_lock.connect(lambda on, f=field: f.set_hint("Caps Lock is on." if on else "", "warning"))

    def is_dirty(self) -> bool:
        return any((self.current.text(), self.new.text(), self.repeat.text()))

    def check(self) -> bool:
        """Whether what was typed can be sent; says what cannot."""
        errors = {}
        if self._ask_current and not self.current.text():
            errors["current"] = "Type your current password."
        if fault := length_fault(self.new.text()):
            errors["password"] = fault
        elif self.repeat.text() != self.new.text():
            errors["repeat"] = "The two passwords differ."
        self.form.set_errors(errors)
        return not errors

    def show_error(self, error: CrmError) -> bool:
        """At its field; False when it belongs to none."""
        if isinstance(error, WrongPassword) and self._ask_current:
            self.form.set_errors({"current": "This is not your current password."})
            self.current.selectAll()
            return True
        if isinstance(error, InvalidInput):
            named = {"new": "password", "new_password": "password"}
            return not self.form.set_errors({named.get(key, key): text for key, text in error.fields.items()})
        return False


class ChangePasswordPage(StartPage):
    """For somebody who signed in with a password that an administrator chose."""

    submitted = Signal(str)
    signed_out = Signal()

    def __init__(self, display_name: str, username: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = Message()
        self.fields = PasswordFields(username, ask_current=False)
        self.change_button = primary_button("Continue", self._submit)
        self.change_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.column.addWidget(text_label("Choose a password", "title"))
        self.column.addWidget(
            text_label(
                f"Welcome, {display_name}. The password you signed in with was chosen by an administrator. "
                "Choose one that only you know.",
                "muted",
            )
        )
        self.column.addWidget(self.message)
        self.column.addWidget(self.fields)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(button("Sign out", self.signed_out.emit))
        row.addWidget(self.change_button, 1)
        self.column.addLayout(row)
        self.fields.submitted.connect(self._submit)

    def arrived(self) -> None:
        self.fields.new.setFocus()

    def set_saving(self, saving: bool) -> None:
        self.change_button.setEnabled(not saving)
        self.change_button.setText("Changing…" if saving else "Continue")

    def show_error(self, error: CrmError) -> None:
        if not self.fields.show_error(error):
            self.message.say(str(error), error.hint)

    def _submit(self) -> None:
        self.message.clear()
        if self.change_button.isEnabled() and self.fields.check():
            self.submitted.emit(self.fields.new.text())


class ChangePasswordDialog(FormDialog):
    """`submitted` brings the current and the new password; the owner calls show_error() or accept()."""

    submitted = Signal(str, str)

    def __init__(self, username: str, parent: QWidget | None = None) -> None:
        super().__init__("Change your password", parent, width=440)
        self.fields = PasswordFields(username, ask_current=True)
        self.body.addWidget(self.fields)
        self.fields.changed.connect(self.mark_dirty)
        self.fields.submitted.connect(lambda: self.save(close=True))

    def is_dirty(self) -> bool:
        return self.fields.is_dirty()

    def save(self, *, close: bool) -> None:
        self.message.clear()
        if self.save_button.isEnabled() and self.fields.check():
            self.set_saving(True)
            self.submitted.emit(self.fields.current.text(), self.fields.new.text())

    def show_error(self, error: CrmError) -> None:
        self.set_saving(False)
        if not self.fields.show_error(error):
            self.message.say(str(error), error.hint)
