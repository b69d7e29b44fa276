"""What every tab of a customer's card beside the overview is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crm_desktop.customers.rows import CustomerDetails


class CardPage(QWidget):
    """As tall as what it holds: the card scrolls. It reads its own data and follows changes while visible."""

    def show_customer(self, customer: CustomerDetails) -> None:
        """Show this customer: another one, or the same with new values."""

    def refresh(self) -> None:
        """Read again what is on screen."""
