"""What an upgrade tells on its way, and how it is stopped in time. Cheap to import: the window does so early."""

from __future__ import annotations

import threading
from collections.abc import Callable

from crm_desktop.errors import Cancelled


class Steps:
    """`say` is called by whoever upgrades, with what goes on now. Safe to use from two threads."""

    def __init__(self, say: Callable[[str], None] = lambda text: None) -> None:
        self.say = say
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._is_changing = False

    @property
    def can_be_cancelled(self) -> bool:
        return not self._is_changing

    def cancel(self) -> bool:
        """Whether it stops, with everything as it was; False when the database is being changed already."""
        with self._lock:
            self._is_cancelled = self._is_cancelled or not self._is_changing
            return self._is_cancelled

    def check(self) -> None:
        """Raises Cancelled once somebody has cancelled."""
        if self._is_cancelled:
            raise Cancelled

    def begin_changing(self) -> None:
        """The last moment for `check`: from here on it goes through, or back by itself."""
        with self._lock:
            self.check()
            self._is_changing = True
