"""Reminds of follow-ups when they are due, or some minutes before: in the desktop's tray, else within the window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from ui.follow_ups.reminder_memory import ReminderMemory
from ui.follow_ups.reminder_words import Told, number_words, reminder_words, short_words
from ui.settings.keys import REMIND_BEFORE, reminder_key

if TYPE_CHECKING:
    from crm_desktop.interactions.agenda import AgendaRow
    from ui.context import Signed
    from ui.follow_ups.watch import FollowUpWatch, Sight


class Teller(Protocol):
    """What a reminder needs of a tray."""

    def tell(self, title: str, text: str) -> bool: ...

    def show(self, wanted: bool) -> None: ...


class Reminders(QObject):
    """`wanted` when somebody wants to see what they were reminded of."""

    wanted = Signal(object)  # list[AgendaRow]

    def __init__(
        self, context: Signed, watch: FollowUpWatch, tray: Teller, is_locked: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._watch = watch
        self._tray = tray
        self._is_locked = is_locked
        self._memory = ReminderMemory(context.preferences, context.user.id)
        self._last: list[AgendaRow] = []
        watch.seen.connect(self._on_seen)
        tray.show(self.minutes >= 0)

    @property
    def minutes(self) -> int:
        """How long before the due time; -1 when nobody wants to be reminded."""
        stored = self._context.preferences.get(reminder_key(self._context.user.id), 0)
        return stored if stored in dict(REMIND_BEFORE) else 0

    def settings_changed(self) -> None:
        """Other minutes, on or off."""
        self._tray.show(self.minutes >= 0)
        self._watch.look()

    def show_last(self) -> None:
        """Somebody clicked on the message."""
        if self._last:
            self.wanted.emit(self._last)

    def _on_seen(self, sight: Sight) -> None:
        minutes = self.minutes
        self._tray.show(minutes >= 0)
        if minutes < 0:
            return
        lead = timedelta(minutes=minutes)
        due = [row for row in sight.near if row.follow_up is not None and row.follow_up - lead <= sight.now]
        rows = self._memory.untold(due)
        if rows:
            self._memory.remember(rows, sight.now)
            self._tell(rows, sight)
        coming = [row.follow_up for row in sight.near if row.follow_up is not None and row.follow_up - lead > sight.now]
        if coming and lead:
            self._watch.look_at(coming[0] - lead)

    def _tell(self, rows: list[AgendaRow], sight: Sight) -> None:
        self._last = rows
        told = reminder_words(rows, sight.now)
        if self._is_locked():  # who passes by need not know whom to call
            told = Told("CRM Desktop", number_words(len(rows)))
        if not self._tray.tell(*told):  # what is said within a locked window shows once it is unlocked
            words = short_words(rows, sight.now)
            self._context.notices.info(words, "Show", lambda: self.wanted.emit(rows))
