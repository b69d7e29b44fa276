"""One customer's figures: in the Analytics tab, and in the card."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from crm_desktop.analytics.one_customer import CustomerFigures, customer_figures
from crm_desktop.errors import CrmError
from ui.analytics.chart_card import ChartCard
from ui.analytics.customer_charts import by_month, by_type
from ui.analytics.customer_figures import CustomerFacts
from ui.analytics.paper import Caption
from ui.analytics.saving import Saving
from ui.forms.responsive_grid import ResponsiveGrid
from ui.tables.states import StatePanel, Words
from ui.theme import Tokens
from ui.theme.tokens import L

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

SETTLE_MS = 700
LETTERS = 42
CONCERNS = ("customers", "interactions", "contacts", "loyalty", "orders")


class CustomerView(QWidget):
    """Reads when it is seen and a moment after something has changed."""

    opened = Signal(object)
    came = Signal()

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._customer: UUID | None = None
        self._name = ""
        self._handle: Handle | None = None
        self._stale = True
        tokens = context.theme.tokens
        self.facts = CustomerFacts()
        self.months = ChartCard("Interactions by month", "The last twelve months", tokens)
        self.types = ChartCard("Interactions by type", "Cancelled ones left out", tokens, lying=True)
        self._saving = Saving(context, self)
        for card in (self.months, self.types):
            card.save_wanted.connect(lambda kind, card=card: self._saving.save(kind, card.sheets, self._caption()))
            card.print_wanted.connect(lambda card=card: self._saving.print(card.sheets, self._caption()))
        grid = ResponsiveGrid(letters=LETTERS, most=2, even=True)
        grid.add(self.facts, whole_row=True)
        grid.add(self.months)
        grid.add(self.types)
        self._panel = StatePanel()
        self._stack = QStackedWidget()
        self._stack.addWidget(grid)
        self._stack.addWidget(self._panel)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(L)
        box.addWidget(self._stack)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        context.operations.data_changed.connect(self._on_data_changed)

    @property
    def reading(self) -> bool:
        """Whether an answer is still to come."""
        return self._handle is not None

    def show_customer(self, customer_id: UUID, name: str = "") -> None:
        """Show another customer, or the same with newer figures."""
        self._customer, self._name = customer_id, name
        self._stale = True
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Read again."""
        customer = self._customer
        self._settle.stop()
        if customer is None:
            return
        if self._handle is not None:
            self._handle.cancel()
        self._stale = False
        self._handle = self._context.operations.query(
            self, lambda session: customer_figures(session, customer), self._show, failed=self._failed
        )

    def set_tokens(self, tokens: Tokens) -> None:
        """Another theme."""
        for card in (self.months, self.types):
            card.set_tokens(tokens)

    def _caption(self) -> Caption:
        return Caption(self._name, made=self._saving.made())

    def _show(self, figures: CustomerFigures) -> None:
        self._handle = None
        self.facts.show_figures(figures)
        self.months.set_data(by_month(figures))
        self.types.set_data(by_type(figures))
        self._stack.setCurrentIndex(0)
        self.came.emit()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._stale = True
        self._panel.say(Words("error", str(error), error.hint, (("Try again", self.refresh),)), tone="danger")
        self._stack.setCurrentWidget(self._panel)
        self.came.emit()

    def _on_data_changed(self, change: DataChange) -> None:
        if not change.concerns(*CONCERNS):
            return
        if self.isVisible():
            self._settle.start()
        else:
            self._stale = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        letters = self.width() / max(1, self.fontMetrics().averageCharWidth())
        self.facts.set_columns(4 if letters > 2 * LETTERS else 2)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._settle.isActive():
            self._settle.stop()
            self._stale = True
