"""The Analytics tab: everybody's figures, or those of the chosen customer."""

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QDate, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.analytics.one_customer import CustomerFigures, customer_figures
from crm_desktop.analytics.queries import Overview, overview
from crm_desktop.errors import CrmError
from ui.analytics import shaping
from ui.analytics.chart_card import ChartCard
from ui.analytics.customer_figures import CustomerFacts
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.tables.states import StatePanel, Words
from ui.theme.tokens import XL, L, M
from ui.widgets.frames import scrolled

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

SETTLE_MS = 700


class AnalyticsPage(ShellPage):
    """Charts; a bar that is clicked asks for the customers behind it."""

    def __init__(self, context: "Signed", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setObjectName("analytics")
        self._customer: UUID | None = None
        self._name = ""
        self._handle: Handle | None = None
        self._stale = True
        tokens = context.theme.tokens
        self.kinds = ChartCard("Customers by type and status", "Click a bar to see them", tokens, clickable=True)
        self.types = ChartCard("Interactions by type", "All interactions logged so far", tokens, lying=True)
        self.months = ChartCard("New customers by month", "The last two years, by type of customer", tokens)
        self.contacts = ChartCard("Interactions by month", "The last twelve months", tokens)
        self.own_types = ChartCard("Interactions by type", "Cancelled ones left out", tokens, lying=True)
        self.facts = CustomerFacts()
        self._cards = (self.kinds, self.types, self.months, self.contacts, self.own_types)
        self._everybody, self._everybody_grid = _grid()
        self._one, self._one_grid = _grid()
        self._panel = StatePanel()
        self._stack = QStackedLayout()
        for page in (scrolled(self._everybody), scrolled(self._one), self._panel):
            self._stack.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(self._stack)
        self._shape: Shape | None = None
        self._arrange(Shape.WIDE)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self.kinds.bar_clicked.connect(self._open_bar)
        context.theme.changed.connect(self._restyle)
        context.operations.data_changed.connect(self._on_data_changed)

    def set_customer(self, customer_id: UUID | None, name: str = "") -> None:
        """Show one customer's figures, or everybody's."""
        if customer_id != self._customer:
            self._customer, self._name = customer_id, name
            self._stale = True
            if self.isVisible():
                self.refresh()

    def refresh(self) -> None:
        """Read the figures again."""
        self._stale = False
        customer = self._customer
        if self._handle is not None:
            self._handle.cancel()
        query = self._context.operations.query
        if customer is None:
            self._handle = query(self, lambda session: overview(session, shaping.MOST_MONTHS), self._show_everybody,
                                 failed=self._failed)  # fmt: skip
        else:
            self._handle = query(self, lambda session: customer_figures(session, customer), self._show_one,
                                 failed=self._failed)  # fmt: skip

    def _show_everybody(self, figures: Overview) -> None:
        today = QDate.currentDate().toPython()
        self.kinds.set_data(shaping.by_type_and_status(figures.customers))
        self.types.set_data(shaping.by_interaction_type(figures.interactions))
        self.months.set_data(shaping.by_month(figures.acquisition, today))  # type: ignore[arg-type]
        self._stack.setCurrentIndex(0)

    def _show_one(self, figures: CustomerFigures) -> None:
        today = QDate.currentDate().toPython()
        self.facts.show_figures(figures)
        self.contacts.set_data(shaping.contacts_by_month(figures, today))  # type: ignore[arg-type]
        self.own_types.set_data(shaping.by_interaction_type(figures.by_type))
        self._stack.setCurrentIndex(1)

    def _failed(self, error: CrmError) -> None:
        self._stale = True
        self._panel.say(Words("error", str(error), error.hint, (("Try again", self.refresh),)), tone="danger")
        self._stack.setCurrentWidget(self._panel)

    def _open_bar(self, category: int, series: int) -> None:
        picked = {"customer_type": shaping.TYPES[category][0], "status": shaping.STATUSES[series][0]}
        self.customers_wanted.emit(
            {"all": [{"field": name, "operator": "is", "value": value} for name, value in picked.items()]}
        )

    def _on_data_changed(self, _change: "DataChange") -> None:
        if self.isVisible():
            self._settle.start()
        else:
            self._stale = True

    def _restyle(self) -> None:
        for card in self._cards:
            card.set_tokens(self._context.theme.tokens)

    def _arrange(self, shape: Shape) -> None:
        if shape is self._shape:
            return
        self._shape = shape
        several = shape is not Shape.NARROW
        self.facts.set_columns(4 if several else 2)
        edge = XL if several else L
        for grid in (self._everybody_grid, self._one_grid):
            grid.setContentsMargins(edge, M, edge, edge)
            for place in range(grid.count() - 1, -1, -1):
                grid.takeAt(place)
        if several:
            self._everybody_grid.addWidget(self.kinds, 0, 0)
            self._everybody_grid.addWidget(self.types, 0, 1)
            self._everybody_grid.addWidget(self.months, 1, 0, 1, 2)
            self._one_grid.addWidget(self.facts, 0, 0, 1, 2)
            self._one_grid.addWidget(self.contacts, 1, 0)
            self._one_grid.addWidget(self.own_types, 1, 1)
        else:
            for row, chart in enumerate((self.kinds, self.types, self.months)):
                self._everybody_grid.addWidget(chart, row, 0)
            for row, each in enumerate((self.facts, self.contacts, self.own_types)):
                self._one_grid.addWidget(each, row, 0)
        for grid in (self._everybody_grid, self._one_grid):
            grid.setRowStretch(grid.rowCount(), 1)
            grid.setColumnStretch(0, 1)
            grid.setColumnStretch(1, 1 if several else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(Shape.of(self.width()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._settle.isActive():
            self._settle.stop()
            self._stale = True


def _grid() -> tuple[QWidget, QGridLayout]:
    content = QWidget()
    grid = QGridLayout(content)
    grid.setSpacing(L)
    return content, grid
