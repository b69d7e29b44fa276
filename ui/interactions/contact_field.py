"""Whom an interaction was with: one of the customer's contacts, or somebody who is added on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject

from crm_desktop.contacts.queries import contacts_of
from crm_desktop.contacts.rows import ContactRow
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.errors import CrmError
from ui.contacts.company import Company
from ui.forms.editors import Choice
from ui.forms.field import RecordField
from ui.widgets.buttons import button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle

NOBODY = "Nobody in particular"


class ContactChoice(Choice):
    """Somebody whose name is still to come stands as an ellipsis."""

    def __init__(self) -> None:
        super().__init__([(None, NOBODY)])

    def set_value(self, value: Any) -> None:
        if value is not None:
            self.offer(value, "…")
        super().set_value(value)


class ContactField(QObject):
    """Fills the choice for a customer. It hides where there are no contacts and none are expected."""

    def __init__(self, context: Signed, dialog: QWidget, field: RecordField, choice: ContactChoice) -> None:
        super().__init__(dialog)
        self._context = context
        self._dialog = dialog
        self._field = field
        self._choice = choice
        self._company: Company | None = None
        self._asked: UUID | None = None
        self._handle: Handle | None = None
        self._names: dict[UUID, str] = {}
        self.add_button = button("Add contact", self._add, kind="link", icon_name="add")
        field.add_below(self.add_button)
        field.hide()

    def name_of(self, contact_id: UUID) -> str:
        """Somebody who was offered, or named before; "" for somebody unknown."""
        return self._names.get(contact_id, "")

    def offer(self, contact_id: UUID, name: str) -> None:
        """Somebody whom the interaction names already, whether or not a contact there any more."""
        self._names[contact_id] = name
        self._choice.offer(contact_id, name)
        self._field.show()

    def show_for(self, customer_id: UUID | None) -> None:
        """Offer the contacts of this customer."""
        if customer_id == self._asked:
            return
        if self._asked is not None:
            self._choice.set_value(None)  # they were another customer's
        self._asked = customer_id
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if customer_id is None:
            self._company = None
            self._choice.set_options([(None, NOBODY)])
            self._field.hide()
        else:
            self._look(customer_id)

    def set_may_edit(self, may_edit: bool) -> None:
        """Whoever may only read adds nobody."""
        self.add_button.setVisible(may_edit and self._context.capabilities.edit_customers)

    def _look(self, customer_id: UUID) -> None:
        def work(session: Session) -> tuple[CustomerDetails, list[ContactRow]]:
            return customer_card(session, customer_id), contacts_of(session, customer_id)

        self._handle = self._context.operations.query(self, work, self._show, failed=_nothing_to_offer)

    def _show(self, found: tuple[CustomerDetails, list[ContactRow]]) -> None:
        self._handle = None
        customer, contacts = found
        self._company = Company(customer.id, customer.company_name or customer.name, customer.country)
        self._names.update({contact.id: contact.name for contact in contacts})
        self._choice.set_options([(None, NOBODY), *((contact.id, _label(contact)) for contact in contacts)])
        chosen = self._choice.value()
        named = chosen is not None
        if named and chosen not in self._names:
            self._choice.setItemText(self._choice.currentIndex(), "Somebody who was a contact")
        self._field.setVisible(customer.customer_type == "business" or bool(contacts) or named)

    def _add(self) -> None:
        from ui.contacts.contact_dialog import ContactDialog  # the dialog opens faster without it

        if self._company is not None:
            dialog = ContactDialog(self._context, self._dialog, self._company)
            dialog.saved.connect(lambda contact_id: self._added(contact_id, dialog.title_of(dialog.form.values())))
            dialog.open()

    def _added(self, contact_id: UUID, name: str) -> None:
        self.offer(contact_id, name)
        self._choice.set_value(contact_id)
        self._choice.edited.emit()


def _label(contact: ContactRow) -> str:
    return f"{contact.name}, {contact.role}" if contact.role else contact.name


def _nothing_to_offer(_error: CrmError) -> None:
    """The dialog works without the contacts; what is really wrong shows when saving."""
