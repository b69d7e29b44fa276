"""The command palette: one field, and below it what fits what is typed: commands, and customers of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFrame, QListView, QVBoxLayout, QWidget

from crm_desktop.customers.queries import customer_listing
from crm_desktop.customers.rows import CustomerRow
from crm_desktop.listing.request import ListRequest
from ui import shortcuts
from ui.palette.fuzzy import NO_MATCH, score
from ui.palette.recent import RecentCustomers
from ui.palette.row_delegate import RowDelegate
from ui.palette.rows import PaletteRow, PaletteRows
from ui.shell.commands import Command
from ui.theme.tokens import PHONE, XL, M, S
from ui.widgets.labels import text_label
from ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle

WIDTH, HEIGHT = 620, 520
MOST_CUSTOMERS, MOST_COMMANDS = 8, 6
PLACEHOLDER = "Type what you want to do, or a customer’s name"


class _Field(SearchField):
    """Esc closes the palette at once."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Palette(QDialog):
    """The caret stays in the field; Up and Down choose, Enter does it, Esc closes."""

    def __init__(
        self,
        context: Signed,
        parent: QWidget,
        commands: Sequence[Command],
        recent: RecentCustomers,
        open_customer: Callable[[UUID], object],
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Command palette")
        self.setAccessibleName("Command palette")
        self.setModal(True)
        self._context = context
        self._commands = tuple(commands)
        self._open_customer = open_customer
        self._recent: list[tuple[UUID, str]] = []
        self._found: list[CustomerRow] = []
        self._found_for = ""
        self._handle: Handle | None = None
        self.field = _Field("Command palette", PLACEHOLDER)
        self.field.textChanged.connect(lambda _text: self._show())
        self.field.searched.connect(self._search)
        self.rows = PaletteRows()
        self.list = QListView()
        self.list.setModel(self.rows)
        self.list.setItemDelegate(RowDelegate(self.list))
        self.list.setAccessibleName("Results")
        self.list.setProperty("role", "palette")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(self._on_clicked)
        self.nothing = text_label("", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        frame = QFrame()
        frame.setProperty("role", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(M, M, M, S)
        inside.setSpacing(S)
        inside.addWidget(self.field)
        inside.addWidget(self.nothing)
        inside.addWidget(self.list, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(frame)
        shortcuts.bind(self, "palette", self.reject)
        self._show()
        recent.look_up(self, self._show_recent)

    # What is shown.

    def _show(self) -> None:
        query = self.field.text().strip()
        commands = self._fitting(query)
        rows: list[PaletteRow] = []
        if not query and self._recent:
            rows.append(PaletteRow("Recent customers"))
            rows += [self._customer_row(each, name, "") for each, name in self._recent[:MOST_CUSTOMERS]]
        if commands:
            rows += [PaletteRow("Commands"), *map(_command_row, commands)]
        if query and self._found:
            rows.append(PaletteRow("Customers"))
            rows += [self._customer_row(row.id, row.name, _detail(row)) for row in self._found]
        kept = self._current_title() if self._found_for == query else ""
        self.rows.set_rows(rows)
        self.nothing.setText(f"Nothing fits “{query}”." if self._found_for == query else "Searching…")
        self.nothing.setHidden(bool(rows))
        self.list.setHidden(not rows)
        same = next((n for n, row in enumerate(rows) if row.run is not None and row.title == kept), -1) if kept else -1
        self._choose(same if same >= 0 else self.rows.next_to(-1, 1) if rows else -1)

    def _fitting(self, query: str) -> list[Command]:
        scored = [(score(query, command.title, command.words), command) for command in self._commands]
        fitting = [(points, command) for points, command in scored if points != NO_MATCH]
        fitting.sort(key=lambda pair: -pair[0])
        if not query:
            return [command for _points, command in fitting]
        # A few letters stand in nearly every title: where some fit well, those that hardly do stay away.
        return [command for points, command in fitting[:MOST_COMMANDS] if points > fitting[0][0] // 2]

    def _customer_row(self, customer_id: UUID, name: str, detail: str) -> PaletteRow:
        return PaletteRow(name, partial(self._open_customer, customer_id), "individual", detail)

    def _search(self, text: str) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if not text:
            self._found, self._found_for = [], ""
            return

        def show(rows: list[CustomerRow]) -> None:
            self._handle = None
            self._found, self._found_for = rows, text
            self._show()

        self._handle = self._context.operations.query(
            self,
            lambda session: (
                customer_listing(ListRequest(search=text)).first(session.connection()).rows[:MOST_CUSTOMERS]
            ),
            show,
            failed=lambda _error: show([]),
        )

    def _show_recent(self, recent: list[tuple[UUID, str]]) -> None:
        self._recent = recent
        if recent and not self.field.text():
            self._show()

    # Choosing.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The field leaves these to us."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}
        if event.key() in step:
            self._move(step[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
        else:
            super().keyPressEvent(event)

    def _move(self, by: int) -> None:
        place = self.list.currentIndex().row()
        for _ in range(abs(by)):
            place = self.rows.next_to(place, 1 if by > 0 else -1)
        self._choose(place)

    def _choose(self, place: int) -> None:
        index = self.rows.index(place, 0) if place >= 0 else QModelIndex()
        self.list.setCurrentIndex(index)
        if place == self.rows.next_to(-1, 1):
            self.list.scrollToTop()
        if index.isValid() and self.isVisible():
            # The focus stays in the field: a screen reader is told which row Enter would take.
            event = QAccessibleEvent(self.list, QAccessible.Event.Focus)
            event.setChild(place)
            QAccessible.updateAccessibility(event)

    def _current_title(self) -> str:
        index = self.list.currentIndex()
        return self.rows.rows[index.row()].title if index.isValid() and index.row() < len(self.rows.rows) else ""

    def _on_clicked(self, index: QModelIndex) -> None:
        self._run(index)

    def _run(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        run = self.rows.rows[index.row()].run
        if run is not None:
            self.accept()
            parent = self.parentWidget()
            QTimer.singleShot(0, parent if parent is not None else self, run)

    # Place.

    def showEvent(self, event: QShowEvent) -> None:
        parent = self.parentWidget()
        window = parent.window() if parent is not None else None
        if window is not None:
            room = window.size()
            narrow = room.width() < PHONE
            size = room if narrow else QSize(min(WIDTH, room.width() - 2 * XL), min(HEIGHT, room.height() - 4 * XL))
            self.resize(size)
            top = 0 if narrow else min(room.height() // 8, room.height() - size.height())
            self.move(window.geometry().topLeft().x() + (room.width() - size.width()) // 2, window.geometry().y() + top)
        super().showEvent(event)
        self.field.setFocus()


def _command_row(command: Command) -> PaletteRow:
    keys = shortcuts.hint(command.shortcut) if command.shortcut else ""
    return PaletteRow(command.title, command.run, command.icon, "", keys)


def _detail(row: CustomerRow) -> str:
    company = row.company_name if row.company_name != row.name else ""
    return " · ".join(part for part in (company, row.city, row.phone or row.email) if part)
