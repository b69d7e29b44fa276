"""The imports so far as a table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from crm_desktop.importing.history import ImportRow
from ui.importing.words import MADE
from ui.interactions.local_time import moment_text
from ui.theme import tokens

TITLES = ("When", "Who", "File", "What", "Created", "Updated", "Skipped", "Refused", "Status")
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)


class HistoryModel(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._rows: list[ImportRow] = []

    def show_imports(self, rows: list[ImportRow]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, number: int) -> ImportRow | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == _DISPLAY and 0 <= section < len(TITLES):
            return TITLES[section]
        return None

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == _DISPLAY:
            return (
                moment_text(row.at, datetime.now(UTC)),
                row.by,
                row.file_name,
                MADE.get(row.kind, row.kind.capitalize()),
                *(f"{number:,}" for number in (row.created, row.updated, row.skipped, row.refused)),
                status(row),
            )[index.column()]
        if role == int(Qt.ItemDataRole.TextAlignmentRole) and 4 <= index.column() <= 7:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == int(Qt.ItemDataRole.ForegroundRole) and row.undone_at is not None:
            return QColor(tokens().text_muted)
        return None


def status(row: ImportRow) -> str:
    """ "Imported", or who took it back and what stayed."""
    if row.undone_at is None:
        return "Imported"
    kept = f", {row.kept:,} kept" if row.kept else ""
    return f"Undone by {row.undone_by}{kept}" if row.undone_by else f"Undone{kept}"
