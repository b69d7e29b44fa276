"""Sessions, sign-in failures, cancelling and lost connections, on a real server."""

# ruff: noqa: PT012 - what happens within a session, and at its end, is what these tests are about

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.target import Target
from crm_desktop.errors import (
    AccountDeactivated,
    Cancelled,
    ConnectionLost,
    CrmError,
    InvalidInput,
    NoCrmAccess,
    SchemaMismatch,
    ServerUnavailable,
    WrongPassword,
)
from tests.helpers.local_server import connect, data_folder, running

SET_UP = """
CREATE SCHEMA crm;
CREATE TABLE crm.people (id int PRIMARY KEY, email text UNIQUE);
CREATE ROLE ana LOGIN PASSWORD 'ana''s secret';
CREATE ROLE gone NOLOGIN PASSWORD 'x';
CREATE ROLE visitor LOGIN PASSWORD 'x';
REVOKE CONNECT ON DATABASE crm FROM PUBLIC;
GRANT CONNECT ON DATABASE crm TO ana, gone;
GRANT USAGE ON SCHEMA crm TO ana;
GRANT ALL ON crm.people TO ana;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with data_folder() as folder, running(folder) as started:
        with connect(started) as connection:
            connection.execute("CREATE DATABASE crm")
        with connect(started, "crm") as connection:
            connection.execute(SET_UP)
        yield started


@pytest.fixture
def database(server: LocalServer) -> Iterator[Database]:
    signed_in = Database(server.target(), "ana", "ana's secret")
    with signed_in.session() as session:
        session.execute(sa.text("DELETE FROM people"))
    yield signed_in
    signed_in.close()


def people(database: Database) -> int:
    with database.session() as session:
        return int(session.execute(sa.text("SELECT count(*) FROM people")).scalar_one())


def test_a_session_commits_at_the_end(database: Database) -> None:
    with database.session() as session:
        session.execute(sa.text("INSERT INTO people VALUES (1, 'a')"))
    with database.connection() as connection:
        connection.execute(sa.text("INSERT INTO people VALUES (2, 'b')"))
    with database.raw() as driver, driver.cursor().copy("COPY people FROM STDIN") as copy:
        copy.write_row((3, "c"))
    assert people(database) == 3


@pytest.mark.parametrize("way", ["session", "connection", "raw"])
def test_an_error_rolls_everything_back(database: Database, way: str) -> None:
    statement = "INSERT INTO people VALUES (1, 'a')"
    with pytest.raises(ZeroDivisionError), getattr(database, way)() as opened:
        opened.execute(statement if way == "raw" else sa.text(statement))
        raise ZeroDivisionError
    assert people(database) == 0


def test_database_errors_come_in_words(database: Database) -> None:
    with pytest.raises(InvalidInput) as refused, database.session() as session:
        session.execute(sa.text("INSERT INTO people VALUES (1, 'a'), (2, 'a')"))
    assert refused.value.fields == {"email": "This value is already in use."}
    with pytest.raises(InvalidInput), database.raw() as driver:
        driver.execute("INSERT INTO people VALUES (1, 'a'), (1, 'b')")


def test_bugs_stay_bugs(database: Database) -> None:
    with pytest.raises(sa.exc.ProgrammingError), database.session() as session:
        session.execute(sa.text("SELEC 1"))


def test_the_session_s_settings(database: Database) -> None:
    with database.session() as session:
        shown = session.execute(
            sa.text(
                "SELECT current_setting(name) FROM unnest(ARRAY['search_path', 'timezone', 'application_name']) name"
            )
        ).scalars()
        assert list(shown) == ["crm,pg_temp", "UTC", "CRM Desktop"]


def test_the_pool_is_bounded_and_connections_are_used_again(database: Database) -> None:
    def backend() -> int:
        with database.session() as session:
            return int(session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())

    first = backend()
    assert backend() == first
    assert database.is_own_backend(first)
    assert not database.is_own_backend(os.getpid())
    database.close()
    assert not database.is_own_backend(first)


@pytest.mark.parametrize(
    ("username", "password", "expected", "words"),
    [
        ("ana", "wrong", WrongPassword, "Username or password is wrong"),
        ("nobody", "x", WrongPassword, "Username or password is wrong"),
        ("ana", "", WrongPassword, "Username or password is wrong"),
        ("gone", "x", AccountDeactivated, "deactivated"),
        ("visitor", "x", NoCrmAccess, "no access to the CRM"),
    ],
)
def test_sign_in_failures_each_have_their_own_words(
    server: LocalServer, username: str, password: str, expected: type[CrmError], words: str
) -> None:
    database = Database(server.target(), username, password)
    with pytest.raises(expected, match=words) as refused:
        database.check()
    assert refused.value.hint
    database.close()


def test_a_database_without_the_schema(server: LocalServer) -> None:
    database = Database(server.target("postgres"), server.owner_name, server.owner_password())
    with pytest.raises(SchemaMismatch):
        database.check()
    database.close()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(("127.0.0.1",), 1, "crm"), "cannot be reached"),
        (Target(("no-such-host.invalid",), 5432, "crm"), "No server of that name"),
        (Target(("127.0.0.1", "127.0.0.2"), 1, "crm"), "cannot be reached"),
        (Target(("/nonexistent",), 5432, "crm"), "database on this computer is not running"),
    ],
)
def test_servers_that_cannot_be_reached(target: Target, words: str) -> None:
    database = Database(target, "ana", "x")
    with pytest.raises(ServerUnavailable, match=words) as refused:
        database.check()
    assert refused.value.hint
    database.close()


def test_a_server_without_encryption() -> None:
    """Ours is not on the network: a listener stands in, with the answer of a server that speaks no TLS."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def refuse() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(8)
                peer.send(b"N")  # no TLS here

        thread = threading.Thread(target=refuse)
        thread.start()
        database = Database(Target(("127.0.0.1",), listener.getsockname()[1], "crm", "require"), "ana", "x")
        with pytest.raises(ServerUnavailable, match="does not encrypt"):
            database.check()
        thread.join()
        database.close()


