"""A tier as the programme's page shows it: where it begins, what it gives, who is in it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from crm_desktop.loyalty.rules import TierRule
from ui.customers.words import TIER_WORDS
from ui.loyalty.words import benefit_lines
from ui.theme.tokens import XS, L, S
from ui.widgets.badges import Badge, tone_of
from ui.widgets.buttons import button
from ui.widgets.frames import Card
from ui.widgets.labels import text_label


class TierCard(Card):
    """`opened` carries the tier."""

    opened = Signal(str)

    def __init__(self, tier: str) -> None:
        super().__init__(padding=L)
        self.tier = tier
        self.body.setSpacing(XS)
        self.count = text_label("–", "display", wrap=False)
        self.threshold = text_label("", "muted")
        self.benefits = text_label("")
        self.show_button = button("Show them", lambda: self.opened.emit(tier))
        self.show_button.setAccessibleName(f"Show them: {TIER_WORDS[tier]}")
        head = QHBoxLayout()
        head.addWidget(Badge(TIER_WORDS[tier], tone_of(tier)))
        head.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.show_button)
        foot.addStretch(1)
        self.body.addLayout(head)
        for widget in (self.count, self.threshold, self.benefits):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.body.addSpacing(S)
        self.body.addLayout(foot)

    def show_tier(self, rule: TierRule, members: int) -> None:
        """Fill in rule and members."""
        self.count.setText(f"{members:,}")
        self.threshold.setText(f"from {rule.threshold:,} points" if rule.threshold else "from the beginning")
        self.benefits.setText("\n".join(benefit_lines(rule)) or "No benefits of its own")
        self.show_button.setEnabled(members > 0)
        self.setAccessibleName(f"{TIER_WORDS[rule.tier]}: {members:,} members")
