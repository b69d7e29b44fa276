"""What a running statement says before it ends: functions of the schema tell their progress as notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection


@contextmanager
def heard_notices(connection: Connection, state: str, hear: Callable[[str], None]) -> Iterator[None]:
    """Within, `hear` is called with the message of each notice that has this SQLSTATE, while the statement runs."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)

    def on_notice(notice: psycopg.errors.Diagnostic) -> None:
        if notice.sqlstate == state:
            hear(notice.message_primary or "")

    driver.add_notice_handler(on_notice)
    try:
        yield
    finally:
        driver.remove_notice_handler(on_notice)
