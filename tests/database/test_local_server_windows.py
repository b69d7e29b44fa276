"""The way of Windows, tried here: pg_ctl and the loopback address instead of a shell and a private socket."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crm_desktop.database import local_server, local_server_windows
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.local_server_account import account_for
from crm_desktop.errors import DataFolderProblem
from tests.helpers.local_server import connect, data_folder, running, server_pid, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there it is what every other test tries")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(local_server, "Keeper", local_server_windows.Keeper)
    with data_folder("Ana's files") as path:
        path.mkdir()
        (path / "server.log").touch()
        account_for(path).give(path / "server.log")  # where root runs the tests: pg_ctl opens it as the server's user
        yield path


def test_it_listens_on_the_loopback_address_with_passwords(folder: Path) -> None:
    with running(folder) as server:
        assert server.target().hosts == ("127.0.0.1",)
        with connect(server) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.target("postgres").conninfo(), user=server.owner_name, password="guess")
    assert server_pid(folder) is None
    with running(folder) as server, connect(server) as connection:
        connection.execute("SELECT * FROM kept")


def test_the_port_stays_as_long_as_nobody_takes_it(folder: Path) -> None:
    with running(folder) as server:
        port = server.target().port
    with running(folder) as server:
        assert server.target().port == port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with running(folder) as server, connect(server):
            assert server.target().port != port


def test_a_second_window_and_a_killed_server(folder: Path) -> None:
    first, second = LocalServer(folder), LocalServer(folder)
    first.start()
    second.start()
    try:
        first.stop()
        pid = server_pid(folder)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: server_pid(folder) not in (None, pid))
        second.start()
        with connect(second) as connection:
            connection.execute("SELECT 1")
    finally:
        second.stop()
    assert server_pid(folder) is None


def test_a_server_left_running_is_taken_over(folder: Path) -> None:
    left = LocalServer(folder)
    left.start()
    pid = server_pid(folder)
    left._stopping.set()  # as if its window had been killed
    left._users.leave()
    with running(folder) as server, connect(server):
        assert server_pid(folder) == pid
    assert server_pid(folder) is None
    left.stop()


def test_a_start_that_fails(folder: Path) -> None:
    with running(folder) as server:
        control = server.files / "global" / "pg_control"
    control.unlink()
    with pytest.raises(DataFolderProblem, match="are damaged"):
        LocalServer(folder).start()
