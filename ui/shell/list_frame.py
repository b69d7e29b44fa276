"""A list with what stands above it: a search, filters, what it comes to, and buttons for the row in hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.tables.paged_view import PagedTable
from ui.tables.sorting import sort_button
from ui.theme.tokens import XL, L, S
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import separator
from ui.widgets.labels import text_label
from ui.widgets.search_field import SearchField

LEAST_TABLE = 96
SEARCH_LETTERS = (16, 44)


class ListFrame(ShellPage):
    """Lays the parts out in as few lines as the width allows; the list is compact on a narrow window."""

    def __init__(self, table: PagedTable, search_name: str, placeholder: str) -> None:
        super().__init__()
        self.table = table
        table.setMinimumHeight(LEAST_TABLE)
        self.search = SearchField(search_name, placeholder)
        self.count = text_label("", "muted", wrap=False)
        self.sort_button = sort_button(table)  # where no header is
        self._flow: FlowLayout | None = None
        self._tools: list[QWidget] = []
        self._fitted: tuple[int | bool, ...] = ()
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._narrowing = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for line in (self._bar, self._narrowing, self._row):
            line.setSpacing(S)
        self._below = QHBoxLayout()

    def lay_out(self, filters: QWidget, tools: Sequence[QWidget], chips: QWidget | None = None) -> None:
        """Once, when all parts are made. The layout of the filters is a FlowLayout."""
        flow = filters.layout()
        assert isinstance(flow, FlowLayout)
        tools = (self.sort_button, *tools)
        self._filters, self._flow, self._tools = filters, flow, list(tools)
        self._narrowing.addWidget(self.search, 1)
        self._narrowing.addWidget(filters)
        self._narrowing.addStretch(0)
        self._bar.addLayout(self._narrowing, 1)
        together = QHBoxLayout()
        together.setSpacing(S)
        together.addStretch(1)
        for tool in tools:
            together.addWidget(tool)
        self._row.addWidget(self.count, 1)
        self._row.addLayout(together)
        self._bar.addLayout(self._row)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._bar)
        if chips is not None:
            self._below.addWidget(chips)
            box.addLayout(self._below)
        box.addWidget(separator())
        box.addWidget(self.table, 1)

    def on_shape(self, shape: Shape) -> None:
        """Another width."""

    def refresh(self) -> None:
        self.table.refresh()

    def take_focus(self) -> None:
        self.table.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def remember(self) -> None:
        self.table.columns.flush()

    def minimumSizeHint(self) -> QSize:
        """What stands side by side gives way before it forces the window wider."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        if self._flow is None:
            return
        shape = Shape.of(self.width())
        narrow = shape is Shape.NARROW
        self.sort_button.setVisible(narrow)
        self.on_shape(shape)
        least, most = (self.fontMetrics().averageCharWidth() * letters for letters in SEARCH_LETTERS)
        edge = L if narrow else XL
        inside = self.width() - 2 * edge
        filters = self._flow.line_width()
        tools = sum(tool.sizeHint().width() + S for tool in self._tools if not tool.isHidden())
        figures = self.count.fontMetrics().horizontalAdvance(self.count.text())
        across = shape is Shape.WIDE and least + filters + figures + tools + 2 * S <= inside
        beside = across or least + S + filters <= inside
        whole = across or figures + tools <= inside
        if self._fitted == (fitted := (edge, least, filters if beside else 0, across, beside, whole)):
            return
        self._fitted = fitted
        right, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._bar.setDirection(right if across else down)
        self._narrowing.setDirection(right if beside else down)
        self._row.setDirection(right if whole else down)
        self._filters.setMinimumWidth(filters if beside else 0)
        self.search.setMaximumWidth(most if beside else 16_777_215)
        self.count.setWordWrap(not whole)
        end = Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft
        self.count.setAlignment(end | Qt.AlignmentFlag.AlignVCenter)
        self._bar.setContentsMargins(edge, S, edge, S)
        self._below.setContentsMargins(edge, 0, edge, 0)
        self.table.set_compact(narrow)
        QTimer.singleShot(0, self, self._lay_out_again)

    def _lay_out_again(self) -> None:
        """The layout was under way when the width told it to turn: it would keep the height of before."""
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()
