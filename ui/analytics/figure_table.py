"""The table of a chart: sortable, copied with Ctrl+C, and Return opens the customers behind a cell."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from crm_desktop.analytics.shapes import ChartData
from ui.analytics.table_model import SORT_ROLE, TableModel

MOST_ROWS = 12


class FigureTable(QTableView):
    """`opened` carries (category, series)."""

    opened = Signal(int, int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = TableModel()
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(SORT_ROLE)
        self._sorted.setSourceModel(self.figures)
        self.setModel(self._sorted)
        self.setProperty("role", "plain")
        self.setAccessibleName(f"{title}, table")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(48)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.activated.connect(self._open)
        self.doubleClicked.connect(self._open)

    def set_data(self, data: ChartData) -> None:
        """Show other figures, in the order of the chart until the person sorts them."""
        kept = self.horizontalHeader().sortIndicatorSection(), self.horizontalHeader().sortIndicatorOrder()
        same = [c.title for c in self.figures.columns]
        self.figures.set_data(data)
        if same != [c.title for c in self.figures.columns]:
            kept = (-1, Qt.SortOrder.AscendingOrder)
        self.sortByColumn(*kept)
        self._fit_columns()

    def text(self) -> str:
        """All of it as a spreadsheet takes it from the clipboard: in the order on screen, a tab between the cells."""
        model, columns = self._sorted, range(self._sorted.columnCount())
        lines = ["\t".join(column.title for column in self.figures.columns)]
        lines += ["\t".join(str(model.index(row, c).data()) for c in columns) for row in range(model.rowCount())]
        return "\n".join(lines)

    def copy(self) -> None:
        """Put it on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        series = self.figures.columns[index.column()].series
        if series is not None:
            self.opened.emit(self._sorted.mapToSource(index).row(), series)

    def _fit_columns(self) -> None:
        """As wide as what they hold, measured once per column; the first takes what is left."""
        metrics, header = self.fontMetrics(), self.horizontalHeader()
        rows = range(min(self.figures.rowCount(), 100))
        for place, column in enumerate(self.figures.columns):
            texts = [column.title + "  ↓", *(column.text(row) for row in rows)]
            header.resizeSection(place, max(metrics.horizontalAdvance(text) for text in texts) + 28)
        self._widen_first()

    def _widen_first(self) -> None:
        header = self.horizontalHeader()
        if header.count():
            rest = self.viewport().width() - header.length()
            if rest > 0:
                header.resizeSection(0, header.sectionSize(0) + rest)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit_columns()
