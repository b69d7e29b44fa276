"""The people at a company on its card. Private persons have no such section, but for contacts from when they were one:
the database gives them no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.contacts.rows import ContactRow
from crm_desktop.customers.rows import CustomerDetails
from ui.contacts.company import Company
from ui.contacts.section import ContactsSection
from ui.customers.links import Links
from ui.interactions.entry_actions import EntryActions

if TYPE_CHECKING:
    from ui.contacts.actions import ContactActions
    from ui.context import Signed


class CardContacts(QWidget):
    """The section itself is made when it is first needed."""

    def __init__(self, context: Signed, parent: QWidget, entries: EntryActions, links: Links) -> None:
        super().__init__(parent)
        self._context = context
        self._card = parent
        self._entries = entries
        self._links = links
        self._customer: CustomerDetails | None = None
        self._coming: UUID | None = None
        self.section: ContactsSection | None = None
        self._actions: ContactActions | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_contacts(self, customer: CustomerDetails, contacts: Sequence[ContactRow]) -> None:
        """Show the contacts of a company."""
        self._customer = customer
        wanted = customer.customer_type == "business" or bool(customer.company_name or contacts)
        self.setVisible(wanted)
        if not wanted:
            return
        section = self.section or self._make()
        section.show_rows(customer.id, contacts)
        if self._coming is not None:
            section.focus_on(self._coming)
            self._coming = None

    @property
    def can_add(self) -> bool:
        """Whether a company is shown that this person may change."""
        return not self.isHidden() and self._actions is not None and self._context.capabilities.edit_customers

    def add(self) -> None:
        """Open the dialog for another contact."""
        if self.can_add and self._actions is not None:
            self._actions.add()

    def _make(self) -> ContactsSection:
        from ui.contacts.actions import ContactActions

        section = self.section = ContactsSection(self._context.capabilities)
        actions = self._actions = ContactActions(self._context, self._card, self._company, self._entries, self._links)
        actions.serve(section)
        actions.added.connect(self._on_added)
        self._column.addWidget(section)
        return section

    def _company(self) -> Company | None:
        customer = self._customer
        if customer is None:
            return None
        return Company(customer.id, customer.company_name or customer.name, customer.country)

    def _on_added(self, contact_id: UUID) -> None:
        self._coming = contact_id  # the focus goes there once it is shown
