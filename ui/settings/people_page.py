"""People: who may sign in, and as what. For administrators; the database refuses everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from ui.operations import DataChange
from ui.settings import people_model as columns
from ui.settings.people_model import PeopleModel
from ui.settings.person_dialogs import ROLE_WORDS, AddPersonDialog, ResetPasswordDialog
from ui.theme.tokens import TOUCH_ROW, M
from ui.widgets.buttons import button
from ui.widgets.dialog import ask
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm_desktop.access.accounts import UserRow
    from ui.context import Signed

# How wide each column is, in letters; the name takes what is left.
LETTERS = {columns.NAME: 14, columns.USERNAME: 16, columns.ROLE: 16, columns.STATUS: 26, columns.SEEN: 18}


class PeoplePage(QWidget):
    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted: object = None  # whom to select after the next reload
        self.model = PeopleModel()
        self.table = QTableView()
        self.add_button = button("Add Person", self._add, kind="primary", icon_name="customer-add")
        self.role_button = button("Make administrator", self._change_role)
        self.password_button = button("Reset password", self._reset_password)
        self.active_button = button("Deactivate", self._change_active)
        self.export_button = button("Forbid exporting", self._change_export)
        self.explanation = text_label("", "caption")
        self._set_up_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        actions = FlowLayout(spacing=8)
        for made in (
            self.add_button,
            self.role_button,
            self.export_button,
            self.password_button,
            self.active_button,
        ):
            actions.addWidget(made)
        column.addLayout(actions)
        column.addWidget(self.table, 1)
        column.addWidget(self.explanation)
        context.operations.data_changed.connect(self._data_changed)
        self.reload()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setProperty("role", "plain")
        table.setAccessibleName("People")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setMinimumHeight(200)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(max(TOUCH_ROW, self.fontMetrics().height() * 2))
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(columns.NAME, QHeaderView.ResizeMode.Stretch)
        em = self.fontMetrics().averageCharWidth()
        for index, letters in LETTERS.items():
            table.setColumnWidth(index, em * letters)
        table.selectionModel().selectionChanged.connect(lambda _on, _off: self._selection_changed())

    # Reading

    def reload(self) -> None:
        from crm_desktop.access import accounts

        self._context.operations.query(self, accounts.list_users, self._show)

    def _show(self, people: list[UserRow]) -> None:
        chosen = self.chosen
        keep = self._wanted or (chosen.id if chosen else self._context.user.id)
        self._wanted = None
        self.model.set_people(people)
        self.table.selectRow(max(0, self.model.row_of(keep)))
        self._selection_changed()

    def _data_changed(self, change: DataChange) -> None:
        if change.concerns("users"):
            self.reload()

    @property
    def chosen(self) -> UserRow | None:
        return self.model.person(self.table.currentIndex().row())

    def _selection_changed(self) -> None:
        person = self.chosen
        for made in (self.role_button, self.export_button, self.password_button, self.active_button):
            made.setEnabled(person is not None)
        if person is None:
            self.explanation.setText("")
            return
        is_admin = person.role == "admin"
        self.role_button.setText("Make employee" if is_admin else "Make administrator")
        self.role_button.setEnabled(person.is_active)
        self.export_button.setText("Forbid exporting" if person.may_export else "Allow exporting")
        self.export_button.setEnabled(person.is_active and not is_admin)
        self.export_button.setToolTip("Administrators always may" if is_admin else "")
        self.password_button.setEnabled(person.is_active)
        self.active_button.setText("Deactivate" if person.is_active else "Reactivate")
        if person.is_active:
            role = columns.ROLES.get(person.role, person.role)
            may = "" if is_admin else " May export lists." if person.may_export else " May not export lists."
            self.explanation.setText(f"{role}: {ROLE_WORDS.get(person.role, '')}{may}")
        else:
            self.explanation.setText(
                f"{person.display_name} cannot sign in. What they wrote stays, under their name. "
                "Reactivating lets them in again."
            )

    # Changing

    def _add(self) -> None:
        dialog = AddPersonDialog(self._context, self)
        dialog.added.connect(self._want)
        dialog.open()

    def _want(self, user_id: object) -> None:
        """Select this person when the list comes back."""
        self._wanted = user_id

    def _reset_password(self) -> None:
        person = self.chosen
        if person is None:
            return
        if person.id == self._context.user.id:
            self._context.change_password()
            return
        ResetPasswordDialog(self._context, self, person).open()

    def _change_role(self) -> None:
        from crm_desktop.access import accounts

        person = self.chosen
        if person is None:
            return
        role = "employee" if person.role == "admin" else "admin"
        text = ROLE_WORDS[role]
        if person.id == self._context.user.id:
            text = f"This is your own account. {text} You will be signed out."
        noun = "employee" if role == "employee" else "administrator"
        yes = f"Make {noun}"
        if ask(self, f"Make {person.display_name} an {noun}?", text, yes, dangerous=False):
            self._change(person, lambda session: accounts.change_role(session, person.id, role), f"{yes}: done.")

    def _change_export(self) -> None:
        """No lock: whoever can read customers can copy them. It keeps the program from making it easy."""
        from crm_desktop.access import accounts

        person = self.chosen
        if person is None:
            return
        allowed = not person.may_export
        words = "may export lists to files" if allowed else "may not export lists to files any more"
        done = f"{person.display_name} {words}."
        self._change(person, lambda session: accounts.set_may_export(session, person.id, allowed), done)

    def _change_active(self) -> None:
        from crm_desktop.access import accounts

        person = self.chosen
        if person is None:
            return
        if not person.is_active:
            self._change(
                person,
                lambda session: accounts.reactivate(session, person.id),
                f"{person.display_name} can sign in again, with the old password.",
            )
            return
        text = (
            f"{person.display_name} cannot sign in any more, and a window that is open stops working at once. "
            "Customers and interactions stay as they are. You can reactivate the account at any time."
        )
        if person.id == self._context.user.id:
            text = f"This is your own account: you will be signed out. {text}"
        if ask(self, f"Deactivate {person.display_name}?", text, "Deactivate"):
            self._change(
                person,
                lambda session: accounts.deactivate(session, person.id),
                f"{person.display_name} has been deactivated.",
            )

    def _change(self, person: UserRow, work: Callable[[Session], object], done: str) -> None:
        self._wanted = person.id
        is_own = person.id == self._context.user.id

        def changed(_value: object) -> None:
            self._context.notices.info(done)
            if is_own:
                self._context.sign_out()

        self._context.operations.change(self, work, changed, changed=frozenset({"users"}))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as there is room for, the name always."""
        super().resizeEvent(event)
        em = self.fontMetrics().averageCharWidth()
        room = self.width() - em * LETTERS[columns.NAME]
        for index in (columns.ROLE, columns.STATUS, columns.USERNAME, columns.SEEN):
            room -= em * LETTERS[index]
            self.table.setColumnHidden(index, room < 0)
