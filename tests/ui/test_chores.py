"""Open windows do chores: in the background, quietly, and no longer than somebody is signed in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from crm_desktop.chores.chore import Chore
from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError
from crm_desktop.settings import Preferences
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, at_desk
from ui.chores import Chores
from ui.operations import DataChange
from ui.theme import Theme


@pytest.fixture
def desk(admin: Database, theme: Theme, preferences: Preferences, qtbot: QtBot) -> Iterator[Desk]:
    with at_desk(admin, theme, preferences, qtbot) as here:
        yield here


@pytest.fixture
def owner() -> Iterator[QObject]:
    root = QObject()
    yield root
    root.deleteLater()


def says(said: str) -> Chore:
    return Chore("sweep", "Sweeping", timedelta(hours=1), lambda _db, _c: said, frozenset({"customers"}))


def test_views_hear_what_a_chore_changed_and_an_administrator_is_told(desk: Desk, owner: QObject) -> None:
    heard: list[DataChange] = []
    desk.context.operations.data_changed.connect(heard.append)
    chores = Chores(desk.context, owner, [says("3 customers tagged.")])
    chores.look()
    desk.settle()
    assert desk.texts() == ["Sweeping: 3 customers tagged."]
    assert [change.subjects for change in heard] == [frozenset({"customers"})]
    chores.look()  # not due
    desk.settle()
    assert len(desk.texts()) == len(heard) == 1


def test_an_administrator_is_told_once_why_a_chore_fails(desk: Desk, clean: Crm, owner: QObject) -> None:
    def fail(_database: Database, _cancellation: Cancellation | None) -> str:
        raise CrmError("The criteria cannot be used.")

    chores = Chores(desk.context, owner, [Chore("broken", "Sweeping", timedelta(0), fail), says("3 customers tagged.")])
    chores.look()
    desk.settle()
    chores.look()
    desk.settle()
    assert sorted(desk.texts()) == ["Sweeping: 3 customers tagged.", "Sweeping: The criteria cannot be used."]


def test_nothing_is_said_when_there_was_nothing_to_do(desk: Desk, owner: QObject) -> None:
    heard: list[DataChange] = []
    desk.context.operations.data_changed.connect(heard.append)
    Chores(desk.context, owner, [says("")]).look()
    desk.settle()
    assert (desk.texts(), heard) == ([], [])
    assert desk.one("SELECT finished_at IS NOT NULL FROM crm.chores")


def test_an_employees_window_does_it_without_a_word(
    clean: Crm, employee: Database, theme: Theme, preferences: Preferences, qtbot: QtBot, owner: QObject
) -> None:
    with at_desk(employee, theme, preferences, qtbot) as desk:
        Chores(desk.context, owner, [says("3 customers tagged.")]).look()
        desk.settle()
        assert desk.texts() == []
        assert desk.one("SELECT outcome FROM crm.chores") == "3 customers tagged."


def test_signing_out_breaks_it_off(desk: Desk, owner: QObject) -> None:
    ended = threading.Event()

    def wait(database: Database, cancellation: Cancellation | None) -> str:
        from sqlalchemy import text

        try:
            with database.session(cancellation) as session:
                session.execute(text("SELECT pg_sleep(60)"))
        finally:
            ended.set()
        return "never"

    chores = Chores(desk.context, owner, [Chore("sweep", "Sweeping", timedelta(hours=1), wait)])
    chores.start()
    chores.look()
    desk.wait(lambda: desk.one("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'") == 1)
    chores.look()  # under way: not begun twice
    chores.stop()
    assert ended.wait(10)
    desk.settle()
    assert desk.texts() == []
    assert desk.one("SELECT finished_at IS NULL FROM crm.chores")
