"""The rows of the palette: headings, commands and customers, as a list model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class PaletteRow:
    """`run` None: a heading. `detail` stands behind the title, `keys` at the right."""

    title: str
    run: Callable[[], object] | None = None
    icon: str = ""
    detail: str = ""
    keys: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return ", ".join(part for part in (self.title, self.detail, self.keys) if part)


class PaletteRows(QAbstractListModel):
    """Replaced whole: there are few."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[PaletteRow, ...] = ()

    def set_rows(self, rows: Sequence[PaletteRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    @property
    def rows(self) -> tuple[PaletteRow, ...]:
        """What is shown."""
        return self._rows

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == ROW:
            return row
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or self._rows[index.row()].run is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def next_to(self, place: int, step: int) -> int:
        """The nearest row that can be run from a place on, round the ends; -1 when there is none."""
        for distance in range(1, len(self._rows) + 1):
            found = (place + step * distance) % len(self._rows)
            if self._rows[found].run is not None:
                return found
        return -1
