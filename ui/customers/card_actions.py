"""What can be done with the customer on a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.printing.print_card import PrintCard

if TYPE_CHECKING:
    from crm_desktop.customers.rows import CustomerDetails
    from ui.context import Signed
    from ui.customers.card import CustomerCard
    from ui.customers.links import Links
    from ui.interactions.entry_actions import EntryActions


class CardActions(QObject):
    """Belongs to one card. Nothing happens while it shows nobody, or where the person may not. Dialogs are imported
    when they are needed."""

    deleted = Signal(object)  # UUID

    def __init__(self, context: Signed, card: CustomerCard, entries: EntryActions, links: Links) -> None:
        super().__init__(card)
        self._context = context
        self._may = context.capabilities
        self._card = card
        self._entries = entries
        self._links = links
        self.printing = PrintCard(context, card)

    @property
    def _customer(self) -> CustomerDetails | None:
        return self._card.customer

    def edit(self) -> None:
        """Open the dialog."""
        customer = self._customer
        if customer is not None and self._may.edit_customers:
            from ui.customers.customer_dialog import CustomerDialog

            CustomerDialog(self._context, self._card, customer.id).open()

    def merge(self) -> None:
        """Ask with whom, then compare the two."""
        customer = self._customer
        if customer is not None and self._may.merge_customers:
            from ui.duplicates.merge_with import MergeWithDialog

            MergeWithDialog(self._context, self._card.window(), customer.id, customer.name).open()

    def undo_merge(self) -> None:
        """Ask, then take the latest merge back."""
        customer = self._customer
        if customer is not None:
            from ui.duplicates.undo_merge import undo_last_merge

            undo_last_merge(self._context, self._card.window(), customer.id, customer.name)

    def delete(self) -> None:
        """Ask, then delete."""
        customer = self._customer
        if customer is not None and self._may.delete_customers:
            from ui.customers.delete_customer import DeleteCustomerDialog

            dialog = DeleteCustomerDialog(self._context, self._card, customer.id, customer.name)
            dialog.deleted.connect(self.deleted)
            dialog.open()

    def log_interaction(self) -> None:
        """Open the dialog for a new interaction."""
        customer = self._customer
        if customer is not None:
            self._entries.log(customer.id, customer.name)

    def print(self) -> None:
        """Put the card on paper."""
        customer = self._customer
        if customer is not None:
            self.printing.print(customer.id)

    def save_pdf(self) -> None:
        """Write the card to a PDF file."""
        customer = self._customer
        if customer is not None:
            self.printing.save_pdf(customer.id)

    def call(self) -> None:
        """Hand the number to the computer's program for calls."""
        customer = self._customer
        if customer is not None:
            self._links.call(customer.phone)

    def write_mail(self) -> None:
        """Hand the address to the computer's mail program."""
        customer = self._customer
        if customer is not None:
            self._links.write_mail(customer.email)
