"""The Analytics tab of a customer's card: the same figures as in the window's Analytics tab.

Charts take a while to import: the first card shows grey bars meanwhile, and the window goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.customers.rows import CustomerDetails
from ui.analytics.importing import when_imported
from ui.customers.card_page import CardPage
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.analytics.customer_view import CustomerView
    from ui.context import Signed


class AnalyticsTab(CardPage):
    """Reads when it is opened and a moment after something has changed."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._customer: CustomerDetails | None = None
        self.view: CustomerView | None = None
        self.setAccessibleName("Analytics")
        self._coming = text_label("Charts are being prepared…", "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._coming)
        context.theme.changed.connect(self._restyle)
        when_imported(context, self, self._build)

    def show_customer(self, customer: CustomerDetails) -> None:
        self._customer = customer
        if self.view is not None:
            self.view.show_customer(customer.id)

    def refresh(self) -> None:
        if self.view is not None:
            self.view.refresh()

    def _build(self) -> None:
        from ui.analytics.customer_view import CustomerView

        self._coming.hide()
        self.view = CustomerView(self._context)
        self._column.addWidget(self.view)
        if self._customer is not None:
            self.view.show_customer(self._customer.id)

    def _restyle(self) -> None:
        if self.view is not None:
            self.view.set_tokens(self._context.theme.tokens)
