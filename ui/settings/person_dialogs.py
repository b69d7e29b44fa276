"""Adding a person, and giving one a new password."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from crm_desktop.access.passwords import length_fault
from crm_desktop.errors import CrmError, InvalidInput
from ui.widgets.dialog import FormDialog
from ui.widgets.form import ComboBox, Form, FormField
from ui.widgets.labels import text_label
from ui.widgets.password_field import PasswordField
from ui.widgets.strength import StrengthMeter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm_desktop.access.accounts import UserRow
    from ui.context import Signed

ROLE_CHOICES = [("employee", "Employee"), ("admin", "Administrator")]
ROLE_WORDS = {
    "employee": "Adds and edits customers and logs interactions. Cannot delete customers or manage people.",
    "admin": "May do everything: delete customers, manage people, change settings.",
    "user": "A customer's own account. Has no access to the CRM.",
}
GIVEN_PASSWORD = "Tell it to the person. They choose their own when they first sign in with it."


class _PersonForm(FormDialog):
    """What both dialogs share: fields by name, saving in the background, errors at their fields."""

    def __init__(self, title: str, context: Signed, parent: QWidget) -> None:
        super().__init__(title, parent, width=480)
        self._context = context
        self.save_button.setDefault(True)
        self.form = Form()
        self.password = PasswordField()
        self.strength = StrengthMeter()
        self.password.textChanged.connect(lambda text: self.strength.show_strength(text, self._username()))
        self.strength.show_strength("")

    def _add_password(self, label: str) -> None:
        field = self.form.add("password", FormField(label, self.password, hint=GIVEN_PASSWORD))
        field.add_below(self.strength)
        # The administrator has to read it out; nobody else is at this screen.
        self.password.set_revealed(True)
        self.body.addWidget(field)
        self.password.textChanged.connect(self.mark_dirty)

    def _username(self) -> str:
        return ""

    def _saved(self, value: object) -> None:
        """After the change is in the database, before anybody is told."""

    def _send(self, work: Callable[[Session], object], done: str) -> None:
        def saved(value: object) -> None:
            self._saved(value)
            self.accept()
            self._context.notices.info(done)

        self.message.clear()
        self.form.clear_errors()
        self.set_saving(True)
        handle = self._context.operations.change(self, work, saved, failed=self._failed, changed=frozenset({"users"}))
        handle.finished.connect(lambda: self.set_saving(False))

    def _failed(self, error: CrmError) -> None:
        rest: dict[str, str] = {"": str(error)}
        if isinstance(error, InvalidInput):
            rest = self.form.set_errors(error.fields)
        if rest:
            self.message.say(" ".join(rest.values()), error.hint)


class AddPersonDialog(_PersonForm):
    added = Signal(object)  # the new person's id

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__("Add person", context, parent)
        self.name = QLineEdit()
        self.username = QLineEdit()
        self.username.setMaxLength(63)
        self.role = ComboBox(ROLE_CHOICES)
        add = self.form.add
        self.body.addWidget(add("display_name", FormField("Name", self.name)))
        self.body.addWidget(
            add("username", FormField("Username", self.username, hint="What the person signs in with."))
        )
        self.body.addWidget(add("role", FormField("Role", self.role, hint=ROLE_WORDS["employee"])))
        self._add_password("First password")
        self.role.value_changed.connect(lambda role: self.form.fields["role"].set_hint(ROLE_WORDS[role]))
        for line in (self.name, self.username):
            line.textChanged.connect(self.mark_dirty)

    def _username(self) -> str:
        return self.username.text()

    def _saved(self, value: object) -> None:
        self.added.emit(value)

    def is_dirty(self) -> bool:
        return any((self.name.text().strip(), self.username.text().strip(), self.password.text()))

    def save(self, *, close: bool) -> None:
        from crm_desktop.access import accounts

        name, username, role = self.name.text().strip(), self.username.text().strip(), self.role.value
        password = self.password.text()
        errors = {}
        if not name:
            errors["display_name"] = "Type the person's name."
        if not username:
            errors["username"] = "Choose a username."
        if fault := length_fault(password):
            errors["password"] = fault
        self.form.set_errors(errors)
        if not errors and self.save_button.isEnabled():
            self._send(
                lambda session: accounts.create_user(
                    session, username=username, display_name=name, role=role, password=password
                ),
                f"{name} can sign in as {username}.",
            )


class ResetPasswordDialog(_PersonForm):
    def __init__(self, context: Signed, parent: QWidget, user: UserRow) -> None:
        super().__init__("Reset password", context, parent)
        self._user = user
        self.body.addWidget(
            text_label(f"{user.display_name} signs in with this password from now on, not the old one.", "muted")
        )
        self._add_password("New password")

    def _username(self) -> str:
        return self._user.username

    def is_dirty(self) -> bool:
        return bool(self.password.text())

    def save(self, *, close: bool) -> None:
        from crm_desktop.access import accounts

        password, user = self.password.text(), self._user
        if fault := length_fault(password):
            self.form.set_errors({"password": fault})
        elif self.save_button.isEnabled():
            self._send(
                lambda session: accounts.reset_password(session, user.id, password),
                f"{user.display_name} has a new password.",
            )
