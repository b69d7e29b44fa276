"""Whatever is killed, and whatever is left lying about: work goes on, and no row is lost."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from crm_desktop.database import local_server_process as processes
from crm_desktop.database.local_server import LocalServer
from tests.helpers.local_server import Window, connect, data_folder, running, server_pid, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes the POSIX way")


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as path:
        yield path


@pytest.fixture
def server(folder: Path) -> Iterator[LocalServer]:
    with running(folder) as started:
        with connect(started) as connection:
            connection.execute("CREATE TABLE kept (n int PRIMARY KEY)")
        yield started


def rows(server: LocalServer) -> int:
    with connect(server) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])


def insert(server: LocalServer, first: int, last: int) -> None:
    with connect(server) as connection:
        connection.execute("INSERT INTO kept SELECT generate_series(%s::int, %s::int)", (first, last))


def kill_server(folder: Path) -> int:
    pid = server_pid(folder)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def test_killed_window_is_the_last_one(folder: Path) -> None:
    window = Window(folder)
    window.read_until("ready")
    window.kill()
    wait_for(lambda: server_pid(folder) is None)
    with running(folder) as server, connect(server) as connection:
        connection.execute("SELECT 1")


def test_killed_window_leaves_the_server_to_the_other(folder: Path) -> None:
    window = Window(folder)
    window.read_until("ready")
    with running(folder) as server, connect(server) as connection:
        pid = server_pid(folder)
        window.kill()
        time.sleep(0.5)
        connection.execute("SELECT 1")
        assert server_pid(folder) == pid
    assert server_pid(folder) is None


def test_a_window_that_starts_while_the_last_one_dies(folder: Path) -> None:
    for _ in range(4):
        window = Window(folder)
        window.read_until("ready")
        window.kill()
        with running(folder) as server, connect(server) as connection:
            connection.execute("SELECT 1")


def test_killed_postgres_is_started_again_for_open_windows(folder: Path, server: LocalServer) -> None:
    insert(server, 1, 500)
    target = server.target()
    pid = kill_server(folder)
    wait_for(lambda: server_pid(folder) not in (None, pid))
    wait_for(lambda: (found := processes.running_server(server.files)) and found.ready)
    assert server.target() == target
    assert rows(server) == 500


def test_killed_postgres_comes_back_for_two_windows(folder: Path, server: LocalServer) -> None:
    window = Window(folder)
    window.read_until("ready")
    pid = kill_server(folder)
    wait_for(lambda: server_pid(folder) not in (None, pid))
    server.stop()
    time.sleep(1.5)
    assert server_pid(folder) is not None  # the other window still has it
    window.close()
    assert server_pid(folder) is None


def test_everything_killed_at_once(folder: Path) -> None:
    window = Window(folder)
    window.read_until("ready")
    with running(folder) as server, connect(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 10000) AS n")
    window.kill()
    window = Window(folder)
    window.read_until("ready")
    pid = kill_server(folder)
    window.kill()
    assert processes.read_pid_file(server.files) is not None
    with running(folder) as server:
        assert server_pid(folder) != pid
        assert rows(server) == 10000


def test_a_busy_backend_outlives_the_killed_server(folder: Path, server: LocalServer) -> None:
    insert(server, 1, 10)
    started = threading.Event()

    def work() -> None:
        with suppress(psycopg.Error), connect(server) as connection:
            started.set()
            # Does not look at whether the postmaster is still there while it computes.
            connection.execute("SELECT count(*) FROM generate_series(1, 15000000) AS n WHERE sqrt(n) < 0")

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    time.sleep(0.2)
    kill_server(folder)
    server.start()
    assert rows(server) == 10
    thread.join()


def test_open_transactions_are_rolled_back_committed_ones_kept(folder: Path, server: LocalServer) -> None:
    insert(server, 1, 100)
    with psycopg.connect(
        server.target("postgres").conninfo(), user=server.owner_name, password=server.owner_password()
    ) as connection:
        connection.execute("INSERT INTO kept SELECT generate_series(101, 200)")
        kill_server(folder)
        server.start()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
        connection.close()
    assert rows(server) == 100


def test_any_living_process_in_a_stale_pid_file(folder: Path, server: LocalServer) -> None:
    insert(server, 1, 100)
    server.stop()
    pid_file = server.files / "postmaster.pid"
    for pid in (os.getpid(), os.getppid(), 1):
        pid_file.write_text(f"{pid}\n{server.files}\n1700000000\n5432\n/tmp/crm-gone\n\n  5432001 1\nready   \n")
        server.start()
        assert server_pid(folder) not in (None, pid)
        assert rows(server) == 100
        server.stop()


def test_the_living_server_of_another_folder_in_a_stale_pid_file(folder: Path, server: LocalServer) -> None:
    insert(server, 1, 100)
    server.stop()
    with data_folder("other") as other, running(other) as stranger:
        pid = server_pid(other)
        (server.files / "postmaster.pid").write_bytes((stranger.files / "postmaster.pid").read_bytes())
        server.start()
        assert rows(server) == 100
        server.stop()
        assert server_pid(other) == pid


@pytest.mark.parametrize("content", ["", "\n", "nonsense", "999999999\n", "12345\n/somewhere"])
def test_a_broken_pid_file(folder: Path, server: LocalServer, content: str) -> None:
    server.stop()
    (server.files / "postmaster.pid").write_text(content)
    server.start()
    assert rows(server) == 0


def test_an_orphan_is_taken_over_and_stopped_in_the_end(folder: Path, server: LocalServer) -> None:
    """A server that nobody watches: its watcher and its windows were all killed."""
    pid = server_pid(folder)
    sockets = server.target().hosts[0]
    commands = {process: process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])}
    watchers = [one for one, command in commands.items() if command[:1] == ["/bin/sh"] and sockets in str(command)]
    assert watchers
    for watcher in watchers:
        watcher.kill()
    window = Window(folder)
    window.read_until("ready")
    assert server_pid(folder) == pid
    server.stop()
    window.kill()
    wait_for(lambda: server_pid(folder) is None)


def test_a_socket_folder_that_was_cleaned_away(folder: Path, server: LocalServer) -> None:
    insert(server, 1, 100)
    sockets = Path(server.target().hosts[0])
    for path in sockets.iterdir():
        path.unlink()
    sockets.rmdir()
    server.start()
    assert rows(server) == 100


def test_a_socket_folder_whose_name_somebody_took(folder: Path, server: LocalServer) -> None:
    sockets = Path(server.target().hosts[0])
    server.stop()
    sockets.mkdir(mode=0o755)
    try:
        server.start()
        assert Path(server.target().hosts[0]) != sockets
    finally:
        sockets.rmdir()


def test_interrupted_first_start(folder: Path) -> None:
    window = Window(folder)
    window.read_until("progress Creating")
    time.sleep(0.15)
    window.kill()
    assert not LocalServer(folder).exists
    with running(folder) as server:
        assert server.exists
        assert not list(folder.glob("*unfinished*"))
    with running(folder) as server, connect(server) as connection:
        connection.execute("SELECT 1")


def test_interrupted_right_after_creating(folder: Path) -> None:
    window = Window(folder)
    window.read_until("progress Starting")
    window.kill()
    with running(folder) as server, connect(server) as connection:
        connection.execute("SELECT 1")


def test_a_server_that_is_shutting_down_is_waited_for(folder: Path, server: LocalServer) -> None:
    insert(server, 1, 100)
    found = processes.running_server(server.files)
    assert found is not None
    os.kill(found.pid, signal.SIGINT)
    other = LocalServer(folder)
    other.start()
    try:
        assert rows(other) == 100
    finally:
        other.stop()


def test_a_server_that_hangs_while_stopping_is_ended(
    folder: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_desktop.database.local_server._STOP_TIMEOUT", 0.3)
    insert(server, 1, 100)
    found = processes.running_server(server.files)
    assert found is not None
    os.kill(found.pid, signal.SIGSTOP)
    os.kill(found.pid, signal.SIGINT)
    server.stop()
    assert server_pid(folder) is None
    server.start()
    assert rows(server) == 100


def test_a_hanging_stop_that_another_window_began(
    folder: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_desktop.database.local_server._STOP_TIMEOUT", 0.3)
    insert(server, 1, 100)
    pid_file = server.files / "postmaster.pid"
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGSTOP)
    pid_file.write_text(pid_file.read_text().replace("ready   ", "stopping"))
    server.start()
    assert rows(server) == 100


def test_a_server_killed_while_it_starts_is_started_again(folder: Path, server: LocalServer) -> None:
    insert(server, 1, 100)
    server.stop()
    over = threading.Event()

    def kill_first() -> None:
        while not over.is_set():
            if (pid := server_pid(folder)) is not None:
                os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.001)

    thread = threading.Thread(target=kill_first)
    thread.start()
    server.start()
    over.set()
    thread.join()
    assert rows(server) == 100
