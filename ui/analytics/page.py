"""The Analytics tab: everybody's charts by group and period, or the figures of the chosen customer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollBar, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from crm_desktop.analytics.charts import CHARTS, GROUPS, ChartSpec
from crm_desktop.analytics.of_revenue import currencies
from ui.analytics.customer_view import CustomerView
from ui.analytics.group_view import GroupView
from ui.analytics.period_bar import PeriodBar
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.theme.tokens import XL, L, M, S
from ui.widgets.frames import scrolled
from ui.widgets.scroll_area import ScrollArea

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.operations import DataChange

SETTLE_MS = 700
OVERVIEW = "Overview"


class AnalyticsPage(ShellPage):
    """Reads the group on screen when it is seen, when something else is asked and when changes have settled."""

    came = Signal()  # everything on screen has its figures

    def __init__(self, context: Signed, charts: tuple[ChartSpec, ...] = CHARTS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setObjectName("analytics")
        self._customer: UUID | None = None
        self._fresh: set[str] = set()  # the groups that were asked what is asked now
        self._narrow = False
        groups = {OVERVIEW: tuple(spec for spec in charts if spec.standard)}
        groups |= {group: tuple(spec for spec in charts if spec.group == group) for group in GROUPS}
        self._specs = {group: specs for group, specs in groups.items() if specs}
        self._views: dict[str, GroupView] = {}
        self.bar = QTabBar()
        self.bar.setProperty("kind", "pills")
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setAccessibleName("Groups of charts")
        for group in self._specs:
            self.bar.addTab(group)
        self.period = PeriodBar(context)
        self._groups = QStackedWidget()
        self._pages: dict[str, ScrollArea] = {}
        everybody = QWidget()
        self._column = QVBoxLayout(everybody)
        self._column.setSpacing(S)
        self._head = QVBoxLayout()
        self._head.setSpacing(S)
        self._head.addWidget(self.bar)
        self._head.addWidget(self.period)
        self._column.addLayout(self._head)
        self._column.addWidget(self._groups, 1)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.one = CustomerView(context)
        self.one.opened.connect(self.customers_wanted)
        self._one_page = QWidget()
        self._one_column = QVBoxLayout(self._one_page)
        self._one_column.addWidget(self.one)
        self._one_column.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(everybody)
        self._stack.addWidget(scrolled(self._one_page))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._follow)
        self.bar.currentChanged.connect(lambda _place: self._open_group())
        self.period.changed.connect(self._on_asked)
        self.period.save_wanted.connect(lambda kind: self.view.save(kind, self._heading()))
        self.period.print_wanted.connect(lambda: self.view.print(self._heading()))
        self.period.report_wanted.connect(self.open_report)
        context.theme.changed.connect(self._restyle)
        context.operations.data_changed.connect(self._on_data_changed)
        self._arrange()
        self._open_group()

    # What the window asks

    @property
    def group(self) -> str:
        """Which group is on screen."""
        return self.bar.tabText(self.bar.currentIndex())

    @property
    def view(self) -> GroupView:
        """The charts of that group."""
        return self._views[self.group]

    @property
    def reading(self) -> bool:
        """Whether answers are still to come."""
        return self.view.reading if self._customer is None else self.one.reading

    def open_group(self, group: str) -> None:
        """Bring a group to the top."""
        self.bar.setCurrentIndex(list(self._specs).index(group))

    @property
    def scroll_bar(self) -> QScrollBar:
        """Of the group on screen."""
        return self._pages[self.group].verticalScrollBar()

    def scroll_to(self, card: QWidget) -> None:
        """Bring a chart into sight."""
        self._pages[self.group].ensureWidgetVisible(card, 0, S)

    def set_customer(self, customer_id: UUID | None, name: str = "") -> None:
        """Show one customer's figures, or everybody's."""
        if customer_id == self._customer:
            return
        self._customer = customer_id
        self._stack.setCurrentIndex(0 if customer_id is None else 1)
        if customer_id is None:
            self._read_if_stale()
        else:
            self.view.stop()
            self.one.show_customer(customer_id)

    def refresh(self) -> None:
        """Read again what is on screen; the other groups follow when they are opened."""
        self._settle.stop()
        self._fresh.clear()
        if self._customer is not None:
            self.one.refresh()
        else:
            self._read_if_stale()

    def take_focus(self) -> None:
        """The groups, or what can be done with the customer, get the keyboard."""
        (self.bar if self._customer is None else self.one.quick.call).setFocus()

    def open_report(self) -> None:
        """Ask which month, then make its report."""
        from ui.reports.report_dialog import ReportDialog

        dialog = ReportDialog(self._context, self.window())
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _heading(self) -> str:
        return "Analytics" if self.group == OVERVIEW else f"Analytics: {self.group}"

    # Groups

    def _open_group(self) -> None:
        group = self.group
        if group not in self._views:
            view = self._views[group] = GroupView(self._context, self._specs[group])
            view.set_narrow(self._narrow)
            view.opened.connect(self.customers_wanted)
            view.came.connect(self.came)
            self._pages[group] = scrolled(view)
            self._groups.addWidget(self._pages[group])
        self._groups.setCurrentWidget(self._pages[group])
        specs = self._specs[group]
        self.period.set_offers(
            steps=any(spec.by_step for spec in specs), currency=any(spec.by_currency for spec in specs)
        )
        if any(spec.by_currency for spec in specs):
            self._context.operations.query(self, currencies, self.period.set_currencies, patient=True)
        for other, view in self._views.items():
            if other != group:
                view.stop()
        self._read_if_stale()

    def _read_if_stale(self) -> None:
        if not self.isVisible() or self._customer is not None:
            return
        if self.group in self._fresh:
            self.view.follow(self.period.question())
        else:
            self._fresh.add(self.group)
            self.view.read(self.period.question(), self.period.before_words())

    def _follow(self) -> None:
        if self._customer is None:
            self._read_if_stale()

    def _on_asked(self) -> None:
        self._fresh.clear()
        self._read_if_stale()

    def _on_data_changed(self, change: DataChange) -> None:
        for view in self._views.values():
            view.note(change.subjects)
        if self.isVisible():
            self._settle.start()

    # On screen

    def _restyle(self) -> None:
        for view in self._views.values():
            view.set_tokens(self._context.theme.tokens)
        self.one.set_tokens(self._context.theme.tokens)

    def _arrange(self) -> None:
        self._narrow = Shape.of(self.width()) is Shape.NARROW
        edge = L if self._narrow else XL
        self._head.setContentsMargins(edge, S, edge, 0)
        self.period.set_narrow(self._narrow)
        self._one_column.setContentsMargins(edge, M, edge, edge)
        for view in self._views.values():
            view.set_narrow(self._narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_if_stale()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settle.stop()
        self.view.stop()
