"""The loyalty numbers of a customer who is enrolled."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from crm_desktop.customers.rows import CustomerDetails
from ui.customers.words import TIER_WORDS
from ui.theme.tokens import M, S
from ui.widgets.badges import Badge, tone_of
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label


class CardLoyalty(QFrame):
    """Tier, balance, earned and redeemed points, in a line that wraps."""

    def __init__(self, customer: CustomerDetails) -> None:
        super().__init__()
        self.setProperty("role", "well")
        flow = FlowLayout(self, spacing=M, line_spacing=2)
        flow.setContentsMargins(M, S, M, S)
        flow.addWidget(text_label("Loyalty", "subheading", wrap=False))
        if customer.tier:
            flow.addWidget(Badge(TIER_WORDS.get(customer.tier, customer.tier), tone_of(customer.tier)))
        flow.addWidget(text_label(f"{customer.points_balance or 0:,} points", wrap=False))
        flow.addWidget(text_label(f"{customer.total_earned or 0:,} earned", "muted", wrap=False))
        flow.addWidget(text_label(f"{customer.total_redeemed or 0:,} redeemed", "muted", wrap=False))
