"""Changes at another desk, and the banner while the connection is lost."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.database.changes import Change
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk
from ui.live import EVERY_SUBJECT, LiveChanges, gather
from ui.operations import DataChange

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("changes", "subjects", "ids"),
    [
        ([Change("customers", "update", (ONE,))], {"customers"}, (ONE,)),
        (
            [Change("customers", "update", (TWO, ONE)), Change("customer_interactions", "insert", (ONE,))],
            {"customers", "interactions"},
            (ONE, TWO),
        ),
        ([Change("customers", "update", (ONE,)), Change("customers", "insert", None)], {"customers"}, None),
        ([Change("something_new", "insert", (ONE,))], {"something_new"}, (ONE,)),
        ([Change("customers", "update", (ONE,)), Change("*", "reconnect")], EVERY_SUBJECT, None),
    ],
)
def test_changes_are_told_together(changes: list[Change], subjects: set[str], ids: tuple[UUID, ...] | None) -> None:
    assert gather(changes) == DataChange(frozenset(subjects), ids, None)


def test_another_desk_is_heard_and_a_lost_connection_told(
    desk: Desk, clean: Crm, notices: SimpleNamespace, qtbot: QtBot
) -> None:
    heard: list[DataChange] = []
    desk.context.operations.data_changed.connect(heard.append)
    live = LiveChanges(desk.context.database, desk.context.operations, notices.bridge, desk.context.operations)
    live.start()
    try:
        # In a transaction, pg_stat_activity would stay what it was at the first look.
        with clean.as_superuser(autocommit=True) as connection:
            listening = "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN crm_changes'"
            qtbot.waitUntil(lambda: connection.execute(listening).fetchone() == (1,), timeout=10_000)
        with clean.connect("emil") as other:
            row = other.execute("INSERT INTO crm.customers (contact_name) VALUES ('Ana') RETURNING id").fetchone()
        assert row is not None
        qtbot.waitUntil(lambda: any(c.ids is not None and row[0] in c.ids for c in heard), timeout=10_000)
        heard.clear()
        desk.add(contact_name="My own")
        qtbot.wait(300)
        assert heard == []
        with clean.as_superuser() as connection:
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN crm_changes'"
            connection.execute(end)
        qtbot.waitUntil(lambda: notices.bridge.current_banner is not None, timeout=10_000)
        assert "connection to the database was lost" in notices.bridge.current_banner.text
        qtbot.waitUntil(lambda: notices.bridge.current_banner is None, timeout=10_000)
        qtbot.waitUntil(lambda: DataChange(EVERY_SUBJECT, None, None) in heard, timeout=10_000)
    finally:
        live.stop()
