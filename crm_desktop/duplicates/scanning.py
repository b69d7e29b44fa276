"""Running the scan over all customers, with word of how far it is."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.database.notices import heard_progress

Tell = Callable[[float, str], None]


def scan(database: Database, tell: Tell, cancellation: Cancellation | None = None) -> int:
    """Looks for duplicates among all customers and keeps what it finds for everybody; returns the scan's id.

    `tell` is called with the share done and what is going on. Cancelled, it leaves the last result as it was.
    """

    def hear(message: str) -> None:
        share, _, doing = message.partition(" ")
        tell(float(share), doing)

    with database.connection(cancellation) as connection, heard_progress(connection, hear):
        found: int = connection.execute(text("SELECT crm.scan_duplicates()")).scalar_one()
        if cancellation is not None:
            cancellation.raise_if_cancelled()  # the word came too late for the statement
    return found
