"""The editor of an amount with its currency."""

from __future__ import annotations

from typing import Any

from crm_desktop.orders.currencies import CODES, USUAL
from ui.filters.values import NumberValue
from ui.widgets.form import ComboBox


class MoneyValue(NumberValue):
    """One whole amount, or a pair for `between`, in one currency."""

    def __init__(self, name: str, *, pair: bool = False) -> None:
        super().__init__(name, pair=pair)
        self.currency = ComboBox([(code, code) for code in (*USUAL, *sorted(CODES.difference(USUAL)))])
        self.currency.setAccessibleName(f"{name}: currency")
        self.currency.value_changed.connect(lambda _code: self.changed.emit())
        self.row.addWidget(self.currency)

    def value(self) -> Any:
        return {"amount": super().value(), "currency": self.currency.value}

    def set_value(self, value: Any) -> None:
        super().set_value(value["amount"])
        if self.currency.findData(value["currency"]) < 0:
            self.currency.addItem(value["currency"], value["currency"])
        self.currency.set_value(value["currency"])
