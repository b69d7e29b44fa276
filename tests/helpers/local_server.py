"""Data folders, servers and windows of their own for the tests of the local server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from crm_desktop.database import local_server_process as processes
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.local_server_cluster import Cluster

WINDOW = """
import sys
from pathlib import Path
from crm_desktop.database.local_server import LocalServer
from crm_desktop.errors import CrmError

server = LocalServer(Path(sys.argv[1]), progress=lambda text: print("progress", text, flush=True))
try:
    server.start()
except CrmError as error:
    print("refused", error, flush=True)
    sys.exit(1)
print("ready", server.target().conninfo(), flush=True)
sys.stdin.readline()
server.stop()
print("stopped", flush=True)
"""


@contextmanager
def data_folder(name: str = "data", *, mode: int = 0o755) -> Iterator[Path]:
    """A data folder that is not there yet, in a folder with `mode`. pytest's own folders are closed to other users."""
    outside = Path(tempfile.mkdtemp(prefix="crm-test-", dir=_place()))
    outside.chmod(mode)
    folder = outside / name
    try:
        yield folder
    finally:
        files = Cluster(folder).path
        end_servers(files)
        shutil.rmtree(files, ignore_errors=True)
        shutil.rmtree(outside, ignore_errors=True)


def _place() -> str | None:
    """In memory where there is room: these tests make dozens of clusters."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 2**30 else None


@contextmanager
def running(folder: Path) -> Iterator[LocalServer]:
    server = LocalServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def connect(server: LocalServer, dbname: str = "postgres") -> psycopg.Connection[Any]:
    return psycopg.connect(
        server.target(dbname).conninfo(), user=server.owner_name, password=server.owner_password(), autocommit=True
    )


def server_pid(folder: Path) -> int | None:
    """The process id of the living server of a data folder."""
    found = processes.running_server(Cluster(folder).path)
    return found.pid if found is not None else None


def end_servers(files: Path) -> None:
    """Whatever a failed test left running."""
    found = processes.running_server(files)
    if found is not None:
        with suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGQUIT)
        processes.wait_until_gone(found, files, 10)


def wait_for(condition: Callable[[], object], timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Window:
    """Another process that uses the server of a data folder."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WINDOW, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.said: list[str] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    def read_until(self, word: str) -> str:
        """The line that begins with `word`; fails when the process ends without saying it."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith(word):
                return self.said[-1]
        raise AssertionError(f"the window never said {word!r}, only {self.said}")

    def close(self) -> None:
        """The person closes the window."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.read_until("stopped")
        self._reap()

    def kill(self) -> None:
        self._process.kill()
        self._reap()

    def wait(self) -> int:
        self._reap()
        return self._process.returncode

    def _reap(self) -> None:
        self._process.wait(timeout=30)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
