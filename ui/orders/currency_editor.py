"""The currency of an order, a product, or the rows of a file."""

from __future__ import annotations

from crm_desktop.orders.currencies import CODES, USUAL
from ui.forms.editors import LineEditor


class CurrencyEditor(LineEditor):
    """Three letters, in capitals."""

    def __init__(self) -> None:
        super().__init__()
        self.suggest([*USUAL, *sorted(CODES - set(USUAL))])

    def value(self) -> str:
        return self.text().strip().upper()
