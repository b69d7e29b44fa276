"""What a dry run found, as a table of any length: pages come from its file when they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from crm_desktop.importing.differences import Difference, Differences, Outcome
from ui.importing.words import OUTCOMES, TONES, field_title
from ui.theme import tokens

if TYPE_CHECKING:
    from ui.operations import Operations

PAGE = 100
MOST_PAGES = 20
TITLES = ("Row", "What happens", "Name", "Details")
LINE, OUTCOME, NAME, DETAILS = range(len(TITLES))
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_DISPLAY, _FOREGROUND = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ForegroundRole)


class DifferencesModel(QAbstractTableModel):
    def __init__(self, operations: Operations) -> None:
        super().__init__()
        self._operations = operations
        self._kind = "customers"
        self._differences: Differences | None = None
        self._outcome: Outcome | None = None
        self._count = 0
        self._pages: dict[int, list[Difference]] = {}
        self._asked: set[int] = set()
        self._generation = 0

    def show(self, kind: str, differences: Differences | None, outcome: Outcome | None = None) -> None:
        """Other rows: of one outcome, or all."""
        self.beginResetModel()
        self._generation += 1
        self._kind, self._differences, self._outcome = kind, differences, outcome
        self._count = differences.count(outcome) if differences is not None else 0
        self._pages, self._asked = {}, set()
        self.endResetModel()

    def row(self, number: int) -> Difference | None:
        """A row if it is at hand; it is fetched otherwise."""
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            self._fetch(page)
            return None
        return rows[place] if place < len(rows) else None

    def _fetch(self, page: int) -> None:
        differences, outcome, generation = self._differences, self._outcome, self._generation
        if differences is None or page in self._asked:
            return
        self._asked.add(page)

        def put(rows: list[Difference]) -> None:
            if generation != self._generation:
                return
            self._asked.discard(page)
            self._pages[page] = rows
            while len(self._pages) > MOST_PAGES:
                del self._pages[next(iter(self._pages))]
            first = page * PAGE
            self.dataChanged.emit(self.index(first, 0), self.index(first + len(rows) - 1, len(TITLES) - 1))

        self._operations.background(self, lambda _progress: differences.page(outcome, page * PAGE, PAGE), put)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == _DISPLAY and 0 <= section < len(TITLES):
            return TITLES[section]
        return None

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        if role not in (_DISPLAY, _FOREGROUND) or not index.isValid():
            return None
        found = self.row(index.row())
        if found is None:
            return "…" if role == _DISPLAY and index.column() == NAME else None
        if role == _FOREGROUND:
            if index.column() == OUTCOME and TONES[found.outcome] != "neutral":
                return QColor(getattr(tokens(), TONES[found.outcome]))
            return QColor(tokens().text_muted) if index.column() == LINE else None
        match index.column():
            case 0:
                return f"{found.line:,}"
            case 1:
                return OUTCOMES[found.outcome]
            case 2:
                return found.name
        return " ".join(details(self._kind, found).split())[:400]

    def details_of(self, number: int) -> str:
        """All that a row says, a line per field."""
        found = self.row(number)
        return details(self._kind, found, "\n") if found is not None else ""


def details(kind: str, found: Difference, between: str = "; ") -> str:
    """What changes: "City: Oslo → Bergen"; or why nothing does."""
    if found.reason:
        return found.reason if between == "\n" else found.reason.replace("\n", ": ")
    lines = []
    for change in found.changes:
        title = field_title(kind, change.field)
        if found.outcome == "updated":
            lines.append(f"{title}: {change.old or '(blank)'} → {change.new or '(blank)'}")
        else:
            lines.append(f"{title}: {change.new}")
    return between.join(lines)
