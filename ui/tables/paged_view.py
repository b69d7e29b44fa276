"""A table ready to be put on a page: rows, states, sorting, remembered columns, one row chosen and others marked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.selection import Selection
from ui.tables.column_chooser import ColumnChooser
from ui.tables.column_layout import ColumnLayout
from ui.tables.columns import Column, CompactRow
from ui.tables.copying import bind_copy, copy_rows
from ui.tables.delegate import COMPACT_LEAD, LEAD, MARKING_LEAD, CellDelegate
from ui.tables.editable_cells import EditableCells
from ui.tables.header_row import HeaderRow
from ui.tables.ink import Ink
from ui.tables.marking import Marking
from ui.tables.marks import Marks
from ui.tables.paged_model import ListingFactory, PagedModel
from ui.tables.table_states import TableStates
from ui.tables.table_view import COMPACT_BOX_ROOM, TableView
from ui.widgets.state_panel import Words

if TYPE_CHECKING:
    from ui.context import Signed


class PagedTable(QWidget):
    """The rows of one request. Pages tell it what to show and listen to what is chosen."""

    current_row_changed = Signal(object)
    row_activated = Signal(object)
    counted = Signal(int, bool)
    sort_changed = Signal(str, bool)
    typed = Signal(str)
    menu_requested = Signal(object, QPoint)
    selecting_changed = Signal(bool)
    said = Signal(str)  # what the person should know of marking and copying

    def __init__(
        self,
        context: "Signed",
        name: str,
        columns: Sequence[Column],
        listing_factory: ListingFactory,
        *,
        subjects: frozenset[str] = frozenset(),
        compact: CompactRow | None = None,
        markable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._compact_row = compact
        self._compact = False
        self._told: object = None
        self._wants_end = False
        self._counted = (0, True)
        self._is_chosen = True  # the current row is the chosen one, and not just where marking has got to
        ink = Ink(context.theme.tokens, self.font())
        self.model = PagedModel(context.operations, columns, listing_factory, subjects=subjects, parent=self)
        self.view = TableView(ink)
        self.view.setAccessibleName(name)
        self.view.setModel(self.model)
        self.view.is_missing = lambda row: self.model.row_at(row) is None
        self.marks = Marks(self)
        self.marking = Marking(self, self.marks, boxes=markable)
        self.delegate = CellDelegate(self.model, ink, self.view)
        self.view.setItemDelegate(self.delegate)
        self.delegate.is_chosen = self.view.is_chosen
        self.columns = ColumnLayout(self.view, name.lower(), columns, context.preferences)
        self.columns.changed.connect(self._show_first_column)
        self.cells = EditableCells(self)
        self.states = TableStates(self, ink)
        self._header = HeaderRow(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self.states.stack, 1)
        self._connect()
        self._show_first_column()
        self._header.show_sort()

    def _connect(self) -> None:
        model, view = self.model, self.view
        model.counted.connect(self._on_counted)
        model.page_arrived.connect(self._on_page)
        model.rows_moved.connect(self._find_chosen_again)
        model.rows_moved.connect(self.marking.forget_those_who_left)
        view.rows_in_sight.connect(model.show_rows)
        view.selectionModel().currentRowChanged.connect(self._on_current)
        view.activated_row.connect(self._on_activated)
        view.typed.connect(self.typed)
        view.wants_end.connect(self._on_wants_end)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_menu)
        bind_copy(self)
        self._context.theme.changed.connect(self._restyle)

    # What a page does with it

    @property
    def request(self) -> ListRequest:
        """What is shown at present."""
        return self.model.request

    def set_request(self, request: ListRequest) -> None:
        """Show the rows of this request, from the top; the order stays what the person chose."""
        wanted = replace(request, sort=self.request.sort, descending=self.request.descending)
        if wanted != self.request:
            self.marks.clear()  # what is out of sight is not to be acted on
        self.delegate.set_search(wanted.search)
        self.view.horizontalScrollBar().setValue(0)
        self.model.set_request(wanted)

    def set_sort(self, key: str, descending: bool) -> None:
        """Show the same rows in another order."""
        if (key, descending) == (self.request.sort, self.request.descending):
            return
        self.model.set_request(replace(self.request, sort=key, descending=descending))
        self._header.show_sort()
        self.sort_changed.emit(key, descending)

    def start_sorted(self, key: str, descending: bool) -> None:
        """The order for the next reading."""
        self.model.request = replace(self.model.request, sort=key, descending=descending)
        self._header.show_sort()
        self.sort_changed.emit(key, descending)

    def set_empty(self, words: Callable[[], Words]) -> None:
        """Asked for its words each time that there is no row."""
        self.states.empty = words

    def set_compact(self, compact: bool) -> None:
        """Two-line rows for narrow windows."""
        compact = compact and self._compact_row is not None
        if compact == self._compact:
            return
        self._compact = compact
        self.delegate.compact = self._compact_row if compact else None
        self._show_lead()
        self.columns.set_compact(compact)
        self.view.set_compact(compact)
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if compact else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.view.setHorizontalScrollBarPolicy(policy)
        current = self.view.currentIndex()
        if current.isValid():
            self.view.scrollTo(current)

    @property
    def total(self) -> int:
        """How many rows there are; while they are being counted, at least so many."""
        return self._counted[0]

    @property
    def total_is_exact(self) -> bool:
        """Whether they have been counted."""
        return self._counted[1]

    def selection(self) -> Selection:
        """The marked rows."""
        return self.marks.selection(self.request, self.total)

    @property
    def selecting(self) -> bool:
        """Whether a click or tap marks a row, instead of choosing it."""
        return self.view.taps_mark

    def set_selecting(self, on: bool) -> None:
        """Let every click or tap mark a row, or choose it again."""
        if on != self.view.taps_mark:
            self.view.taps_mark = on
            self.marking.show()
            self.selecting_changed.emit(on)

    def refresh(self) -> None:
        """Read again what is on show."""
        self.model.refresh()

    def current_row(self) -> Any | None:
        """The chosen row; None when none is, or while it is still to come."""
        index = self.view.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    def step(self, by: int) -> None:
        """Choose the next (1) or previous (-1) row."""
        row = self.view.currentIndex().row() + by if self.view.currentIndex().isValid() else 0
        self.choose(max(0, min(self.model.rowCount() - 1, row)))

    def choose(self, row: int) -> None:
        """Make a row the current one and bring it into sight."""
        if 0 <= row < self.model.rowCount():
            column = self.view.horizontalHeader().logicalIndexAt(1)
            self.view.setCurrentIndex(self.model.index(row, max(0, column)))

    def choose_id(self, row_id: UUID) -> bool:
        """Choose the row with this id if it is in or near sight."""
        row = self.model.find(row_id)
        self.choose(row)
        return row >= 0

    def clear_choice(self) -> None:
        """No row is chosen."""
        self.view.setCurrentIndex(QModelIndex())
        self.view.clearSelection()
        self._told = None

    def open_columns(self, below: QWidget) -> None:
        """Let the person show, hide and order columns."""
        ColumnChooser(self.columns, self).open_below(below)

    def copy(self) -> None:
        """Put the marked rows, or the chosen one, on the clipboard."""
        said = copy_rows(self)
        if said:
            self.said.emit(said)

    # What the model says

    def _on_counted(self, count: int, exact: bool) -> None:
        if exact and self._wants_end:
            self._wants_end = False
            self.choose(count - 1)
        self._counted = (count, exact)
        self.counted.emit(count, exact)

    # What the person does

    def _on_current(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._is_chosen = not (self.marking.moving or self.view.focusing)
        if self._is_chosen:
            self._tell_current()

    def _on_page(self, first: int, last: int) -> None:
        if first <= self.view.currentIndex().row() <= last and self._is_chosen:
            self._tell_current()

    def _tell_current(self) -> None:
        row = self.current_row()
        if row is not None and row != self._told:
            self._told = row
            self.current_row_changed.emit(row)

    def _find_chosen_again(self) -> None:
        """After a re-reading the chosen record may stand at another row."""
        if self._told is None or not self._is_chosen:
            return
        row = self.model.find(self._told.id)  # type: ignore[attr-defined]
        if row >= 0 and row != self.view.currentIndex().row():
            place = self.view.verticalScrollBar().value()
            self.choose(row)
            self.view.verticalScrollBar().setValue(place)

    def _on_activated(self, row: int) -> None:
        found = self.model.row_at(row)
        if found is not None:
            self.row_activated.emit(found)

    def _on_wants_end(self) -> None:
        self._wants_end = not self.model.exact

    def _on_menu(self, place: QPoint) -> None:
        row = self.model.row_at(self.view.rowAt(place.y()))
        if row is not None:
            self.menu_requested.emit(row, self.view.viewport().mapToGlobal(place))

    # Look

    def _show_lead(self) -> None:
        boxes = self.view.marks_shown and self.view.has_boxes
        bare, beside_box = (COMPACT_LEAD, COMPACT_BOX_ROOM) if self._compact else (LEAD, MARKING_LEAD)
        self.delegate.lead = beside_box if boxes else bare
        self.view.viewport().update()

    def _show_first_column(self) -> None:
        """The leftmost cell stands farther from the window's edge, in line with what is above the table."""
        header = self.view.horizontalHeader()
        places = (header.logicalIndex(place) for place in range(header.count()))
        self.delegate.first_section = next((s for s in places if not header.isSectionHidden(s)), 0)
        self.view.viewport().update()

    def _restyle(self) -> None:
        ink = Ink(self._context.theme.tokens, self.font())
        self.delegate.ink = ink
        self.states.set_ink(ink)
        self.view.set_ink(ink)
        self.columns.apply()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "states"):
            self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.states.line.place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.set_active(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.set_active(False)
        self.columns.flush()
