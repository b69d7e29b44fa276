"""What is often done next with one customer, a click away from the figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from crm_desktop.customers.rows import CustomerDetails
from ui.customers.links import Links
from ui.interactions.local_time import to_utc, tomorrow_at
from ui.theme.tokens import S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from ui.context import Signed

MORNING = 9


class QuickActions(QWidget):
    """Buttons that open the dialogs of the card with this customer filled in."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._customer: CustomerDetails | None = None
        self._links = Links(context.notices)
        self.call = button("Log a call", lambda: self._log(type="call", status="completed"), icon_name="call")
        self.mail = button("Write an email", self._write_mail, icon_name="email")
        self.follow_up = button("Plan a follow-up", self._plan, icon_name="follow-up")
        flow = FlowLayout(self, spacing=S)
        self.order = button("Add an order", self._add_order, icon_name="sale")
        for each in (self.call, self.mail, self.follow_up, self.order):
            flow.addWidget(each)

    def show_customer(self, customer: CustomerDetails) -> None:
        """Whose figures are shown."""
        self._customer = customer
        may = self._context.capabilities.log_interactions
        self.call.setVisible(may)
        self.follow_up.setVisible(may)
        self.order.setVisible(self._context.capabilities.edit_orders)
        self.mail.setEnabled(bool(customer.email))
        self.mail.setToolTip("" if customer.email else "This customer has no email address.")

    def _log(self, **initial: Any) -> None:
        if self._customer is None:
            return
        from ui.interactions.interaction_dialog import InteractionDialog  # only when it is needed

        InteractionDialog(self._context, self.window(), self._customer.id, self._customer.name, initial=initial).open()

    def _plan(self) -> None:
        self._log(type="follow_up", status="pending", follow_up=to_utc(tomorrow_at(MORNING, datetime.now(UTC))))

    def _add_order(self) -> None:
        if self._customer is not None:
            from ui.orders.order_dialog import OrderDialog

            OrderDialog(self._context, self.window(), self._customer.id, self._customer.name).open()

    def _write_mail(self) -> None:
        if self._customer is not None:
            self._links.write_mail(self._customer.email)
