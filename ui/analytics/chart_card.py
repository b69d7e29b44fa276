"""A chart with its title, its legend, and the same figures as a table for those who read rather than look."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.analytics.bar_chart import BarChart
from ui.analytics.series import ChartData
from ui.theme import Tokens, icon, tokens
from ui.theme.tokens import L, M, S
from ui.widgets.buttons import icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import Card, EmptyState
from ui.widgets.labels import text_label

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Swatch(QWidget):
    """The colour of a series."""

    def __init__(self, colour: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().series[self._colour]))
        painter.drawRoundedRect(QRect(0, 0, 10, 10), 3, 3)
        painter.end()


class ChartCard(Card):
    """`bar_clicked` carries (category, series), from the chart or, with Return, from the table."""

    bar_clicked = Signal(int, int)

    def __init__(
        self, title: str, explanation: str, theme: Tokens, *, lying: bool = False, clickable: bool = False
    ) -> None:
        super().__init__(padding=L)
        self.setAccessibleName(title)
        self._title = title
        self._clickable = clickable
        self.data = ChartData((), (), "")
        self.chart = BarChart(theme, lying=lying)
        self.chart.setAccessibleName(f"{title}, chart")
        self.chart.set_clickable(clickable)
        self.chart.bar_clicked.connect(self.bar_clicked)
        self.table = self._build_table(title)
        self._switch = icon_button("table", f"{title}: show as a table", self.toggle)
        self._switch.setToolTip("Show as a table")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text_label(title, "subheading"))
        self._explanation = text_label(explanation, "caption")
        words.addWidget(self._explanation)
        head = QHBoxLayout()
        head.setSpacing(M)
        head.addLayout(words, 1)
        head.addWidget(self._switch, 0, Qt.AlignmentFlag.AlignTop)
        self._legend = QWidget()
        self._legend_layout = FlowLayout(self._legend, spacing=L, line_spacing=S)
        self._nothing = EmptyState("analytics", "Nothing to show yet")
        self._stack = QStackedLayout()
        for widget in (self.chart, self.table, self._nothing):
            self._stack.addWidget(widget)
        self.body.addLayout(head)
        self.body.addWidget(self._legend)
        self.body.addLayout(self._stack, 1)
        larger = max(1.0, self.fontMetrics().height() / 17)  # 17: a line of the normal text size
        self.setMinimumHeight(round(300 * larger))
        self.setMaximumHeight(round(460 * larger))  # on a tall window, bars as high as the screen say no more

    def set_data(self, data: ChartData, explanation: str = "") -> None:
        """Show other figures."""
        self.data = data
        if explanation:
            self._explanation.setText(explanation)
        self.chart.set_data(data)
        self._fill_table()
        self._fill_legend()
        summary = ", ".join(f"{data.name(place)} {total:,}" for place, total in enumerate(data.totals))
        self.chart.setAccessibleDescription(summary)
        self._stack.setCurrentWidget(self.chart if data.total else self._nothing)
        self._switch.setVisible(bool(data.total))

    def set_tokens(self, theme: Tokens) -> None:
        """Another theme."""
        self.chart.set_tokens(theme)
        self._legend.update()

    def toggle(self) -> None:
        """Chart or table."""
        to_table = self._stack.currentWidget() is self.chart
        self._stack.setCurrentWidget(self.table if to_table else self.chart)
        shown = "chart" if to_table else "table"
        self._switch.setIcon(icon("analytics" if to_table else "table"))
        self._switch.setToolTip(f"Show as a {shown}")
        self._switch.setAccessibleName(f"{self._title}: show as a {shown}")

    def _build_table(self, title: str) -> QTableWidget:
        table = QTableWidget()
        table.setAccessibleName(f"{title}, table")
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.activated.connect(lambda index: self._on_cell(index.row(), index.column()))
        return table

    def _on_cell(self, row: int, column: int) -> None:
        if self._clickable and 1 <= column <= len(self.data.series):
            self.bar_clicked.emit(row, column - 1)

    def _fill_table(self) -> None:
        data, table = self.data, self.table
        several = len(data.series) > 1
        heads = ["", *(series.name for series in data.series), *(["Total"] if several else [])]
        table.clear()
        table.setColumnCount(len(heads))
        table.setRowCount(len(data.categories))
        for column, head in enumerate(heads):
            title = QTableWidgetItem(head)
            title.setTextAlignment(_RIGHT if column else _LEFT)
            table.setHorizontalHeaderItem(column, title)
        for row in range(len(data.categories)):
            numbers = [series.values[row] for series in data.series]
            texts = [data.name(row), *(f"{n:,}" for n in numbers), *([f"{sum(numbers):,}"] if several else [])]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(_RIGHT)
                table.setItem(row, column, item)
        header = table.horizontalHeader()
        for column in range(len(heads)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def _fill_legend(self) -> None:
        while (item := self._legend_layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        several = len(self.data.series) > 1
        for series in self.data.series if several else ():
            entry = QWidget()
            row = QHBoxLayout(entry)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            row.addWidget(Swatch(series.colour))
            row.addWidget(text_label(f"{series.name} {sum(series.values):,}", "caption", wrap=False))
            self._legend_layout.addWidget(entry)
        self._legend.setVisible(several)
