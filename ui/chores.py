"""Does chores in the background while somebody is signed in: each minute what is due and no other desk is at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from crm_desktop.chores.registry import CHORES
from crm_desktop.chores.running import run_due
from ui.operations import DataChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_desktop.chores.chore import Chore
    from crm_desktop.chores.running import Done
    from ui.context import Signed
    from ui.handles import Handle

MINUTE_MS = 60_000
FIRST_AFTER_MS = 15_000
"""Whoever signs in is let work first."""


class Chores(QObject):
    """Of the person who is signed in, with their rights and in their name."""

    def __init__(self, context: Signed, parent: QObject, chores: Sequence[Chore] = CHORES) -> None:
        super().__init__(parent)
        self._context = context
        self._chores = chores
        self._handle: Handle | None = None
        self._failures: dict[str, str] = {}  # told once, not every quarter of an hour
        self._timer = QTimer(self, interval=MINUTE_MS)
        self._timer.timeout.connect(self.look)
        self._first = QTimer(self, singleShot=True, interval=FIRST_AFTER_MS)
        self._first.timeout.connect(self.look)

    def start(self) -> None:
        """From now on."""
        self._timer.start()
        self._first.start()

    def stop(self) -> None:
        """No more; what is under way is broken off, and soon due again."""
        self._timer.stop()
        self._first.stop()
        if self._handle is not None:
            self._handle.cancel()

    def look(self) -> None:
        """Do what is due, unless that is still under way."""
        if not self._chores or (self._handle is not None and not self._handle.over):
            return
        database, chores = self._context.database, self._chores
        self._handle = self._context.operations.background(
            self,
            lambda progress: run_due(database, progress.cancellation, chores),
            self._tell,
            # The next minute is another chance; whoever works here cannot do anything about it.
            failed=lambda _error: None,
        )

    def _tell(self, done: tuple[Done, ...]) -> None:
        changed = frozenset[str]().union(
            *(each.chore.changes for each in done if each.said or each.failure or each.bug)
        )
        if changed:
            self._context.operations.tell_changed(DataChange(changed))
        for each in done if self._context.capabilities.change_settings else ():
            if each.said:
                self._context.notices.info(f"{each.chore.title}: {each.said}")
            elif each.failure is not None and self._failures.get(each.chore.key) != str(each.failure):
                self._context.notices.error(f"{each.chore.title}: {each.failure}", each.failure.hint)
            self._failures[each.chore.key] = str(each.failure or "")
        for each in done:
            if each.bug is not None:
                raise each.bug
