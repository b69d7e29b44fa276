"""The PostgreSQL server on this computer: started by the first window on a data folder, stopped with the last one."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crm_desktop.database import local_server_process as processes
from crm_desktop.database.local_server_account import Account, account_for
from crm_desktop.database.local_server_cluster import OWNER, Cluster
from crm_desktop.database.local_server_failures import (
    folder_in_words,
    is_still_in_use,
    reasons,
    start_failure,
    still_in_use,
)
from crm_desktop.database.local_server_locks import Users, locked
from crm_desktop.database.target import Target
from crm_desktop.errors import CrmError, DataFolderProblem

if sys.platform == "win32":
    from crm_desktop.database.local_server_windows import Keeper
else:
    from crm_desktop.database.local_server_posix import Keeper

_POLL = 0.01  # seconds
_LOCK_TIMEOUT = 120.0
_CLOSING_TIMEOUT = 5.0
_LEFTOVERS_TIMEOUT = 30.0  # for the processes of a killed server to notice and end
_STOP_TIMEOUT = 30.0
_ATTEMPTS = 3  # of a start that ends without a reason, as when somebody kills it
_SETTLING = 0.02
_SLOW = 2.0  # from then on the person is told what takes so long
_WATCH_INTERVAL = 1.0
_LONGEST_PAUSE = 60.0


class LocalServer:
    """The server of one data folder. Every window, and every command, has its own object; they share the server."""

    owner_name = OWNER

    def __init__(self, data_dir: Path, *, progress: Callable[[str], None] = lambda text: None) -> None:
        self.data_dir = Path(os.path.abspath(data_dir))  # noqa: PTH100 - resolve() would follow links
        self._progress = progress
        self._cluster = Cluster(self.data_dir)
        self._users = Users(self.data_dir / "in-use")
        self._mutex = threading.RLock()
        self._running: processes.Running | None = None
        self._keeper = Keeper(self.data_dir, self._cluster.log)
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def exists(self) -> bool:
        """Whether a database is in the folder already."""
        return self._cluster.exists

    @property
    def files(self) -> Path:
        """Where PostgreSQL's own files are: under root not always inside the data folder."""
        return self._cluster.path

    @property
    def log(self) -> Path:
        return self._cluster.log

    def owner_password(self) -> str:
        """The secret of `owner_name`; only this person's account can read it."""
        with folder_in_words(self.data_dir):
            return self._cluster.owner_password()

    def start(self) -> None:
        """Makes sure that the server runs, creating the database first where there is none.

        Safe to call again, and at the same moment from several windows. Raises `DataFolderProblem` or `DiskFull`.
        """
        with self._mutex:
            with self._locked_folder(_LOCK_TIMEOUT):
                joined = self._users.joined
                if not joined:
                    self._users.join()
                try:
                    self._make_run()
                except BaseException:
                    if not joined:
                        self._users.leave()
                        self._keeper.let_go()
                    raise
            if self._watcher is None:
                self._stopping.clear()
                self._watcher = threading.Thread(target=self._watch, name="local-server", daemon=True)
                self._watcher.start()

    def stop(self) -> None:
        """Lets go of the server; it stops when nobody else uses it."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        with self._mutex:
            if not self._users.joined:
                return
            try:
                with self._locked_folder(_CLOSING_TIMEOUT):
                    self._users.leave()
                    if not self._users.others():
                        self._stop_server()
            except CrmError:
                pass  # somebody is starting it, or the folder has gone: the server ends when the last window lets go
            finally:
                self._users.leave()
                self._keeper.let_go()
                self._running = None

    def target(self, dbname: str = "crm") -> Target:
        """Where a database of the running server is."""
        running = self._running
        if running is None:
            raise DataFolderProblem("The database on this computer is not running.", hint="Start CRM Desktop again.")
        return self._keeper.target(running, dbname)

    @contextmanager
    def _locked_folder(self, timeout: float) -> Iterator[None]:
        """Nobody else starts or stops the server meanwhile. Gives up waiting for it after `timeout` seconds."""
        with folder_in_words(self.data_dir):
            if not self.data_dir.is_dir():
                self.data_dir.mkdir(mode=0o711 if _is_root() else 0o700, parents=True)
            waiting = lambda: self._progress("Waiting for another window to start the database")  # noqa: E731
            with locked(self.data_dir / "server.lock", timeout=timeout, waiting=waiting) as held:
                if not held:
                    raise DataFolderProblem(
                        f"Another window is still starting or stopping the database in {self.data_dir}.",
                        hint="Wait until it is ready, or close it and try again.",
                    )
                yield

    def _make_run(self) -> None:
        self._cluster.check()
        account = account_for(self._cluster.path)
        if not self._cluster.exists:
            self._progress("Creating the database")
            self._cluster.create(account)
        running = self._attach(account)
        if running is None:
            self._refuse_other_computers()
            running = self._launch(account)
        self._running = running

    def _attach(self, account: Account) -> processes.Running | None:
        """The server that others started, or that outlived them; None when there is none to go on with."""
        cluster = self._cluster.path
        running = self._wait_until_ready(processes.running_server(cluster))
        if running is None:
            return None
        if not self._keeper.is_reachable(running):
            self._stop_server()
            return None
        self._keeper.keep(running, cluster, account)
        # Its last user may have been killed this very moment: then it is about to stop.
        time.sleep(_SETTLING)
        return self._wait_until_ready(processes.running_server(cluster))

    def _refuse_other_computers(self) -> None:
        """A shared folder may be in use by a server elsewhere, which no process list here shows."""
        elsewhere = [user.host for user in self._users.others() if not user.is_here]
        if elsewhere:
            raise DataFolderProblem(
                f"The data folder {self.data_dir} is in use on another computer: {elsewhere[0]}.",
                hint="Close CRM Desktop there. To work on the same data together, use a company server.",
            )

    def _launch(self, account: Account) -> processes.Running:
        self._progress("Starting the database")
        cluster = self._cluster.path
        self._cluster.make_startable(account)
        deadline = time.monotonic() + _LEFTOVERS_TIMEOUT
        attempts = 0
        while True:
            if not processes.clear_broken_pid_file(cluster):
                raise still_in_use(self.data_dir)
            beginning = self.log.stat().st_size if self.log.exists() else 0
            running = self._wait_for_start(self._keeper.launch(cluster, account))
            if running is not None:
                return running
            said = self._said_since(beginning)
            attempts += 1
            if reasons(said) or attempts >= _ATTEMPTS:
                if not is_still_in_use(said) or time.monotonic() > deadline:
                    raise start_failure(self.data_dir, self.log, said)
                self._progress("Waiting for the end of an earlier database server")
            time.sleep(0.3)

    def _wait_for_start(self, launched: subprocess.Popen[bytes]) -> processes.Running | None:
        """The server once it is ready, however long recovery takes; None when it ended instead."""
        slow = time.monotonic() + _SLOW
        while not self._keeper.has_ended(launched):
            running = processes.read_pid_file(self._cluster.path)
            if running is not None and running.ready and self._keeper.is_from(launched, running):
                return running
            if time.monotonic() > slow:
                slow = math.inf
                self._progress("The database is getting itself in order after an unexpected end")
            time.sleep(_POLL)
        return None

    def _wait_until_ready(self, running: processes.Running | None) -> processes.Running | None:
        """A server that others started: once it is ready; None when it ended instead."""
        deadline = time.monotonic() + _STOP_TIMEOUT
        while running is not None and not running.ready:
            if running.status != "stopping":
                deadline = time.monotonic() + _STOP_TIMEOUT  # recovery takes as long as it takes
            elif time.monotonic() > deadline:
                self._end(running)
            self._progress("Waiting for the database")
            time.sleep(_POLL * 5)
            running = processes.running_server(self._cluster.path)
        return running

    def _is_well(self, running: processes.Running) -> bool:
        return processes.is_server_of(running.pid, self._cluster.path) and self._keeper.is_reachable(running)

    def _stop_server(self) -> None:
        cluster = self._cluster.path
        running = processes.running_server(cluster)
        if running is None:
            return
        self._keeper.stop(running, cluster, processes.Stop.FAST)
        if not processes.wait_until_gone(running, cluster, _STOP_TIMEOUT):
            self._end(running)
        self._keeper.clean_up(running)

    def _end(self, running: processes.Running) -> None:
        """Ends a server that does not stop when asked to; its journal brings everything saved back at the next start.

        PostgreSQL 18 hangs when it is asked to stop while it gets over the crash of one of its processes.
        """
        for way in (processes.Stop.IMMEDIATE, processes.Stop.KILL):
            self._keeper.stop(running, self._cluster.path, way)
            if processes.wait_until_gone(running, self._cluster.path, _STOP_TIMEOUT):
                return

    def _said_since(self, beginning: int) -> str:
        with suppress(OSError), self.log.open("rb") as file:
            file.seek(beginning if beginning <= self.log.stat().st_size else 0)
            return file.read().decode("utf-8", errors="replace")
        return ""

    def _watch(self) -> None:
        """Starts the server again when it ended while this window needs it."""
        pause = _WATCH_INTERVAL
        while not self._stopping.wait(pause):
            processes.reap()
            running = self._running
            if running is not None and self._is_well(running):
                pause = _WATCH_INTERVAL
                continue
            try:
                with self._mutex, self._locked_folder(_LOCK_TIMEOUT):
                    self._make_run()
                pause = _WATCH_INTERVAL
            except CrmError:
                pause = min(pause * 2, _LONGEST_PAUSE)  # a full disk may be cleared meanwhile


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
