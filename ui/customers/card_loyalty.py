"""The loyalty numbers of a customer who is enrolled, and the way to the account."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from crm_desktop.customers.rows import CustomerDetails
from ui.theme.tokens import M, S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label


class CardLoyalty(QFrame):
    """Balance, earned and redeemed points, in a line that wraps; hidden for those who are not enrolled."""

    account_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self._balance = text_label("", wrap=False)
        self._earned = text_label("", "muted", wrap=False)
        self._redeemed = text_label("", "muted", wrap=False)
        self.account_button = button("Show account", self.account_wanted.emit, kind="link")
        flow = FlowLayout(self, spacing=M, line_spacing=2)
        flow.setContentsMargins(M, S, M, S)
        flow.addWidget(text_label("Loyalty", "subheading", wrap=False))
        for each in (self._balance, self._earned, self._redeemed, self.account_button):
            flow.addWidget(each)

    def show_customer(self, customer: CustomerDetails) -> None:
        """Fill in the numbers."""
        self.setHidden(customer.tier is None)
        self._balance.setText(f"{customer.points_balance or 0:,} points")
        self._earned.setText(f"{customer.total_earned or 0:,} earned")
        self._redeemed.setText(f"{customer.total_redeemed or 0:,} redeemed")
