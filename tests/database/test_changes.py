"""Live changes over LISTEN, through lost connections."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa

from crm_desktop.database import changes
from crm_desktop.database.changes import EVERYTHING, Change, ChangeListener
from crm_desktop.database.engine import Database
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.target import Target
from tests.helpers.local_server import connect, data_folder, running, wait_for


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with data_folder() as folder, running(folder) as started:
        yield started


@pytest.fixture
def database(server: LocalServer) -> Iterator[Database]:
    signed_in = Database(server.target("postgres"), server.owner_name, server.owner_password())
    yield signed_in
    signed_in.close()


class Heard:
    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.states: list[bool] = []

    def listener(self, database: Database) -> ChangeListener:
        return ChangeListener(database, self.changes.append, self.states.append)


@pytest.fixture
def heard(database: Database) -> Iterator[Heard]:
    heard = Heard()
    listener = heard.listener(database)
    listener.start()
    wait_for(lambda: heard.states == [True])
    yield heard
    listener.stop()


def notify(server: LocalServer, payload: str) -> None:
    with connect(server) as connection:
        connection.execute("SELECT pg_notify('crm_changes', %s)", (payload,))


def test_changes_of_others_are_heard(server: LocalServer, heard: Heard) -> None:
    ids = (uuid4(), uuid4())
    notify(server, json.dumps({"table": "customers", "operation": "update", "ids": [str(one) for one in ids]}))
    notify(server, json.dumps({"table": "customers", "operation": "insert", "ids": None}))
    wait_for(lambda: len(heard.changes) == 2)
    assert heard.changes == [Change("customers", "update", ids), Change("customers", "insert", None)]


def test_one_s_own_changes_are_marked(database: Database, heard: Heard) -> None:
    with database.session() as session:
        payload = json.dumps({"table": "customers", "operation": "delete", "ids": []})
        session.execute(sa.text("SELECT pg_notify('crm_changes', :payload)"), {"payload": payload})
    wait_for(lambda: heard.changes)
    assert heard.changes == [Change("customers", "delete", (), own=True)]


@pytest.mark.parametrize(
    "payload", ["", "x", "[]", "[" * 7_000, '{"table": 1}', '{"table": "t", "operation": "o", "ids": ["x"]}']
)
def test_notifications_that_are_not_ours_are_ignored(server: LocalServer, heard: Heard, payload: str) -> None:
    notify(server, payload)
    notify(server, '{"table": "customers", "operation": "update", "ids": null}')
    wait_for(lambda: heard.changes)
    assert [change.table for change in heard.changes] == ["customers"]


def test_a_lost_connection_is_told_and_made_again(server: LocalServer, heard: Heard) -> None:
    with connect(server) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'CRM Desktop'"
        )
    wait_for(lambda: heard.states == [True, False, True])
    # Nobody knows what was missed meanwhile.
    assert [change.table for change in heard.changes] == [EVERYTHING]
    notify(server, '{"table": "customers", "operation": "update", "ids": null}')
    wait_for(lambda: len(heard.changes) == 2)


def test_a_quiet_connection_is_asked_for_a_sign_of_life(
    database: Database, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_SIGN_OF_LIFE", 0.05)
    heard = Heard()
    listener = heard.listener(database)
    listener.start()
    with connect(server) as connection:
        wait_for(
            lambda: (
                connection.execute(
                    "SELECT FROM pg_stat_activity WHERE application_name = 'CRM Desktop' AND query = 'SELECT 1'"
                ).fetchone()
                is not None
            )
        )
    listener.stop()


def test_without_a_server_it_keeps_trying_and_stops_at_once() -> None:
    heard = Heard()
    listener = heard.listener(Database(Target(("/nonexistent",), 5432, "crm"), "ana", "x"))
    listener.start()
    wait_for(lambda: heard.states == [False])
    listener.stop()
    assert not any(thread.name == "change-listener" for thread in threading.enumerate())
    assert heard.changes == []


def test_stop_without_start(database: Database) -> None:
    Heard().listener(database).stop()


def sockets_made(monkeypatch: pytest.MonkeyPatch) -> list[socket.socket]:
    """Every end of a pair of sockets that is made from now on."""
    made: list[socket.socket] = []
    pair = socket.socketpair

    def recorded() -> tuple[socket.socket, socket.socket]:
        ends = pair()
        made.extend(ends)
        return ends

    monkeypatch.setattr(changes.socket, "socketpair", recorded)
    return made


def test_a_start_after_the_stop_opens_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window puts the start off; whoever signs out before it comes has nothing to listen for."""
    made, heard = sockets_made(monkeypatch), Heard()
    listener = heard.listener(database)
    listener.stop()
    listener.start()
    assert made == [] and heard.states == []


def test_both_ends_are_closed_after_a_stop_and_when_no_thread_can_be_had(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, heard = sockets_made(monkeypatch), Heard()
    listener = heard.listener(database)
    listener.start()
    wait_for(lambda: heard.states == [True])
    listener.stop()

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(RuntimeError):
        heard.listener(database).start()
    assert [end.fileno() for end in made] == [-1] * 4