def test_a_wrong_database_name(server: LocalServer) -> None:
    database = Database(replace(server.target(), dbname="crn"), "ana", "ana's secret")
    with pytest.raises(ServerUnavailable, match="no database of that name"):
        database.check()
    database.close()


def test_a_changed_password_is_used_from_then_on(server: LocalServer, database: Database) -> None:
    with connect(server, "crm") as connection:
        connection.execute("ALTER ROLE ana PASSWORD 'new'")
    try:
        assert people(database) == 0  # the open connection stays good
        database.close()
        with pytest.raises(WrongPassword):
            people(database)
        database.change_password("new")
        assert people(database) == 0
    finally:
        with connect(server, "crm") as connection:
            connection.execute("ALTER ROLE ana PASSWORD 'ana''s secret'")


def test_another_thread_cancels_a_running_statement(database: Database) -> None:
    cancellation = Cancellation()
    timer = threading.Timer(0.2, cancellation.cancel)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Cancelled), database.session(cancellation) as session:
        session.execute(sa.text("SELECT pg_sleep(20)"))
    timer.join()
    assert time.monotonic() - began < 5
    assert people(database) == 0  # the connection goes on


def test_a_cancelled_session_runs_no_further_statement(database: Database) -> None:
    cancellation = Cancellation()
    with pytest.raises(Cancelled), database.session(cancellation) as session:
        session.execute(sa.text("INSERT INTO people VALUES (1, 'a')"))
        cancellation.cancel()
        session.execute(sa.text("INSERT INTO people VALUES (2, 'b')"))
    assert people(database) == 0
    with pytest.raises(Cancelled), database.session(cancellation):
        pass


def test_a_cancel_that_comes_just_before_a_statement_stops_it_too(database: Database) -> None:
    """The server takes a cancel between two statements for done; the one that begins then must not run to its end."""
    cancellation = Cancellation()
    began = time.monotonic()
    with pytest.raises(Cancelled), database.raw(cancellation) as driver:
        driver.execute("SELECT 1")
        cancellation.cancel()
        time.sleep(0.2)  # it has come to the server by now
        driver.execute("SELECT pg_sleep(20)")
    assert time.monotonic() - began < 5
    assert people(database) == 0


def test_cancelling_never_hits_the_next_user_of_the_connection(server: LocalServer) -> None:
    database = Database(server.target(), "ana", "ana's secret", pool_size=1)
    for _ in range(30):
        cancellation = Cancellation()
        timer = threading.Timer(0.002, cancellation.cancel)
        timer.start()
        with suppress(Cancelled), database.session(cancellation) as session:
            session.execute(sa.text("SELECT pg_sleep(0.002)"))
        with database.session() as session:
            session.execute(sa.text("SELECT pg_sleep(0.004)"))
        timer.join()
    database.close()


def test_a_commit_that_fails_leaves_no_transaction_open(server: LocalServer) -> None:
    """Locks would stay, and the next session would find its transaction aborted."""

    def fail(_connection: object) -> None:
        raise Cancelled

    database = Database(server.target(), "ana", "ana's secret", pool_size=1)
    with pytest.raises(Cancelled), database.connection() as connection:
        connection.execute(sa.text("INSERT INTO people VALUES (77, 'never')"))
        sa.event.listen(connection, "commit", fail)
    with database.raw() as driver:
        assert driver.execute("SELECT count(*) FROM people WHERE id = 77").fetchone() == (0,)
    database.close()


def test_cancelling_twice_or_too_late_does_nothing(database: Database) -> None:
    cancellation = Cancellation()
    with database.session(cancellation) as session:
        session.execute(sa.text("SELECT 1"))
    cancellation.cancel()
    cancellation.cancel()
    assert people(database) == 0


def test_a_connection_that_breaks_in_use(server: LocalServer, database: Database) -> None:
    with pytest.raises(ConnectionLost), database.session() as session:
        pid = session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        with connect(server) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
        session.execute(sa.text("SELECT 1"))
    assert people(database) == 0


def test_idle_connections_survive_a_restart_of_the_server(server: LocalServer, database: Database) -> None:
    assert people(database) == 0
    with connect(server) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    pid_file = (server.files / "postmaster.pid").read_text()
    os.kill(int(pid_file.split()[0]), signal.SIGKILL)
    server.start()
    assert people(database) == 0


def test_a_statement_that_waits_too_long_for_a_lock(server: LocalServer, database: Database) -> None:
    with database.raw() as holder:
        holder.execute("LOCK TABLE people")
        with pytest.raises(CrmError, match="Somebody else is changing"), database.raw() as waiting:
            waiting.execute("SET LOCAL lock_timeout = '50ms'")
            waiting.execute("SELECT * FROM people")


def test_a_connection_of_one_s_own(database: Database) -> None:
    with database.connect(autocommit=True) as connection:
        assert isinstance(connection, psycopg.Connection)
        assert not database.is_own_backend(connection.info.backend_pid)
