"""How many customers each segment has, counted one after the other behind everything that somebody waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crm_desktop.customers.queries import customer_listing
from crm_desktop.errors import CrmError
from crm_desktop.segments.members import all_customers, members
from ui.filters.match_count import MatchCount

if TYPE_CHECKING:
    from ui.context import Signed


@dataclass(frozen=True)
class Count:
    """What is known; `fault` says why it cannot be counted."""

    number: int = 0
    exact: bool = True
    fault: str = ""


class SegmentCounts(QObject):
    """`changed` carries a segment's id; `total_changed` comes when the number of all customers is known."""

    changed = Signal(object)
    total_changed = Signal()

    def __init__(self, context: Signed, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._waiting: list[UUID] = []
        self._asked: UUID | None = None
        self._known: dict[UUID, Count] = {}
        self.total = 0
        self._matches = MatchCount(context, self, patient=True)
        self._matches.counted.connect(self._on_counted)
        self._matches.failed.connect(self._on_failed)

    def of(self, segment_id: UUID) -> Count | None:
        """What was counted last; None before the first time."""
        return self._known.get(segment_id)

    def count(self, wanted: Sequence[UUID]) -> None:
        """Count these anew, in this order. What was known stays until then."""
        self.stop()
        self._waiting = list(wanted)
        self._context.operations.query(self, all_customers, self._show_total, failed=lambda _error: None, patient=True)
        self._next()

    def stop(self) -> None:
        """Count no more."""
        self._matches.stop()
        self._waiting, self._asked = [], None

    def _next(self) -> None:
        self._asked = self._waiting.pop(0) if self._waiting else None
        if self._asked is not None:
            self._matches.ask(customer_listing(members(self._asked)))

    def _on_counted(self, number: int, exact: bool) -> None:
        self._take(Count(number, exact), done=exact)

    def _on_failed(self, error: CrmError) -> None:
        self._take(Count(fault=str(error)), done=True)

    def _take(self, count: Count, *, done: bool) -> None:
        segment_id = self._asked
        if segment_id is None:
            return
        self._known[segment_id] = count
        self.changed.emit(segment_id)
        if done and self._asked == segment_id:
            self._next()

    def _show_total(self, total: int) -> None:
        self.total = total
        self.total_changed.emit()
