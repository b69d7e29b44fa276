"""Handles of running work: what a screen holds to cancel it, and what slow work holds to say how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from crm_desktop.database.cancellation import Cancellation

if TYPE_CHECKING:
    from collections.abc import Callable


class Progress:
    """Given to slow work. Called from its thread."""

    def __init__(self, tell: Callable[[float, str], None], cancellation: Cancellation) -> None:
        self._tell = tell
        self.cancellation = cancellation  # for database work: its statements stop, too

    def report(self, fraction: float | None = None, text: str = "") -> None:
        """`fraction` from 0 to 1, or None when it cannot be known. Raises Cancelled once the person cancelled."""
        self.check()
        self._tell(-1.0 if fraction is None else fraction, text)

    @property
    def cancelled(self) -> bool:
        return self.cancellation.cancelled

    def check(self) -> None:
        """Raise Cancelled if the person cancelled."""
        self.cancellation.raise_if_cancelled()


class Handle(QObject):
    """One piece of work. After cancel() neither `done` nor `failed` is called, and its SQL statement is stopped."""

    progress = Signal(float, str)  # -1 when the share done is not known
    finished = Signal()  # done, failed or cancelled

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cancellation = Cancellation()
        self._cancelled = False
        self._over = False
        self.progress_of_work = Progress(self.progress.emit, self.cancellation)

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def over(self) -> bool:
        return self._over

    def cancel(self) -> None:
        """Returns at once."""
        if not self._cancelled and not self._over:
            self._cancelled = True
            self.cancellation.cancel()

    def close(self) -> None:
        """For Operations: the work is over."""
        if not self._over:
            self._over = True
            self.finished.emit()
