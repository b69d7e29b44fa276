"""Loyalty: the programme's rules, and what other ones would do. For administrators; the database refuses the others."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError, InvalidInput, StaleRow
from crm_desktop.loyalty.change_rules import change_rules, check
from crm_desktop.loyalty.rules import OTHERWISE, Rules, rules
from ui.forms.numbers import parse_number, plain_number
from ui.forms.responsive_grid import ResponsiveGrid
from ui.loyalty.what_if_box import WhatIfBox
from ui.settings.tier_fields import NOT_A_NUMBER, TierFields
from ui.theme.tokens import L, M, S
from ui.undo import offer_undo
from ui.widgets.buttons import button
from ui.widgets.form import ComboBox, Form, FormField
from ui.widgets.frames import Card, Message, scrolled
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.context import Signed

BASIS_WORDS = [("lifetime", "All points ever earned"), ("balance", "Points that are there now")]
BASIS_HINTS = {
    "lifetime": "Redeeming never demotes anybody.",
    "balance": "Whoever redeems or lets points expire may fall to a lower tier.",
}
MONTHS = (6, 12, 18, 24, 36, 60)
LEAST_HEIGHT = 140
RATES_FAULT = "Write it like this: JPY 0.01; USD 1.2"
SUBJECTS = frozenset({"loyalty", "settings", "customers"})


class LoyaltyRulesPage(QWidget):
    """Reads the rules when it is built; nothing changes before Apply. `customers_wanted` carries a filter."""

    customers_wanted = Signal(object)

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._seen: Rules | None = None
        self.form = Form()
        self.tiers: list[TierFields] = []
        self.message = Message()
        self.basis = ComboBox(BASIS_WORDS)
        self.rate = QLineEdit()
        self.other_rates = QLineEdit()
        self.expiry = ComboBox([("", "Never"), *((str(months), f"After {months} months") for months in MONTHS)])
        self.what_if = WhatIfBox(context, self._typed_or_none)
        self.apply_button = button("Apply", self.apply, kind="primary")
        self.discard_button = button("Discard", self.discard)
        self._tier_column = QVBoxLayout()
        self._tier_column.setSpacing(M)
        self._lay_out()
        self._set_enabled()
        self.basis.value_changed.connect(self._on_basis)
        self.expiry.value_changed.connect(lambda _value: self._changed())
        for editor in (self.rate, self.other_rates):
            editor.textChanged.connect(lambda _text: self._changed())
        self.what_if.customers_wanted.connect(self.customers_wanted)
        self.reload()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, S, 0)
        column.setSpacing(L)
        column.addWidget(text_label("Tiers", "subheading"))
        column.addLayout(self._tier_column)
        grid = ResponsiveGrid(letters=28, most=2)
        add = self.form.add
        grid.add(add("basis", FormField("What decides the tier", self.basis, hint=BASIS_HINTS["lifetime"])))
        grid.add(add("expire_months", FormField("Points expire", self.expiry, hint="Counted from when they came.")))
        grid.add(add("rate", FormField("Points for one unit of money", self.rate, hint="In every other currency.")))
        hint = "Currencies with a rate of their own: JPY 0.01; USD 1.2"
        grid.add(add("rates", FormField("Other rates", self.other_rates, hint=hint)))
        column.addWidget(grid)
        column.addWidget(text_label(
            "An order that is paid, shipped or completed earns its total times this and its customer's multiplier.",
            "caption",
        ))  # fmt: skip
        column.addStretch(1)
        foot = Card(padding=M, role="well")
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addStretch(1)
        row.addWidget(self.discard_button)
        row.addWidget(self.apply_button)
        foot.body.setSpacing(S)
        foot.body.addWidget(self.what_if)
        foot.body.addLayout(row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(M)
        whole.addWidget(self.message)
        area = scrolled(content)
        # The rules scroll, what they would do stays in sight: the dialog must not scroll as well.
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        area.setMinimumHeight(LEAST_HEIGHT)
        whole.addWidget(area, 1)
        whole.addWidget(foot)

    # Reading

    def reload(self) -> None:
        """Read the rules as they are now."""
        self._context.operations.query(self, rules, self._show)

    def _show(self, found: Rules, *, keep_typed: bool = False) -> None:
        before, self._seen = self._seen, None  # filling in is not typing
        if before is None or not keep_typed:
            before = None
        if not self.tiers:
            for place, tier in enumerate(found.tiers):
                fields = TierFields(tier, self.form, self._changed, lowest=place == 0)
                self.tiers.append(fields)
                self._tier_column.addWidget(fields)
        for fields, tier in zip(self.tiers, found.tiers, strict=True):
            fields.show_tier(tier, keep_typed=before is not None)
        if before is None or self.basis.value == before.basis:
            self.basis.set_value(found.basis)
        for editor, text_of in ((self.rate, rate_text), (self.other_rates, rates_text)):
            if before is None or editor.text() == text_of(before.rates):
                editor.setText(text_of(found.rates))
        if before is None or self.expiry.value == months_text(before):
            months = months_text(found)
            if self.expiry.findData(months) < 0:
                self.expiry.addItem(f"After {months} months", months)
            self.expiry.set_value(months)
        self.form.clear_errors()
        self._seen = found
        self._set_enabled()
        self.what_if.ask()

    # Typing

    def is_dirty(self) -> bool:
        """Whether anything was typed that is not applied."""
        if self._seen is None:
            return False
        errors: dict[str, str] = {}
        typed = self._read(errors)
        return bool(errors) or typed != self._seen

    def _read(self, errors: dict[str, str]) -> Rules:
        assert self._seen is not None
        tiers = tuple(fields.read(errors) for fields in self.tiers)
        rate = parse_number(self.rate.text())
        if rate is None:
            errors["rate"] = NOT_A_NUMBER
        rates = read_rates(self.other_rates.text())
        if rates is None:
            errors["rates"] = RATES_FAULT
        return replace(
            self._seen,
            tiers=tiers,
            basis="balance" if self.basis.value == "balance" else "lifetime",
            rates={OTHERWISE: rate or Decimal(0), **(rates or {})},
            expire_months=int(self.expiry.value) if self.expiry.value else None,
        )

    def _typed(self) -> tuple[Rules, dict[str, str]]:
        errors: dict[str, str] = {}
        typed = self._read(errors)
        try:
            check(typed)
        except InvalidInput as error:
            errors = {**error.fields, **errors}
        return typed, errors

    def _typed_or_none(self) -> Rules | None:
        if self._seen is None:
            return None
        typed, errors = self._typed()
        return None if any(name.endswith("threshold") for name in errors) else typed

    def _changed(self) -> None:
        if self._seen is None:
            return
        self._set_enabled()
        self.message.clear()
        _typed, errors = self._typed()
        for name, field in self.form.fields.items():
            if field.error != errors.get(name, ""):
                field.set_error(errors.get(name, ""))
        self.what_if.later()

    def _on_basis(self, value: str) -> None:
        self.form.fields["basis"].set_hint(BASIS_HINTS[value])
        self._changed()

    def _set_enabled(self) -> None:
        dirty = self.is_dirty()
        self.apply_button.setEnabled(dirty)
        self.discard_button.setEnabled(dirty)

    # What the person does

    def discard(self) -> None:
        """Back to the rules as they are."""
        self.message.clear()
        self.reload()

    def apply(self) -> None:
        """All of it, in one transaction."""
        seen = self._seen
        if seen is None:
            return
        typed, errors = self._typed()
        if self.form.set_errors(errors):
            return
        if errors:
            self.message.say("Some of this cannot be.", "Look at the marked fields.")
            return
        self.apply_button.setEnabled(False)

        def applied(transaction: int) -> None:
            offer_undo(
                self._context, "The rules of the loyalty programme were changed.", transaction, SUBJECTS,
                "The rules of the loyalty programme are as they were.", step="changed the loyalty rules",
            )  # fmt: skip
            self.reload()

        self._context.operations.change(
            self, lambda session: change_rules(session, seen, typed), applied, failed=self._failed, changed=SUBJECTS
        )

    def _failed(self, error: CrmError) -> None:
        self._set_enabled()
        rest: Mapping[str, str] = {"": str(error)}
        if isinstance(error, InvalidInput):
            rest = self.form.set_errors(error.fields)
        if isinstance(error, StaleRow) and isinstance(error.theirs, Rules):
            self._show(error.theirs, keep_typed=True)
            self.message.say(
                str(error), "Nothing was changed. The other fields show the new rules; what you typed stays."
            )
        elif rest:
            self.message.say(" ".join(rest.values()), error.hint)


def read_rates(text: str) -> dict[str, Decimal] | None:
    """ "JPY 0.01; USD 1.2" by currency; None when it cannot be read."""
    found: dict[str, Decimal] = {}
    for part in filter(None, (each.strip() for each in text.split(";"))):
        words = part.replace("=", " ").replace(":", " ").split()
        rate = parse_number(words[1]) if len(words) == 2 else None
        if rate is None or words[0].upper() in found:
            return None
        found[words[0].upper()] = rate
    return found


def rate_text(rates: Mapping[str, Decimal]) -> str:
    """The rate of every currency that has none of its own."""
    return plain_number(rates.get(OTHERWISE, Decimal(1)))


def months_text(found: Rules) -> str:
    """The value of the choice of months."""
    return "" if found.expire_months is None else str(found.expire_months)


def rates_text(rates: Mapping[str, Decimal]) -> str:
    """The rates of single currencies as they are typed."""
    return "; ".join(
        f"{currency} {plain_number(rate)}" for currency, rate in sorted(rates.items()) if currency != OTHERWISE
    )
