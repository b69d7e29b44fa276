"""The segments as a list: name, what it is about, how many are in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crm_desktop.segments.rows import SegmentRow
from ui.segments.counts import SegmentCounts
from ui.segments.words import customers

_Index = QModelIndex | QPersistentModelIndex


class SegmentModel(QAbstractListModel):
    """The delegate asks `row` and `counts`; others what a screen reader speaks."""

    def __init__(self, counts: SegmentCounts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.counts = counts
        self.rows: tuple[SegmentRow, ...] = ()
        counts.changed.connect(self._on_counted)

    def set_rows(self, rows: tuple[SegmentRow, ...]) -> None:
        """Show these."""
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def place(self, segment_id: UUID | None) -> int:
        """Where a segment stands; -1 when it is not there."""
        return next((place for place, row in enumerate(self.rows) if row.id == segment_id), -1)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            count = self.counts.of(row.id)
            return count.fault if count is not None and count.fault else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}, {self._spoken(row)}"
        return None

    def _spoken(self, row: SegmentRow) -> str:
        count = self.counts.of(row.id)
        off = "" if row.is_active else ", not in use"
        if count is None:
            return f"being counted{off}"
        return f"cannot be counted{off}" if count.fault else f"{customers(count.number, exact=count.exact)}{off}"

    def _on_counted(self, segment_id: UUID) -> None:
        place = self.place(segment_id)
        if place >= 0:
            self.dataChanged.emit(self.index(place), self.index(place))
