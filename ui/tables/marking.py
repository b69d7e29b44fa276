"""What the person does to mark rows of a table, by pointer, keys and fingers, turned into marks by id."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from ui.tables.marks import Marks

if TYPE_CHECKING:
    from ui.tables.paged_view import PagedTable

MOST_IN_RANGE = 20_000
"""Rows that are not at hand have to be read to be named. More than these are meant by a filter, not by a range."""


class Marking(QObject):
    """Between the view, which knows places, and the marks, which know rows."""

    def __init__(self, table: PagedTable, marks: Marks, *, boxes: bool) -> None:
        super().__init__(table)
        self._table = table
        self._marks = marks
        self._start = -1
        self._anew = True
        self.moving = False
        """While the current row moves only to mark it: that chooses nobody."""
        view = table.view
        view.has_boxes = boxes
        view.is_marked = table.model.is_marked = self._is_marked
        view.mark_toggled.connect(self._toggle)
        view.marks_stretched.connect(self._stretch)
        view.all_marked.connect(self._mark_all)
        view.marks_cleared.connect(self._clear)
        view.pressed_long.connect(self._on_long_press)
        table.model.modelReset.connect(self._forget_start)
        marks.changed.connect(self.show)

    def show(self) -> None:
        """Boxes are there as long as anything is marked, or taps mark."""
        self._table.view.marks_shown = self._marks.any or self._table.selecting
        self._table._show_lead()

    def forget_those_who_left(self) -> None:
        """After a re-reading: rows that were deleted, or no longer match, are not meant any more."""
        if self._marks.named:
            self._table.model.read_present(self._marks.named, self._marks.keep_only)

    def _is_marked(self, row: int) -> bool:
        if not self._marks.any:
            return False
        row_id = self._table.model.id_at(row)
        return self._marks.everything if row_id is None else self._marks.has(row_id)

    def _toggle(self, row: int) -> None:
        row_id = self._table.model.id_at(row)
        if row_id is None:
            return
        self._take_along_chosen(row)
        self._marks.toggle(row_id)
        self._start, self._anew = row, True
        self._move(row)

    def _stretch(self, row: int) -> None:
        if self._start < 0:
            self._start, self._anew = max(0, self._table.view.currentIndex().row()), True
        first, last = sorted((self._start, row))
        if last - first >= MOST_IN_RANGE:
            self._table.said.emit(
                f"A range takes at most {MOST_IN_RANGE:,} rows. Press Ctrl+A for all, or narrow the list first."
            )
            return
        self._move(row)
        ids = [self._table.model.id_at(number) for number in range(first, last + 1)]
        if None in ids:
            self._table.model.read_ids(first, last, self._mark_range)
        else:
            self._mark_range([row_id for row_id in ids if row_id is not None])

    def _mark_range(self, ids: list[UUID]) -> None:
        self._table.view.clearSelection()
        self._marks.stretch(ids, anew=self._anew)
        self._anew = False

    def _mark_all(self) -> None:
        self._table.view.clearSelection()
        self._marks.mark_all()

    def _clear(self) -> None:
        self._marks.clear()
        self._forget_start()
        self._table.set_selecting(False)

    def _on_long_press(self, row: int) -> None:
        self._table.set_selecting(True)
        self._toggle(row)

    def _take_along_chosen(self, row: int) -> None:
        """The first row that is marked with Ctrl joins the one that was chosen, as in other lists."""
        view = self._table.view
        chosen = view.currentIndex().row()
        by_key = view.selectionModel().isRowSelected(chosen, view.rootIndex()) if chosen >= 0 else False
        if by_key and view.with_ctrl and chosen != row and not self._marks.any:
            row_id = self._table.model.id_at(chosen)
            if row_id is not None:
                self._marks.add([row_id])
        view.clearSelection()

    def _move(self, row: int) -> None:
        self.moving = True
        self._table.view.move_quietly(row)
        self.moving = False

    def _forget_start(self) -> None:
        self._start, self._anew = -1, True
