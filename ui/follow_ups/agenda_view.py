"""The agenda on screen: one entry is chosen, keys and clicks say what is wanted of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from crm_desktop.interactions.agenda import AgendaRow, SectionKey
from ui.follow_ups.agenda_delegate import AgendaDelegate, Part, cursor_of
from ui.follow_ups.agenda_model import AgendaModel, Heading, More
from ui.tables.ink import Ink

if TYPE_CHECKING:
    from ui.theme import Theme

_Index = QModelIndex | QPersistentModelIndex


class AgendaView(QListView):
    """Headings cannot be chosen: the arrow keys go from entry to entry."""

    opened = Signal(object)  # AgendaRow, as in the signals below
    done_wanted = Signal(object)
    customer_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)
    more_wanted = Signal(str)  # the section's key
    current_entry_changed = Signal()

    def __init__(self, model: AgendaModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._agenda = model
        self.cells = AgendaDelegate(model, Ink(theme.tokens, self.font()), self)
        self.setModel(model)
        self.setItemDelegate(self.cells)
        self.setAccessibleName("Follow-ups")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(24)
        theme.changed.connect(self._restyle)

    # The chosen entry

    def entry(self) -> AgendaRow | None:
        """The chosen one."""
        return self._agenda.entry(self.currentIndex())

    def choose(self, number: int) -> None:
        """Choose the row there, or the next one that can be."""
        for place in (*range(max(0, number), self._agenda.rowCount()), *range(number - 1, -1, -1)):
            if not isinstance(self._agenda.item(place), Heading):
                self.setCurrentIndex(self._agenda.index(place))
                return

    def go_to(self, section: SectionKey) -> bool:
        """Bring a section to the top and choose its first entry; False when it has none."""
        place = self._agenda.place_of_section(section)
        if place < 0:
            return False
        self.choose(place + 1)
        self.scrollTo(self._agenda.index(place), QAbstractItemView.ScrollHint.PositionAtTop)
        return True

    def place_for_menu(self) -> QPoint:
        """Where a menu for the chosen entry opens."""
        rect = self.visualRect(self.currentIndex())
        return self.viewport().mapToGlobal(QPoint(rect.x() + min(280, rect.width() // 3), rect.bottom()))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self.cells.current = current.row()
        self.viewport().update()
        self.current_entry_changed.emit()

    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self.cells.current = self.currentIndex().row()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self.cells.current = self.currentIndex().row()  # rows above it may have come or gone

    # Keys and pointer

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys here, not the beginning of a name."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._activate(self.currentIndex())
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            last = self._agenda.rowCount() - 1
            self.choose(0 if event.key() == Qt.Key.Key_Home else last)
            if event.key() == Qt.Key.Key_Home:
                self.scrollToTop()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index, place = self.indexAt(event.pos()), event.globalPos()
        else:
            index, place = self.currentIndex(), self.place_for_menu()
        row = self._agenda.entry(index)
        if row is not None:
            self.setCurrentIndex(index)
            self.menu_wanted.emit(row, place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index, part = self._under(event.position().toPoint())
        row = self._agenda.entry(index)
        if row is not None and part == "done":
            self.done_wanted.emit(row)
        elif row is not None and part == "customer":
            self.customer_wanted.emit(row)
        elif part == "more":
            self._activate(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index, part = self._under(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and not part:
            self._activate(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index, part = self._under(event.position().toPoint())
        self._hover(index.row(), part)

    def leaveEvent(self, event: object) -> None:
        self._hover(-1, "")

    def _under(self, place: QPoint) -> tuple[QModelIndex, Part]:
        index = self.indexAt(place)
        item = self._agenda.item(index.row()) if index.isValid() else None
        if isinstance(item, More):
            return index, "more"
        if isinstance(item, AgendaRow):
            return index, self.cells.part_at(self.visualRect(index), item, place)
        return index, ""

    def _hover(self, number: int, part: Part) -> None:
        if (number, part) != self.cells.hovered:
            self.cells.hovered = (number, part)
            self.viewport().setCursor(cursor_of(part))
            self.viewport().update()

    def _activate(self, index: QModelIndex) -> None:
        item = self._agenda.item(index.row()) if index.isValid() else None
        if isinstance(item, More):
            self.more_wanted.emit(item.section)
        elif isinstance(item, AgendaRow):
            self.opened.emit(item)

    # Look

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.cells.focused = True
        if not self.currentIndex().isValid():
            self.choose(0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.cells.focused = False
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def visualRect(self, index: _Index) -> QRect:
        """Entries are as wide as the list, whatever they hold."""
        rect = super().visualRect(index)
        return QRect(0, rect.y(), self.viewport().width(), rect.height()) if rect.isValid() else rect

    def _restyle(self) -> None:
        self.cells.ink = Ink(self._theme.tokens, self.font())
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
