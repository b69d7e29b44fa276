"""The discount of the customer's tier, which new lines of an order start with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from crm_desktop.errors import CrmError
from crm_desktop.loyalty.queries import tier_rule_of
from crm_desktop.loyalty.rules import TierRule
from ui.customers.words import TIER_WORDS
from ui.forms.numbers import plain_number
from ui.orders.lines_editor import LinesEditor

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.context import Signed
    from ui.handles import Handle


class TierDiscount(QObject):
    """Asks for it once the customer is known, and tells the lines."""

    def __init__(self, context: Signed, dialog: QWidget, lines: LinesEditor) -> None:
        super().__init__(dialog)
        self._context = context
        self._dialog = dialog
        self._lines = lines
        self._asked: UUID | None = None
        self._handle: Handle | None = None

    def show_for(self, customer_id: UUID | None) -> None:
        """Offer the discount of this customer; None: of nobody any more."""
        if customer_id == self._asked:
            return
        self._asked = customer_id
        if self._handle is not None:
            self._handle.cancel()
        if customer_id is None:
            self._show(None)
            return
        self._handle = self._context.operations.query(
            self._dialog, lambda session: tier_rule_of(session, customer_id), self._show, failed=_no_discount
        )

    def _show(self, rule: TierRule | None) -> None:
        if rule is None or not rule.discount_percent:
            self._lines.set_usual_discount("0", "")
            return
        percent = plain_number(rule.discount_percent)
        self._lines.set_usual_discount(percent, f"{TIER_WORDS[rule.tier]}: {percent} % discount on new lines.")


def _no_discount(_error: CrmError) -> None:
    """It can be typed; what is really wrong shows when saving."""
