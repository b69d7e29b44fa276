"""The programme at a glance: figures, tiers, what expires, and who changed tier lately."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.loyalty.expiry import expiring_of_all
from crm_desktop.loyalty.kinds import TIERS
from crm_desktop.loyalty.programme import Programme, programme, whose_points_expire
from crm_desktop.loyalty.rows import Expiring
from crm_desktop.loyalty.rules import OTHERWISE, Rules
from ui.forms.numbers import plain_number
from ui.forms.responsive_grid import ResponsiveGrid
from ui.loyalty.changes_table import ChangesTable
from ui.loyalty.figures import FIGURES, LISTS
from ui.loyalty.forecast import Forecast
from ui.loyalty.tier_card import TierCard
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.shell.stat_cards import StatCards
from ui.theme.tokens import XL, L, M
from ui.undo_history import these
from ui.widgets.buttons import button
from ui.widgets.frames import scrolled
from ui.widgets.labels import text_label
from ui.widgets.state_panel import StatePanel, Words

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

SETTLE_MS = 700


class ProgrammeView(ShellPage):
    """Reads when it is seen and a moment after something has changed."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._is_stale = True
        self._handle: Handle | None = None
        self.figures = StatCards(FIGURES)
        self.basis = text_label("", "muted")
        self.rules_button = button("Change rules…", self._change_rules, icon_name="settings")
        self.rules_button.setVisible(context.capabilities.change_settings)
        self.tiers = {tier: TierCard(tier) for tier in TIERS}
        self.forecast = Forecast()
        self.changes = ChangesTable()
        self._panel = StatePanel()
        self._content = QWidget()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(scrolled(self._content))
        self._stack.addWidget(self._panel)
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self.figures.opened.connect(lambda key: self.customers_wanted.emit(LISTS[key]))
        for card in self.tiers.values():
            card.opened.connect(self._open_tier)
        self.forecast.opened.connect(self._open_month)
        self.changes.opened.connect(self.customer_wanted)
        context.operations.data_changed.connect(self._on_data_changed)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text_label("Tiers", "subheading"))
        words.addWidget(self.basis)
        head = QHBoxLayout()
        head.setSpacing(M)
        head.addLayout(words, 1)
        head.addWidget(self.rules_button)
        tiers = ResponsiveGrid(letters=20, most=4, even=True)
        for card in self.tiers.values():
            tiers.add(card)
        below = ResponsiveGrid(letters=46, most=2, even=True)
        below.add(self.forecast)
        below.add(self.changes)
        self._inner = QVBoxLayout()
        self._inner.setSpacing(M)
        self._inner.addLayout(head)
        self._inner.addWidget(tiers)
        self._inner.addWidget(below)
        self._inner.addStretch(1)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.figures)
        column.addLayout(self._inner)
        self.set_shape(Shape.WIDE)

    def set_shape(self, shape: Shape) -> None:
        edge = L if shape is Shape.NARROW else XL
        self._inner.setContentsMargins(edge, M, edge, edge)
        self.figures.set_shape(shape)

    # Reading

    def refresh(self) -> None:
        if not self.isVisible():
            self._is_stale = True
            return
        self._settle.stop()
        self._is_stale = False
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._context.operations.query(self, programme, self._show, failed=self._failed)

    def _show(self, found: Programme) -> None:
        self._stack.setCurrentIndex(0)
        self.figures.show_counts(found)
        self.basis.setText(rules_text(found.rules))
        for rule in found.rules.tiers:
            self.tiers[rule.tier].show_tier(rule, found.members.get(rule.tier, 0))
        self.changes.show_changes(found.changes)
        months = found.rules.expire_months
        self._handle = None
        if months is None:
            self.forecast.show_never()
            return

        def show(expiring: tuple[Expiring, ...]) -> None:
            self.forecast.show_months(expiring, months)

        # Adds up what every member has left: the rest is there without it.
        self._handle = self._context.operations.query(self, expiring_of_all, show, patient=True)

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._is_stale = True
        self._panel.say(Words("error", str(error), error.hint, (("Try again", self.refresh),)), tone="danger")
        self._stack.setCurrentWidget(self._panel)

    def _on_data_changed(self, change: DataChange) -> None:
        if change.concerns("loyalty", "settings", "customers", "orders"):
            if self.isVisible():
                self._settle.start()
            else:
                self._is_stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    # What the person does

    def _change_rules(self) -> None:
        self._context.open_settings(page="Loyalty")

    def _open_tier(self, tier: str) -> None:
        self.customers_wanted.emit({"field": "tier", "operator": "is", "value": tier})

    def _open_month(self, first: date) -> None:
        def show(ids: tuple[UUID, ...]) -> None:
            self.customers_wanted.emit(these(ids))

        self._context.operations.query(self, lambda session: whose_points_expire(session, first), show)


def rules_text(rules: Rules) -> str:
    """What decides the tier, and what an amount brings, in a sentence each."""
    basis = (
        "Points that are there now decide the tier."
        if rules.basis == "balance"
        else "All points ever earned decide the tier, so redeeming never demotes."
    )
    rate = rules.rates.get(OTHERWISE)
    others = sorted((code, rate) for code, rate in rules.rates.items() if code != OTHERWISE)
    rates = [*(f"{plain_number(each)} for 1 {code}" for code, each in others)]
    if rate is not None:
        rates.append(f"{plain_number(rate)} for 1 of any {'other ' if others else ''}currency")
    return f"{basis} Orders that are paid, shipped or completed earn points: {', '.join(rates)}."
