"""The bare table: rows by the million, one of them current, others marked by keys, clicks and fingers."""

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
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
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from ui.tables.ink import Ink
from ui.tables.painting import PADDING, PLACEHOLDER_SHARES, draw_box, draw_placeholders

LINE_ROOM = 20
COMPACT_ROOM = 28
BOX, TOUCH_BOX, BOX_GROWS = 14, 20, 4
BOX_ROOM, COMPACT_BOX_ROOM = 24, 52
LONG_PRESS_MS = 600
DRAG = 10
_MOVES = {
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
    Qt.Key.Key_Home: QAbstractItemView.CursorAction.MoveHome,
    Qt.Key.Key_End: QAbstractItemView.CursorAction.MoveEnd,
}


class TableView(QTableView):
    """Draws backgrounds and lines of rows itself, once per row; the cells are the delegate's."""

    rows_in_sight = Signal(int, int)
    activated_row = Signal(int)
    typed = Signal(str)
    wants_end = Signal()
    mark_toggled = Signal(int)
    marks_stretched = Signal(int)  # from where marking began to this row
    all_marked = Signal()
    marks_cleared = Signal()
    pressed_long = Signal(int)
    edit_asked = Signal(int, int)
    resized = Signal()

    def __init__(self, ink: Ink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ink = ink
        self.is_missing: Callable[[int], bool] = lambda _row: False
        self.is_marked: Callable[[int], bool] = lambda _row: False
        self.is_editable: Callable[[int], bool] = lambda _section: False
        self.marks_shown = False
        """Every row shows its box; otherwise only the one under the pointer does."""
        self.has_boxes = False
        self.taps_mark = False
        self.with_ctrl = False
        self._swallowed = False
        self._press = QTimer(self, singleShot=True, interval=LONG_PRESS_MS)
        self._press.timeout.connect(self._on_long_press)
        self._pressed = QPoint()
        self._hovered = -1
        self.focusing = False
        self._compact = False
        self.setProperty("role", "list")
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
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
            self.all_marked.emit()

    def box(self, row: int) -> QRect:
        """Where the row's box is, in the room before its first words."""
        header, height = self.horizontalHeader(), self.verticalHeader().defaultSectionSize()
        side = (TOUCH_BOX if self._compact else BOX) + (BOX_GROWS if self.ink.body.metrics.height() > 24 else 0)
        left = header.sectionViewportPosition(header.logicalIndex(0)) if not self._compact else 0
        room = COMPACT_BOX_ROOM if self._compact else BOX_ROOM
        return QRect(
            left + (room - side) // 2 + 1, self.rowViewportPosition(row) + (height - 1 - side) // 2, side, side
        )

    def move_quietly(self, row: int) -> None:
        """Make a row the current one without choosing it: marking opens nothing."""
        index = self.model().index(row, max(0, self.currentIndex().column()))
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index)
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
        if event.key() == Qt.Key.Key_Escape and self.marks_shown:
            self.marks_cleared.emit()
            event.accept()
            return
        if event.key() == Qt.Key.Key_F2 and self._ask_to_edit():
            event.accept()
            return
        if self._mark_by_key(event):
            event.accept()
            return
        if event.matches(QKeySequence.StandardKey.MoveToEndOfLine) or event.matches(
            QKeySequence.StandardKey.MoveToEndOfDocument
        ):
            self.wants_end.emit()
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """On a cell that can be edited, F2 is for the cell; elsewhere it is the window's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.key() == Qt.Key.Key_F2 and plain and self._edits(self.currentIndex().column()):
                event.accept()
                return True
        return super().event(event)

    def _edits(self, section: int) -> bool:
        return not self._compact and section >= 0 and self.is_editable(section)

    def _ask_to_edit(self) -> bool:
        """The current cell, or the first of the row that can be edited."""
        index = self.currentIndex()
        if not index.isValid() or self._compact:
            return False
        header = self.horizontalHeader()
        places = [index.column(), *(header.logicalIndex(place) for place in range(header.count()))]
        section = next((s for s in places if self._edits(s) and not header.isSectionHidden(s)), -1)
        if section < 0:
            return False
        self.edit_asked.emit(index.row(), section)
        return True

    def _mark_by_key(self, event: QKeyEvent) -> bool:
        """Space marks the current row, Shift with a key that moves marks up to there."""
        current, shift = self.currentIndex().row(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if current < 0:
            return False
        if event.key() == Qt.Key.Key_Space:
            (self.marks_stretched if shift else self.mark_toggled).emit(current)
            return True
        action = _MOVES.get(Qt.Key(event.key()))
        if action is None or not shift:
            return False
        target = self.moveCursor(action, Qt.KeyboardModifier.NoModifier)
        if target.isValid():
            self.marks_stretched.emit(target.row())
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        row = self.rowAt(place.y())
        self._swallowed = row >= 0 and self._mark_by_press(event, row, place)
        if self._swallowed:
            event.accept()
            return
        if self.has_boxes and row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = place
            self._press.start()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._swallowed:  # two quick marks, no double click
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton and self._edits(self.columnAt(place.x())):
            self._press.stop()
            self.edit_asked.emit(self.rowAt(place.y()), self.columnAt(place.x()))
        else:
            super().mouseDoubleClickEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._press.stop()
        if not self._swallowed:
            super().mouseReleaseEvent(event)

    def _mark_by_press(self, event: QMouseEvent, row: int, place: QPoint) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.marks_stretched.emit(row)
            return True
        self.with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        on_box = self.has_boxes and (not self._compact or self.marks_shown) and place.x() <= self.box(row).right() + 4
        if on_box or self.taps_mark or self.with_ctrl:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.mark_toggled.emit(row)
            return True
        return False

    def _on_long_press(self) -> None:
        row = self.rowAt(self._pressed.y())
        if row >= 0:
            self._swallowed = True
            self.pressed_long.emit(row)

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
        if (event.position().toPoint() - self._pressed).manhattanLength() > DRAG:
            self._press.stop()
        if not event.buttons():  # Qt would choose every row that the pointer is dragged over
            super().mouseMoveEvent(event)
        self._set_hovered(self.rowAt(round(event.position().y())))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_hovered(-1)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focusing = True  # Qt makes the first row the current one, which nobody has chosen
        super().focusInEvent(event)
        self.focusing = False
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_rows()
        self.resized.emit()

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
            if self.hasFocus() and self._edits(self.currentIndex().column()):
                painter.setPen(QPen(mark, 1))  # F2 edits this cell
                painter.drawRect(self.visualRect(self.currentIndex()).adjusted(2, 2, -3, -4))
            painter.end()

    def is_chosen(self, number: int) -> bool:
        """Whether a row lies on the ground of what is chosen."""
        selection = self.selectionModel()
        return self.is_marked(number) or (selection is not None and selection.isRowSelected(number, QModelIndex()))

    def _paint_rows(self, painter: QPainter, first: int, last: int) -> None:
        width, height = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        line, chosen, hover = (
            self.ink.colour("border"),
            self.ink.colour("accent_soft"),
            self.ink.colour("surface_hover"),
        )
        for number in range(first, last + 1):
            top = self.rowViewportPosition(number)
            marked = self.is_marked(number)
            if self.is_chosen(number):
                painter.fillRect(0, top, width, height, chosen)
            elif number == self._hovered:
                painter.fillRect(0, top, width, height, hover)
            painter.fillRect(0, top + height - 1, width, 1, line)
            if self.has_boxes and (self.marks_shown or (number == self._hovered and not self._compact)):
                draw_box(painter, self.box(number), self.ink, marked=marked)

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

    def _on_reset(self) -> None:
        self._hovered = -1
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
