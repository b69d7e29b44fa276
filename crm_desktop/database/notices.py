"""What a running statement says before it ends: functions of the schema tell their progress as notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection

_PROGRESS = "CR100"  # the SQLSTATE of such a notice


@contextmanager
def heard_progress(connection: Connection, hear: Callable[[str], None]) -> Iterator[None]:
    """Within, `hear` is called with what a statement says of how far it is, while it runs."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)

    def on_notice(notice: psycopg.errors.Diagnostic) -> None:
        if notice.sqlstate == _PROGRESS:
            hear(notice.message_primary or "")

    driver.add_notice_handler(on_notice)
    try:
        yield
    finally:
        driver.remove_notice_handler(on_notice)


@contextmanager
def heard_share(connection: Connection, report: Callable[[float], None] | None) -> Iterator[None]:
    """The same where it counts, "200 of 1000": `report` hears which share has been done."""

    def hear(message: str) -> None:
        done, _, total = message.partition(" of ")
        if report is not None:
            report(int(done) / int(total))

    with heard_progress(connection, hear):
        yield
