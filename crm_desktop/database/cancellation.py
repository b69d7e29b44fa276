"""A way to stop a running statement from another thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from crm_desktop.errors import Cancelled

if TYPE_CHECKING:
    import psycopg

_FIRST_PAUSE = 0.02  # seconds; doubles up to the longest
_LONGEST_PAUSE = 0.5


class Cancellation:
    """Handed to `Database.session`, `connection` or `raw`; `cancel()` may be called from any thread, at any time.

    It stops the statement that runs at that moment and refuses every later one.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._changed = threading.Condition()
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Returns at once: telling the server takes a connection of its own, made in another thread."""
        self._cancelled.set()
        if self._connection is not None:
            threading.Thread(target=self._stop_statements, name="cancel-statement", daemon=True).start()

    def raise_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled

    @contextmanager
    def watching(self, connection: psycopg.Connection[Any]) -> Iterator[None]:
        """While this lasts, `cancel()` reaches the statements of `connection`."""
        self.raise_if_cancelled()
        with self._changed:
            self._connection = connection
        try:
            self.raise_if_cancelled()
            yield
        finally:
            # Taking the lock waits for a cancel under way, so that it cannot hit the connection's next user.
            with self._changed:
                self._connection = None
                self._changed.notify_all()

    def _stop_statements(self) -> None:
        """Until the connection is given back: the server forgets a cancel that comes between two statements, just
        before the next one."""
        import psycopg
        from psycopg.pq import TransactionStatus

        pause = _FIRST_PAUSE
        with self._changed:
            while self._connection is not None and not self._connection.closed:
                if self._connection.info.transaction_status == TransactionStatus.ACTIVE:
                    with suppress(psycopg.Error):  # the connection is gone, and the statement with it
                        self._connection.cancel_safe(timeout=5)
                self._changed.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
