"""Handles of running work: what a screen holds to cancel it, and what slow work holds to say how far it is."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from crm_desktop.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg


class Progress:
    """Given to slow work. Called from its thread."""

    def __init__(self, tell: Callable[[float, str], None]) -> None:
        self._tell = tell
        self._cancelled = threading.Event()

    def report(self, fraction: float | None = None, text: str = "") -> None:
        """`fraction` from 0 to 1, or None when it cannot be known. Raises Cancelled once the person cancelled."""
        self.check()
        self._tell(-1.0 if fraction is None else fraction, text)

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise Cancelled if the person cancelled."""
        if self.cancelled:
            raise Cancelled("Cancelled.")

    def cancel(self) -> None:
        self._cancelled.set()


class Handle(QObject):
    """One piece of work. After cancel() neither `done` nor `failed` is called, and its SQL statement is stopped."""

    progress = Signal(float, str)  # -1 when the share done is not known
    finished = Signal()  # done, failed or cancelled

    def __init__(self, parent: QObject, stop: Callable[[Handle], None]) -> None:
        super().__init__(parent)
        self._stop = stop
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[object] | None = None
        self._cancelled = False
        self._over = False
        self.progress_of_work = Progress(self.progress.emit)

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
            self.progress_of_work.cancel()
            self._stop(self)

    # The rest is for Operations.

    def attach(self, connection: psycopg.Connection[object]) -> None:
        """The work's connection, from its thread: what stop_statement() has to stop."""
        with self._lock:
            self._connection = connection

    def detach(self) -> None:
        """Before the connection goes back to its pool: from here on a cancel may not touch it."""
        with self._lock:
            self._connection = None

    def stop_statement(self) -> None:
        """Ask the server to stop the running statement. Waits for the network: never on the GUI thread."""
        import psycopg

        with self._lock:
            if self._connection is not None:
                try:
                    self._connection.cancel_safe(timeout=5.0)
                except psycopg.Error:
                    pass  # the connection is gone, and the statement with it

    def close(self) -> None:
        if not self._over:
            self._over = True
            self.finished.emit()
