"""The dialog that makes somebody who is known already a contact of another company."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.contacts import queries
from crm_desktop.contacts.actions import link_contact
from crm_desktop.contacts.rows import FoundPerson
from crm_desktop.errors import CrmError
from ui.contacts.company import Company
from ui.forms.editors import LineEditor
from ui.forms.picker import Found, Picker
from ui.shortcuts import bind
from ui.undo import offer_undo
from ui.widgets.dialog import Dialog
from ui.widgets.form import FormField
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"contacts", "customers"})
HEIGHT = 690
"""Room for those found: a dialog that grows while somebody types moves away from under the pointer."""


class LinkContactDialog(Dialog):
    """`linked` carries the person's id. With `person` somebody is chosen already."""

    linked = Signal(object)

    def __init__(
        self, context: Signed, parent: QWidget, company: Company, person: tuple[UUID, str] | None = None
    ) -> None:
        super().__init__("Link a contact", parent, width=560, height=HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._company = company
        self.body.addWidget(
            text_label(f"Somebody who is a contact of another company becomes one of {company.name}, too.", "muted")
        )

        def find(session: Session, words: str) -> list[Found]:
            return [
                Found(person.id, person.name, _about(person))
                for person in queries.find_people(session, words, company.id)
            ]

        self.picker = Picker(context, "Contact", "contact", "Name, email or phone", find)
        self.role = LineEditor()
        self.role.setPlaceholderText("For example: Purchasing")
        self._role_field = FormField("Role", self.role, hint="What the person is there.")
        self.body.addWidget(self.picker)
        self.body.addWidget(self._role_field)
        self.cancel_button = self.add_button("Cancel")
        self.link_button = self.add_button("Link", "primary")
        self.link_button.setDefault(True)
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.link_button.clicked.connect(lambda _c=False: self.link())
        self.picker.chosen.connect(lambda chosen: self.role.setFocus() if chosen is not None else None)
        bind(self, "save", self.link)
        bind(self, "save_and_close", self.link)
        context.operations.query(self, queries.roles, self.role.suggest, failed=_no_roles)
        if person is not None:
            self.picker.show_chosen(*person)
            self.role.setFocus()
        else:
            self.picker.input.setFocus()

    def link(self) -> None:
        """Save it, if somebody is chosen."""
        person, name = self.picker.chosen_id, self.picker.input.text()
        if person is None:
            self.picker.say("Choose somebody from the list.")
            return
        company, role = self._company, self.role.value()
        self.link_button.setEnabled(False)

        def work(session: Session) -> int:
            link_contact(session, person, company.id, role)
            return current_transaction(session)

        def done(transaction: int) -> None:
            offer_undo(
                self._context,
                f"{name} is a contact of {company.name} now.",
                transaction,
                CHANGED,
                f"{name} is no contact of {company.name} any more.",
                step=f"linked {name} to {company.name}",
            )
            self.linked.emit(person)
            self.accept()

        self._context.operations.change(
            self, work, done, failed=self._failed, changed=CHANGED, ids=lambda _transaction: (person, company.id)
        )

    def _failed(self, error: CrmError) -> None:
        self.link_button.setEnabled(True)
        self.message.say(str(error), error.hint)


def _about(person: FoundPerson) -> str:
    return " · ".join(filter(None, (*(place.name for place in person.places), person.email or person.phone)))


def _no_roles(_error: CrmError) -> None:
    """Typing works without them; what is really wrong shows when linking."""
