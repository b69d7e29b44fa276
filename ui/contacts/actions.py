"""What can be done with the contacts of a company from its card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.contacts.actions import make_primary
from crm_desktop.contacts.rows import ContactRow
from ui.contacts.company import Company
from ui.contacts.section import ContactsSection
from ui.customers.links import Links
from ui.interactions.entry_actions import EntryActions
from ui.undo import offer_undo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"contacts", "customers"})


class ContactActions(QObject):
    """For the card that is `parent`; `company` says whose contacts they are at present."""

    added = Signal(object)  # UUID of a contact that was added or linked

    def __init__(
        self,
        context: Signed,
        parent: QWidget,
        company: Callable[[], Company | None],
        entries: EntryActions,
        links: Links,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._company = company
        self._entries = entries
        self._links = links

    def serve(self, section: ContactsSection) -> None:
        """Do what is wanted there."""
        section.add_wanted.connect(self.add)
        section.link_wanted.connect(self.link)
        section.edit_wanted.connect(self.edit)
        section.primary_wanted.connect(self.make_primary)
        section.log_wanted.connect(self.log)
        section.remove_wanted.connect(self.remove)
        section.place_wanted.connect(self.open_place)
        section.call_wanted.connect(self._links.call)
        section.mail_wanted.connect(self._links.write_mail)
        section.copy_wanted.connect(self.copy)

    def add(self) -> None:
        """The dialog for a new one."""
        from ui.contacts.contact_dialog import ContactDialog  # the card opens faster without it

        company = self._company()
        if company is not None:
            dialog = ContactDialog(self._context, self._window, company)
            dialog.saved.connect(self.added)
            dialog.link_wanted.connect(lambda person, name: self.link((person, name)))
            dialog.open()

    def link(self, person: tuple[UUID, str] | None = None) -> None:
        """The dialog for somebody who is known already."""
        from ui.contacts.link_dialog import LinkContactDialog

        company = self._company()
        if company is not None:
            dialog = LinkContactDialog(self._context, self._window, company, person)
            dialog.linked.connect(self.added)
            dialog.open()

    def edit(self, row: ContactRow) -> None:
        """The dialog for this one."""
        from ui.contacts.contact_dialog import ContactDialog

        company = self._company()
        if company is not None:
            ContactDialog(self._context, self._window, company, row.id).open()

    def make_primary(self, row: ContactRow) -> None:
        """In the place of whoever was, with a way back."""

        def work(session: Session) -> int:
            make_primary(session, row.id, row.customer_id)
            return current_transaction(session)

        def done(transaction: int) -> None:
            step = f"made {row.name} the primary contact"
            text = f"{row.name} is the primary contact now."
            offer_undo(self._context, text, transaction, CHANGED, "The primary contact is as it was.", step=step)

        self._context.operations.change(
            self._context.notices, work, done, changed=CHANGED, ids=lambda _transaction: (row.id, row.customer_id)
        )

    def log(self, row: ContactRow) -> None:
        """The dialog for an interaction with this contact."""
        company = self._company()
        if company is not None:
            self._entries.log(company.id, company.name, (row.id, row.name))

    def remove(self, row: ContactRow) -> None:
        """From this company."""
        from ui.contacts.remove_contact import remove

        company = self._company()
        if company is not None:
            remove(self._context, self._window, company, row)

    def open_place(self, customer_id: UUID) -> None:
        """The card of another company of the same person."""
        from ui.customers.card_dialog import CardDialog

        CardDialog(self._context, self._window, customer_id).open()

    def copy(self, value: str, kind: str) -> None:
        """To the clipboard."""
        QGuiApplication.clipboard().setText(value)
        self._context.notices.info(f"{kind} copied")
