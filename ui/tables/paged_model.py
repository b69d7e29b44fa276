"""A table model over a listing of any length: it never waits, rows still to come are blank until they arrive."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from crm_desktop.errors import CrmError
from crm_desktop.listing.request import COUNT_CAP, FirstRows, ListRequest
from crm_desktop.listing.row_cache import RowCache
from ui.operations import DataChange, Operations
from ui.tables.columns import Column
from ui.tables.page_loader import PageLoader, Snapshot
from ui.widgets.labels import tooltip

if TYPE_CHECKING:
    from crm_desktop.listing.listing import Listing

Index = QModelIndex | QPersistentModelIndex
ListingFactory = Callable[[ListRequest], "Listing[Any]"]
MOST_PAGES = 16
"""8,000 rows at hand: enough to go back and forth, little beside the memory of the window."""
SETTLE_MS = 400
SETTLE_HERE_MS = 80
SETTLE_MOST_MS = 3_000
"""A burst of changes is followed by one re-reading, this long after the last of them."""
_ROOT = QModelIndex()
_DISPLAY, _TOOLTIP, _ALIGNMENT, _ACCESSIBLE, _DESCRIPTION = (
    int(Qt.ItemDataRole.DisplayRole),
    int(Qt.ItemDataRole.ToolTipRole),
    int(Qt.ItemDataRole.TextAlignmentRole),
    int(Qt.ItemDataRole.AccessibleTextRole),
    int(Qt.ItemDataRole.AccessibleDescriptionRole),
)


class Phase(Enum):
    """What the table can show at present."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class PagedModel(QAbstractTableModel):
    """Rows of one request at a time; a new request keeps the old rows on show until its first rows are there."""

    phase_changed = Signal(object)
    counted = Signal(int, bool)
    rows_moved = Signal()
    page_arrived = Signal(int, int)

    def __init__(
        self,
        operations: Operations,
        columns: Sequence[Column],
        listing_factory: ListingFactory,
        *,
        subjects: frozenset[str] = frozenset(),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.request = ListRequest()
        self.phase = Phase.LOADING
        self.error: CrmError | None = None
        self.exact = False
        self.is_marked: Callable[[int], bool] = lambda _row: False
        self._factory = listing_factory
        self._subjects = subjects
        self._cache: RowCache[Any] = RowCache(max_pages=MOST_PAGES)
        self._texts: dict[int, tuple[str, ...]] = {}
        self._total = 0
        self._visible = (0, 60)
        self._active = True
        self._stale = False
        self._loader = PageLoader(operations, self)
        self._loader.first_read.connect(self._show_first)
        self._loader.counted.connect(self._show_count)
        self._loader.page_read.connect(self._put_page)
        self._loader.rows_read.connect(self._put_rows)
        self._loader.snapshot_read.connect(self._show_snapshot)
        self._loader.failed.connect(self.fail)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self.refresh)
        operations.data_changed.connect(self._on_data_changed)

    # What is asked for

    def set_request(self, request: ListRequest) -> None:
        """Show other rows: those of this search, filter and order."""
        self.request = request
        self.reload()

    def reload(self) -> None:
        """Read from the beginning, e.g. after a failure."""
        self._settle.stop()
        self._stale = False
        self._set_phase(Phase.LOADING)
        self._loader.start(self._factory(self.request))

    def refresh(self) -> None:
        """Bring rows and count up to date without moving the view."""
        if not self._active:
            self._stale = True
        elif self.phase is Phase.FAILED:
            self.reload()
        elif self.phase is Phase.READY:
            self._stale = False
            self._loader.snapshot(self._visible_pages())

    def fail(self, error: CrmError) -> None:
        """The rows could not be read."""
        self.error = error
        self._set_phase(Phase.FAILED)

    def set_active(self, active: bool) -> None:
        """A table that nobody sees does not read; it catches up when it is shown."""
        self._active = active
        if active and self._stale:
            self.refresh()

    def show_rows(self, first: int, last: int) -> None:
        """Told by the view which rows are in sight."""
        self._visible = (first, last)
        self._want()

    # Qt's questions

    def rowCount(self, parent: Index = _ROOT) -> int:
        """All rows of the request, read or not."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Hidden ones too."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """A look-up, nothing else: Qt asks thousands of times per frame."""
        if role == _DISPLAY:
            texts = self._texts.get(index.row())
            if texts is None:
                texts = self.texts(index.row())
            return texts[index.column()] if texts else ""
        if role == _ALIGNMENT:
            return self.columns[index.column()].alignment
        if role == _TOOLTIP:
            told = self.columns[index.column()].tooltip
            row = self.row_at(index.row())
            return tooltip(told(row)) if told and row is not None else None
        if role == _ACCESSIBLE and not self.texts(index.row()):
            return "Loading"
        if role == _DESCRIPTION and self.is_marked(index.row()):
            return "Selected"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Column titles; rows have no header of their own."""
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == _DISPLAY:
                return self.columns[section].title
            if role == _ALIGNMENT:
                return self.columns[section].alignment
        return None

    # What painters and views ask

    def row_at(self, number: int) -> Any | None:
        """The row itself, or None while it is still to come (asking for it fetches it)."""
        row = self._cache.row(number)
        if row is None and 0 <= number < self._total and not self._visible[0] <= number <= self._visible[1]:
            self._visible = (number, number)
            self._want()
        return row

    def texts(self, number: int) -> tuple[str, ...]:
        """What the row's cells say, formatted once; empty while the row is still to come."""
        texts = self._texts.get(number)
        if texts is None:
            row = self.row_at(number)
            if row is None:
                return ()
            if len(self._texts) > 5_000:
                self._texts.clear()
            texts = self._texts[number] = tuple(column.format(row) for column in self.columns)
        return texts

    def find(self, row_id: UUID) -> int:
        """Number of the row with this id among those in and near sight, else -1."""
        first, last = self._visible
        for number in range(max(0, first - 100), min(self._total, last + 100)):
            row = self._cache.row(number)
            if row is not None and row.id == row_id:
                return number
        return -1

    def id_at(self, number: int) -> UUID | None:
        """The id of a row that is at hand, without fetching it."""
        row = self._cache.row(number)
        return None if row is None else row.id

    def rows_at_hand(self, wanted: Callable[[int], bool], most: int) -> list[int]:
        """The numbers of rows that have been read and are wanted, in order."""
        return sorted(number for number, _row in self._cache.loaded() if number < self._total and wanted(number))[:most]

    def read_ids(self, first: int, last: int, done: Callable[[list[UUID]], None]) -> None:
        """The ids of rows that need not be at hand, read in the background; not called when the list changed."""
        self._loader.read_ids(first, last, done)

    def read_present(self, ids: frozenset[UUID], done: Callable[[set[UUID]], None]) -> None:
        """Which of these are still in the list."""
        self._loader.read_present(ids, done)

    def restate(self) -> None:
        """Format all cells again, e.g. when a day ended and "today" means another one."""
        self._texts.clear()
        self._repaint_all()

    # What arrives

    def _show_first(self, first: FirstRows[Any]) -> None:
        self.beginResetModel()
        self._forget_rows()
        self._total = len(first.rows)
        self._visible = (0, 60)
        self._cache.put(self._cache.generation, 0, first.rows, partial=True)
        self.endResetModel()
        self.exact = first.exact
        self._set_phase(Phase.READY)
        self.counted.emit(first.count if first.exact else COUNT_CAP, first.exact)

    def _show_count(self, total: int) -> None:
        self._resize(total)
        self.exact = True
        self.counted.emit(total, True)
        self._want()

    def _put_page(self, page: int, rows: list[Any]) -> None:
        first = page * self._loader.page_size
        if not self._cache.put(self._cache.generation, page, rows):
            return
        last = min(self._total, first + self._loader.page_size) - 1
        for number in range(first, last + 1):
            self._texts.pop(number, None)
        if last >= first:
            # A neighbour out of sight needs no repainting.
            seen = max(first, self._visible[0]), min(last, self._visible[1])
            if seen[0] <= seen[1]:
                self._repaint(*seen)
            self.page_arrived.emit(first, last)
        self._want()

    def _put_rows(self, rows: Sequence[Any]) -> None:
        """Rows that changed where they stand; whether they still stand there, the snapshot tells."""
        fresh = {row.id: row for row in rows}
        for number in self._cache.update(lambda row: fresh.get(row.id)):
            self._texts.pop(number, None)
            if self._visible[0] <= number <= self._visible[1]:
                self._repaint(number, number)

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self._forget_rows()
        self._resize(snapshot.total)
        for page, rows in snapshot.pages.items():
            self._cache.put(self._cache.generation, page, rows)
        self.exact = True
        self._repaint_all()
        self.counted.emit(snapshot.total, True)
        self.rows_moved.emit()
        self._want()

    def _on_data_changed(self, change: DataChange) -> None:
        if not change.concerns(*self._subjects):
            return
        self._stale = True
        if self._active and self.phase is Phase.FAILED:
            self._settle.start(SETTLE_MS)  # whoever brings news has reached the database
        elif self._active and self.phase is Phase.READY:
            self._reread(change)
            # Who saved here wants to see it. What others save is counted again in proportion to what counting costs.
            elsewhere = max(SETTLE_MS, min(SETTLE_MOST_MS, 2 * self._loader.snapshot_ms))
            self._settle.start(SETTLE_HERE_MS if change.origin is not None else elsewhere)

    def _reread(self, change: DataChange) -> None:
        """What is in sight, at once: a few rows where the change names them, whole pages where it does not."""
        if change.ids is None or len(change.ids) > self._loader.page_size:
            self._loader.reread(self._visible_pages())
            return
        changed = set(change.ids)
        self._loader.reread_rows([row.id for _, row in self._cache.loaded() if row.id in changed])

    # Helpers

    def _forget_rows(self) -> None:
        self._cache.reset()
        self._texts.clear()

    def _resize(self, total: int) -> None:
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()

    def _visible_pages(self) -> list[int]:
        size = self._loader.page_size
        return list(range(self._visible[0] // size, min(self._visible[1], max(0, self._total - 1)) // size + 1))

    def _want(self) -> None:
        """Ask for what is in sight, then for its neighbours; what waits from an earlier sight is given up."""
        if not self._loader.ready_for_pages:
            return
        for page in self._loader.take_waiting():
            self._cache.failed(self._cache.generation, page)
        self._loader.want(self._cache.wanted(*self._visible, self._total))

    def _repaint(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _repaint_all(self) -> None:
        if self._total:
            self._repaint(0, self._total - 1)

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)
