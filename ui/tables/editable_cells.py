"""The cells of a table that can be edited where they stand: asked for by F2 and double clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QRect, Signal

if TYPE_CHECKING:
    from ui.tables.paged_view import PagedTable


class EditableCells(QObject):
    """None can, until somebody allows it and listens to `edit_requested`."""

    edit_requested = Signal(object, str)  # a row, and the key of the column whose cell is to be edited

    def __init__(self, table: PagedTable) -> None:
        super().__init__(table)
        self._table = table
        self._model = table.model
        self._view = table.view
        self._allowed = False
        self._view.is_editable = lambda section: self._allowed and self._model.columns[section].editable
        self._view.edit_asked.connect(self._on_edit_asked)

    def allow(self) -> None:
        """Let cells of editable columns be asked for."""
        self._allowed = True

    def place(self, row_id: UUID, key: str) -> QRect:
        """Where the cell is in the view's viewport; empty while its row is neither in nor near sight."""
        number, section = self._model.find(row_id), self._section(key)
        if number < 0 or self._view.isColumnHidden(section):
            return QRect()
        return self._view.visualRect(self._model.index(number, section))

    def show(self, row_id: UUID, key: str) -> None:
        """Make a cell the current one, in sight."""
        number = self._model.find(row_id)
        if number >= 0:
            self._go_to(number, self._section(key))

    def after(self, key: str, step: int) -> str:
        """The editable column that follows on screen (or comes before, with -1); "" when there is none."""
        header, columns = self._view.horizontalHeader(), self._model.columns
        order = [header.logicalIndex(place) for place in range(header.count())]
        keys = [columns[s].key for s in order if columns[s].editable and not header.isSectionHidden(s)]
        place = keys.index(key) + step if key in keys else -1
        return keys[place] if 0 <= place < len(keys) else ""

    def _section(self, key: str) -> int:
        return next(place for place, column in enumerate(self._model.columns) if column.key == key)

    def _go_to(self, number: int, section: int) -> None:
        index = self._model.index(number, section)
        self._view.setCurrentIndex(index)
        self._view.scrollTo(index)

    def _on_edit_asked(self, row: int, section: int) -> None:
        found = self._model.row_at(row)
        if found is not None:
            self._go_to(row, section)
            self.edit_requested.emit(found, self._model.columns[section].key)
