"""Looks at one's own follow-ups each minute, when one falls due, and after changes: how many are overdue, what is due.

Short ranges of an index, away from the GUI thread, after whatever somebody waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from crm_desktop.interactions.agenda import AgendaRow, due_between, overdue_count

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.operations import DataChange

MINUTE_MS = 60_000
FIRST_AFTER_MS = 400
SETTLE_MS = 600
LOOK_BACK = timedelta(hours=24)
"""Who was away gets one reminder of what fell due meanwhile; what is older stands on the agenda."""
OVERLAP = timedelta(minutes=2)
"""So much of what the last look saw is looked at again: clocks of two computers differ a little."""
LOOK_AHEAD = timedelta(minutes=32)
"""The longest lead of a reminder, and the time until the next look."""
MOST = 200


@dataclass(frozen=True)
class Sight:
    """What was seen: `near` fell due of late or will soon, earliest first."""

    now: datetime
    overdue: int
    near: list[AgendaRow]


class FollowUpWatch(QObject):
    """Of the person who is signed in."""

    overdue_changed = Signal(int)
    seen = Signal(object)  # Sight

    def __init__(self, context: Signed, parent: QObject, *, now: Callable[[], datetime] | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._now = now or (lambda: datetime.now(UTC))
        self._overdue = -1
        self._last: datetime | None = None
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self.look)
        self._once = QTimer(self, singleShot=True)
        self._once.timeout.connect(self.look)
        context.operations.data_changed.connect(self._on_data_changed)

    def start(self) -> None:
        """From now on; the first look lets the window show first."""
        if not self._minute.isActive():
            self._minute.start()
            self._look_in(FIRST_AFTER_MS)

    def stop(self) -> None:
        """No more looks."""
        self._minute.stop()
        self._once.stop()

    def look(self) -> None:
        """Ask now."""
        me, now = self._context.user.id, self._now()
        first = now - LOOK_BACK if self._last is None else max(now - LOOK_BACK, self._last - OVERLAP)

        def read(session: Session) -> Sight:
            past = due_between(session, me, first, now, MOST)
            coming = due_between(session, me, now, now + LOOK_AHEAD, MOST)
            return Sight(now, overdue_count(session, me, now), [*past, *coming])

        self._context.operations.query(self, read, self._show, failed=lambda _error: None, patient=True)

    def look_at(self, moment: datetime) -> None:
        """Look again then, if that is before the minute is over."""
        milliseconds = (moment - self._now()) / timedelta(milliseconds=1)
        if self._minute.isActive() and milliseconds < MINUTE_MS:
            self._look_in(max(50, round(milliseconds) + 50))

    def _look_in(self, milliseconds: int) -> None:
        if not self._once.isActive() or self._once.remainingTime() > milliseconds:
            self._once.start(milliseconds)

    def _show(self, sight: Sight) -> None:
        self._last = sight.now
        if sight.overdue != self._overdue:
            self._overdue = sight.overdue
            self.overdue_changed.emit(sight.overdue)
        coming = [row.follow_up for row in sight.near if row.follow_up is not None and row.follow_up >= sight.now]
        if coming:
            self.look_at(coming[0])
        self.seen.emit(sight)

    def _on_data_changed(self, change: DataChange) -> None:
        if self._minute.isActive() and change.concerns("interactions"):
            self._look_in(SETTLE_MS)
