"""The life of the server on this computer: first start, second window, stop with the last one."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.local_server_cluster import settings_text
from crm_desktop.errors import DataFolderProblem
from tests.helpers.local_server import Window, connect, data_folder, running, server_pid, wait_for


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as path:
        yield path


def test_first_start_creates_the_database_and_says_so(folder: Path) -> None:
    said: list[str] = []
    server = LocalServer(folder, progress=said.append)
    assert not server.exists
    server.start()
    try:
        assert server.exists
        assert said == ["Creating the database", "Starting the database"]
        with connect(server) as connection:
            encoding, locale, ctype = connection.execute(
                "SELECT pg_encoding_to_char(encoding), datlocale, datctype FROM pg_database WHERE datname = 'template1'"
            ).fetchone() or ("", "", "")
        assert (encoding, locale) == ("UTF8", "C.UTF-8")
        assert ctype != "C"
    finally:
        server.stop()


def test_letters_beyond_ascii_are_letters_to_the_search(folder: Path) -> None:
    with running(folder) as server, connect(server) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT cardinality(show_trgm('Иван')), lower('ÉMILE')").fetchone()
    assert row == (5, "émile")


def test_rows_survive_closing_and_opening(folder: Path) -> None:
    with running(folder) as server, connect(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    assert server_pid(folder) is None
    with running(folder) as server, connect(server) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_only_the_owner_of_the_secret_gets_in(folder: Path) -> None:
    with running(folder) as server:
        assert stat.S_IMODE((folder / "owner.secret").stat().st_mode) == 0o600
        assert len(server.owner_password()) > 30
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.target("postgres").conninfo(), user=server.owner_name, password="guess")
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(server.target("postgres").conninfo(), user=server.owner_name, passfile="/nonexistent")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has the loopback address instead")
def test_nothing_listens_on_the_network_and_the_socket_is_private(folder: Path) -> None:
    with running(folder) as server:
        with connect(server) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        sockets = Path(server.target().hosts[0])
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert len(os.fsencode(sockets / ".s.PGSQL.5432")) < 100
    assert not sockets.exists()


def test_a_second_window_shares_the_server_and_keeps_it_up(folder: Path) -> None:
    first, second = LocalServer(folder), LocalServer(folder)
    first.start()
    second.start()
    try:
        assert first.target() == second.target()
        first.stop()
        with connect(second) as connection:
            connection.execute("SELECT 1")
    finally:
        second.stop()
    assert server_pid(folder) is None


def test_a_window_in_another_process_keeps_it_up(folder: Path) -> None:
    window = Window(folder)
    window.read_until("ready")
    with running(folder) as server:
        window.close()
        with connect(server) as connection:
            connection.execute("SELECT 1")
    assert server_pid(folder) is None


def test_two_first_starts_at_the_same_moment_make_one_database(folder: Path) -> None:
    windows = [Window(folder) for _ in range(3)]
    told = {window.read_until("ready") for window in windows}
    assert len(told) == 1
    assert sum("progress Creating the database" in window.said for window in windows) == 1
    for window in windows:
        window.close()
    assert server_pid(folder) is None


def test_windows_opening_and_closing_all_the_time_never_meet_a_closed_door(folder: Path) -> None:
    failures: list[Exception] = []

    def come_and_go() -> None:
        try:
            for _ in range(6):
                with running(folder) as server, connect(server) as connection:
                    connection.execute("SELECT 1")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert server_pid(folder) is None


def test_start_and_stop_may_be_called_again(folder: Path) -> None:
    server = LocalServer(folder)
    server.stop()
    server.start()
    pid = server_pid(folder)
    server.start()
    assert server_pid(folder) == pid
    server.stop()
    server.stop()
    with pytest.raises(DataFolderProblem, match="not running"):
        server.target()
    server.start()
    server.stop()


def test_the_socket_keeps_its_place_so_that_open_windows_find_a_restarted_server(folder: Path) -> None:
    with running(folder) as server:
        before = server.target()
    with running(folder) as server:
        assert server.target() == before


@pytest.mark.parametrize(
    "name", ["Anna Müller's files", "données été", "客户 数据", 'quote " and $HOME `x`', "x" * 120]
)
def test_folders_with_any_name(name: str) -> None:
    with data_folder(name) as folder, running(folder) as server, connect(server) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None and Path(row[0]).samefile(server.files)


def test_a_copy_of_the_folder_runs_beside_the_original(folder: Path) -> None:
    with running(folder) as server, connect(server) as connection:
        connection.execute("CREATE TABLE original (n int)")
    copy = folder.with_name("copy")
    subprocess.run(["cp", "-a", folder, copy], check=True)
    with running(folder) as first:
        with running(copy) as second, connect(second) as connection:
            assert second.target() != first.target()
            connection.execute("DROP TABLE original")
        with connect(first) as connection:
            connection.execute("SELECT * FROM original")


def test_the_log_says_what_failed_but_no_values(folder: Path) -> None:
    with running(folder) as server, connect(server) as connection:
        connection.execute("CREATE TABLE people (email text UNIQUE)")
        connection.execute("INSERT INTO people VALUES ('ana@example.com')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES ('ana@example.com')")
    log = (folder / "server.log").read_text()
    assert "people_email_key" in log
    assert "ana@example.com" not in log
    assert (folder / "owner.secret").read_text().strip() not in log


def test_a_large_log_is_set_aside(folder: Path) -> None:
    folder.mkdir()
    (folder / "server.log").write_text("x" * 1_100_000)
    with running(folder):
        pass
    assert (folder / "server.log").stat().st_size < 100_000
    assert (folder / "server.log.1").stat().st_size == 1_100_000


def test_settings_are_in_force_and_an_administrator_can_override_them(folder: Path) -> None:
    with running(folder) as server, connect(server) as connection:
        assert connection.execute("SHOW jit").fetchone() == ("off",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        connection.execute("ALTER SYSTEM SET random_page_cost = 3")
    (server.files / "crm_desktop.conf").write_text("# of an older version\n")
    with running(folder) as server, connect(server) as connection:
        assert connection.execute("SHOW random_page_cost").fetchone() == ("3",)
        assert connection.execute("SHOW jit").fetchone() == ("off",)
    assert (server.files / "crm_desktop.conf").read_text() == settings_text()


def test_a_window_that_ends_without_stopping_ends_the_server(folder: Path) -> None:
    window = Window(folder)
    window.read_until("ready")
    assert server_pid(folder) is not None
    window.kill()
    wait_for(lambda: "database system is shut down" in (folder / "server.log").read_text())
    wait_for(lambda: server_pid(folder) is None)
