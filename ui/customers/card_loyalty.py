"""The loyalty numbers of a customer who is enrolled."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.customers.rows import CustomerDetails
from ui.customers.words import TIER_WORDS
from ui.forms.responsive_grid import ResponsiveGrid
from ui.theme.tokens import XS, M, S
from ui.widgets.badges import Badge, tone_of
from ui.widgets.labels import text_label


class CardLoyalty(QFrame):
    """Balance, earned and redeemed points."""

    def __init__(self, customer: CustomerDetails) -> None:
        super().__init__()
        self.setProperty("role", "well")
        column = QVBoxLayout(self)
        column.setContentsMargins(M, S, M, S)
        column.setSpacing(XS)
        top = QHBoxLayout()
        top.addWidget(text_label("Loyalty", "subheading"), 1)
        if customer.tier:
            top.addWidget(Badge(TIER_WORDS.get(customer.tier, customer.tier), tone_of(customer.tier)))
        column.addLayout(top)
        cells = ResponsiveGrid(letters=11, most=3)
        for words, points in (
            ("Balance", customer.points_balance),
            ("Earned", customer.total_earned),
            ("Redeemed", customer.total_redeemed),
        ):
            holder = QWidget()
            cell = QVBoxLayout(holder)
            cell.setContentsMargins(0, 0, 0, 0)
            cell.setSpacing(0)
            number = text_label(f"{points or 0:,}", "subheading")
            number.setAccessibleName(f"{words}: {points or 0} points")
            cell.addWidget(number)
            cell.addWidget(text_label(words, "caption"))
            cells.add(holder)
        column.addWidget(cells)
