"""The head of an account: its balance, its tier, and how far it is to the next one."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from crm_desktop.loyalty.rows import AccountCard
from ui.customers.words import TIER_WORDS
from ui.interactions.local_time import day_text, full_text, to_wall
from ui.loyalty.words import month, points, tier_benefits
from ui.theme.tokens import XL, XS, S
from ui.widgets.badges import Badge, tone_of
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label


class Figure(QWidget):
    """A small caption above a value."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.value = text_label("", wrap=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(text_label(caption, "caption", wrap=False))
        column.addWidget(self.value)
        self._caption = caption

    def show_value(self, text: str) -> None:
        """Blank takes no room."""
        self.value.setText(text)
        self.value.setAccessibleName(f"{self._caption}: {text}")
        self.setHidden(not text)


class AccountFigures(QWidget):
    """Filled again for each customer."""

    def __init__(self) -> None:
        super().__init__()
        self.balance = text_label("", "display", wrap=False)
        self.tier = Badge()
        self.way = text_label("", "muted")
        self.benefits = text_label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.figures = {
            name: Figure(caption)
            for name, caption in (
                ("earned", "Earned in all"),
                ("redeemed", "Redeemed in all"),
                ("expired", "Expired in all"),
                ("expiring", "Expiring next"),
                ("active", "Last activity"),
            )
        }
        top = QHBoxLayout()
        top.setSpacing(S)
        top.addWidget(self.balance)
        top.addWidget(self.tier, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        flow = QWidget()
        row = FlowLayout(flow, spacing=XL, line_spacing=S)
        for figure in self.figures.values():
            row.addWidget(figure)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(top)
        column.addSpacing(XS)
        column.addWidget(self.bar)
        column.addWidget(self.way)
        column.addWidget(self.benefits)
        column.addSpacing(S)
        column.addWidget(flow)

    def show_account(self, card: AccountCard) -> None:
        """Fill in the numbers."""
        account = card.account
        self.balance.setText(points(account.balance))
        self.tier.set(TIER_WORDS.get(account.tier, account.tier), tone_of(account.tier))
        if account.next_tier is None or account.to_next is None:
            self.way.setText("The highest tier is reached.")
        else:
            self.way.setText(f"{points(account.to_next)} to {TIER_WORDS.get(account.next_tier, account.next_tier)}")
        # What is nearly full does not look full.
        self.bar.setValue(1000 if account.to_next is None else min(990, int(account.share * 1000)))
        self.bar.setAccessibleName(self.way.text())
        benefits = tier_benefits(card.rule)
        self.benefits.setText(benefits)
        self.benefits.setHidden(not benefits)
        self.figures["earned"].show_value(f"{account.earned:,}")
        self.figures["redeemed"].show_value(f"{account.redeemed:,}")
        self.figures["expired"].show_value(f"{account.expired:,}" if account.expired else "")
        following = card.expiring[0] if card.expiring else None
        self.figures["expiring"].show_value(f"{following.points:,} in {month(following.month)}" if following else "")
        active, now = account.last_activity, datetime.now(UTC)
        figure = self.figures["active"]
        figure.show_value(day_text(to_wall(active).date(), to_wall(now).date()) if active else "")
        figure.setToolTip(full_text(to_wall(active)) if active else "")
