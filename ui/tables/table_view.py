"""The bare table: rows by the million, whole-row selection, and "all of them" as a flag instead of a range."""

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QCursor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from ui.tables.ink import Ink
from ui.tables.painting import PADDING, PLACEHOLDER_SHARES, draw_placeholders

LINE_ROOM = 20
COMPACT_ROOM = 28


class TableView(QTableView):
    """Draws backgrounds and lines of rows itself, once per row; the cells are the delegate's."""

    rows_in_sight = Signal(int, int)
    all_selected_changed = Signal(bool)
    activated_row = Signal(int)
    typed = Signal(str)
    wants_end = Signal()

    def __init__(self, ink: Ink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ink = ink
        self.all_selected = False
        self.is_missing: Callable[[int], bool] = lambda _row: False
        self._hovered = -1
        self._compact = False
        self.setProperty("role", "list")
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        # Painted whole by us: Qt can then move what is on screen when scrolling and asks only for the new rows.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(56)
        header.setResizeContentsPrecision(0)
        header.setSortIndicatorShown(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalScrollBar().valueChanged.connect(self._tell_rows)
        self.activated.connect(lambda index: self.activated_row.emit(index.row()))
        self.set_compact(False)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Headers get selection models of their own: sharing ours, they would check every row at each change."""
        super().setModel(model)
        if model is None:
            return
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSelectionModel(QItemSelectionModel(model, header))
        model.modelReset.connect(self._on_reset)
        model.rowsInserted.connect(self._on_rows)
        model.rowsRemoved.connect(self._on_rows)

    def set_ink(self, ink: Ink) -> None:
        """Other colours or another font size."""
        self.ink = ink
        self.set_compact(self._compact)
        self.viewport().update()

    def set_compact(self, compact: bool) -> None:
        """Two lines per row, high enough for a finger."""
        self._compact = compact
        line = round(self.ink.body.metrics.height())
        height = max(64, 2 * line + COMPACT_ROOM) if compact else max(36, line + LINE_ROOM)
        header = self.verticalHeader()
        header.setMinimumSectionSize(height)
        header.setDefaultSectionSize(height)
        self.horizontalHeader().setVisible(not compact)
        self._tell_rows()

    def sight(self, top: int = 0, bottom: int = -1) -> tuple[int, int]:
        """First and last row on screen, or between two heights of it; (0, -1) when there is none."""
        rows = self.model().rowCount() if self.model() is not None else 0
        first = self.rowAt(top)
        if not rows or first < 0:
            return 0, -1
        last = self.rowAt(bottom if bottom >= 0 else self.viewport().height() - 1)
        return first, rows - 1 if last < 0 else last

    def selectAll(self) -> None:
        """Ctrl+A: a flag. A range over a million rows would be walked by everybody who looks at it."""
        if self.model() is not None and self.model().rowCount():
            self._set_all_selected(True)

    def clear_all_selected(self) -> None:
        """Back to the rows that are selected one by one."""
        self._set_all_selected(False)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._set_all_selected(False)
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Letters typed on the table go to the search field; Qt's own way asks every row."""
        if search.strip():
            self.typed.emit(search)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated_row.emit(self.currentIndex().row())
            event.accept()
            return
        if event.key() == Qt.Key.Key_Escape and self.all_selected:
            self.clear_all_selected()
            event.accept()
            return
        if event.matches(QKeySequence.StandardKey.MoveToEndOfLine) or event.matches(
            QKeySequence.StandardKey.MoveToEndOfDocument
        ):
            self.wants_end.emit()
        super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End mean the first and the last row: a row is one thing here, not a line of cells."""
        model = self.model()
        column = max(0, self.currentIndex().column())
        if model is not None and model.rowCount():
            if action == QAbstractItemView.CursorAction.MoveHome:
                return model.index(0, column)
            if action == QAbstractItemView.CursorAction.MoveEnd:
                return model.index(model.rowCount() - 1, column)
        return super().moveCursor(action, modifiers)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._set_hovered(self.rowAt(round(event.position().y())))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_hovered(-1)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_rows()

    def paintEvent(self, event: QPaintEvent) -> None:
        first, last = self.sight(event.rect().top(), event.rect().bottom())
        missing = [number for number in range(first, last + 1) if self.is_missing(number)]
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.ink.colour("surface"))
        self._paint_rows(painter, first, last)
        if missing:
            draw_placeholders(painter, self._placeholders(missing), self.ink)
        painter.end()
        if len(missing) <= last - first:  # otherwise no cell has anything to draw
            super().paintEvent(event)
        current = self.currentIndex().row()
        if current >= 0:
            painter = QPainter(self.viewport())
            mark = self.ink.colour("accent" if self.hasFocus() else "border_strong")
            height = self.verticalHeader().defaultSectionSize() - 1
            painter.fillRect(0, self.rowViewportPosition(current), 3, height, mark)
            painter.end()

    def _paint_rows(self, painter: QPainter, first: int, last: int) -> None:
        width, height = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        selection = self.selectionModel()
        line, chosen, hover = (
            self.ink.colour("border"),
            self.ink.colour("accent_soft"),
            self.ink.colour("surface_hover"),
        )
        root = QModelIndex()
        for number in range(first, last + 1):
            top = self.rowViewportPosition(number)
            if self.all_selected or (selection is not None and selection.isRowSelected(number, root)):
                painter.fillRect(0, top, width, height, chosen)
            elif number == self._hovered:
                painter.fillRect(0, top, width, height, hover)
            painter.fillRect(0, top + height - 1, width, 1, line)

    def _placeholders(self, rows: list[int]) -> list[QRect]:
        """Where bars stand for words to come: all rows at once, since a drag over a long list shows little else."""
        header, height = self.horizontalHeader(), self.verticalHeader().defaultSectionSize()
        shown = [section for section in range(header.count()) if not header.isSectionHidden(section)]
        places = [(header.sectionViewportPosition(s) + PADDING, header.sectionSize(s) - 2 * PADDING) for s in shown]
        bars = []
        for number in rows:
            top = self.rowViewportPosition(number)
            for place, (left, width) in enumerate(places):
                share = PLACEHOLDER_SHARES[(number + place) % len(PLACEHOLDER_SHARES)]
                if self._compact:
                    bars.append(QRect(left, top + height // 3 - 4, int(width * share * 0.6), 8))
                    bars.append(QRect(left, top + 2 * height // 3 - 4, int(width * share * 0.9), 8))
                else:
                    bars.append(QRect(left, top + height // 2 - 4, int(width * share), 8))
        return bars

    def _set_hovered(self, row: int) -> None:
        if row == self._hovered:
            return
        height, width = self.verticalHeader().defaultSectionSize(), self.viewport().width()
        for changed in (self._hovered, row):
            if changed >= 0:
                self.viewport().update(0, self.rowViewportPosition(changed), width, height)
        self._hovered = row

    def _set_all_selected(self, selected: bool) -> None:
        if selected != self.all_selected:
            self.all_selected = selected
            self.viewport().update()
            self.all_selected_changed.emit(selected)

    def _on_reset(self) -> None:
        self._hovered = -1
        self._set_all_selected(False)
        self.scrollToTop()
        self._tell_rows()

    def _on_rows(self) -> None:
        # At once and not with the next layout: whoever goes to the last row now needs a scroll bar that reaches it.
        self.updateGeometries()
        self._tell_rows()

    def _tell_rows(self) -> None:
        first, last = self.sight()
        if self._hovered >= 0:  # the row under a resting pointer is another one after scrolling
            self._set_hovered(self.rowAt(self.viewport().mapFromGlobal(QCursor.pos()).y()))
        if last >= first:
            self.rows_in_sight.emit(first, last)
