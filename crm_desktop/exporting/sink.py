"""The rows of an export as they come, and word of how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.database.cancellation import Cancellation

Tell = Callable[[float | None, str], None]
_EVERY_ROWS = 1_000
_EVERY_S = 0.1


class Steps:
    """Counts rows; tells and looks for a cancellation now and then."""

    def __init__(self, total: int, tell: Tell, cancellation: Cancellation | None) -> None:
        self.done = 0
        self._total = total
        self._tell = tell
        self._cancellation = cancellation
        self._told = 0.0

    def count(self, rows: int = _EVERY_ROWS) -> None:
        """So many more rows."""
        self.done += rows
        if self._cancellation is not None:
            self._cancellation.raise_if_cancelled()
        now = time.monotonic()
        if now - self._told >= _EVERY_S:
            self._told = now
            share = min(1.0, self.done / self._total) if self._total else None
            self._tell(share, f"{self.done:,} of {self._total:,} rows")


def rows_of(connection: psycopg.Connection[Any], statements: Sequence[str], steps: Steps) -> Iterator[tuple[Any, ...]]:
    """The rows as tuples of texts, streamed: none is kept."""
    waiting = 0
    with connection.cursor() as cursor:
        for statement in statements:
            with cursor.copy(f"COPY ({statement}) TO STDOUT".encode()) as copy:
                for row in copy.rows():
                    yield row
                    waiting += 1
                    if waiting == _EVERY_ROWS:
                        steps.count(waiting)
                        waiting = 0
    steps.count(waiting)
