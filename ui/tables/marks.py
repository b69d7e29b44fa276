"""Which rows somebody marked for doing something with them: by their ids, or all of the list except some.

Marks stay with their rows when the list is read again, sorted or scrolled, and until they are cleared: a click that
opens a record does not lose them.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.selection import Selection


class Marks(QObject):
    """Of one table."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = False
        self._ids: set[UUID] = set()  # what is marked, or with `_all` what is not
        self._range: set[UUID] = set()

    @property
    def everything(self) -> bool:
        """Whether all rows of the list are meant, except those taken out."""
        return self._all

    @property
    def any(self) -> bool:
        """Whether anything is marked."""
        return self._all or bool(self._ids)

    @property
    def named(self) -> frozenset[UUID]:
        """The ids that are marked, or left out."""
        return frozenset(self._ids)

    def has(self, row_id: UUID) -> bool:
        """Whether this row is marked."""
        return (row_id in self._ids) is not self._all

    def count(self, total: int) -> int:
        """How many rows are marked in a list of `total`."""
        return max(0, total - len(self._ids)) if self._all else len(self._ids)

    def toggle(self, row_id: UUID) -> None:
        """Mark a row, or take its mark away."""
        self._range = set()
        self._ids ^= {row_id}
        self.changed.emit()

    def add(self, ids: Iterable[UUID]) -> None:
        """Mark these, too."""
        self._range = set()
        self._put(set(ids))
        self.changed.emit()

    def stretch(self, ids: Iterable[UUID], *, anew: bool) -> None:
        """Mark a range. The range before it gives way, unless this is the first of a new start."""
        wanted = set(ids)
        if not anew:
            self._take(self._range - wanted)
        self._range = {row_id for row_id in wanted if not self.has(row_id)} | (set() if anew else self._range & wanted)
        self._put(wanted)
        self.changed.emit()

    def mark_all(self) -> None:
        """Mark everything that the list holds: a flag, however many that is."""
        self._all = True
        self._ids, self._range = set(), set()
        self.changed.emit()

    def clear(self) -> None:
        """Nothing is marked any more."""
        if self.any:
            self._all = False
            self._ids, self._range = set(), set()
            self.changed.emit()

    def keep_only(self, present: Iterable[UUID]) -> None:
        """Forget the rows that have left the list."""
        kept = self._ids & set(present)
        if kept != self._ids:
            self._ids = kept
            self._range &= kept
            self.changed.emit()

    def selection(self, request: ListRequest, total: int) -> Selection:
        """What is marked, for those who act on it."""
        return Selection.everything(request, total, self._ids) if self._all else Selection.of(self._ids)

    def _put(self, ids: set[UUID]) -> None:
        self._ids = self._ids - ids if self._all else self._ids | ids

    def _take(self, ids: set[UUID]) -> None:
        self._ids = self._ids | ids if self._all else self._ids - ids
