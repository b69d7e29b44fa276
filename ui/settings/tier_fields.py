"""The fields of one tier: threshold, multiplier, discount, benefits."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from crm_desktop.loyalty.rules import TierRule
from ui.customers.words import TIER_WORDS
from ui.forms.numbers import parse_number, plain_number
from ui.forms.responsive_grid import ResponsiveGrid
from ui.theme.tokens import M, S
from ui.widgets.badges import Badge, tone_of
from ui.widgets.form import Form, FormField
from ui.widgets.frames import Card

NOT_A_NUMBER = "Enter a number."


class TierFields(Card):
    """`form` gets a field "gold.threshold" and so on; `changed` is called at every key."""

    def __init__(self, tier: TierRule, form: Form, changed: Callable[[], object], *, lowest: bool) -> None:
        super().__init__(padding=M, role="well")
        self.tier = tier
        words = TIER_WORDS[tier.tier]
        self.setAccessibleName(words)
        self._editors = tuple(QLineEdit(text) for text in _texts(tier))
        self.threshold, self.multiplier, self.discount, self.benefits = self._editors
        self.threshold.setEnabled(not lowest)
        self.benefits.setCursorPosition(0)  # long ones are read from their beginning
        head = QHBoxLayout()
        head.addWidget(Badge(words, tone_of(tier.tier)))
        head.addStretch(1)
        self.body.setSpacing(S)
        self.threshold.setToolTip("Everybody begins here" if lowest else "")
        grid = ResponsiveGrid(letters=14, most=4)
        for name, label, editor in (
            ("threshold", "From points", self.threshold),
            ("earning_multiplier", "Multiplier", self.multiplier),
            ("discount_percent", "Discount in %", self.discount),
            ("benefits", "Benefits", self.benefits),
        ):
            grid.add(form.add(f"{tier.tier}.{name}", FormField(label, editor)))
            editor.setAccessibleName(f"{words}: {label}")
        for editor in self._editors:
            editor.textChanged.connect(lambda _text: changed())
        self.body.addLayout(head)
        self.body.addWidget(grid)

    def show_tier(self, tier: TierRule, *, keep_typed: bool = False) -> None:
        """Fill in what is saved; with `keep_typed`, only where nothing else was typed."""
        for editor, old, new in zip(self._editors, _texts(self.tier), _texts(tier), strict=True):
            if not keep_typed or editor.text() == old:
                editor.setText(new)
                editor.setCursorPosition(0)
        self.tier = tier

    def read(self, errors: dict[str, str]) -> TierRule:
        """The tier as typed; what is no number is added to `errors`, and kept as it was."""
        tier = self.tier
        threshold = parse_number(self.threshold.text())
        if threshold is None or threshold != threshold.to_integral_value():
            errors[f"{tier.tier}.threshold"] = "Enter a whole number of points."
            threshold = Decimal(tier.threshold)
        multiplier = _or(self.multiplier, tier.earning_multiplier, f"{tier.tier}.earning_multiplier", errors)
        discount = _or(self.discount, tier.discount_percent, f"{tier.tier}.discount_percent", errors)
        return TierRule(tier.tier, int(threshold), multiplier, discount, self.benefits.text().strip(), tier.version)


def _texts(tier: TierRule) -> tuple[str, str, str, str]:
    return (
        str(tier.threshold),
        plain_number(tier.earning_multiplier),
        plain_number(tier.discount_percent),
        tier.benefits,
    )


def _or(editor: QLineEdit, saved: Decimal, field: str, errors: dict[str, str]) -> Decimal:
    found = parse_number(editor.text())
    if found is None:
        errors[field] = NOT_A_NUMBER
        return saved
    return found
