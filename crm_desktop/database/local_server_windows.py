"""Starting and reaching the local server on Windows: the loopback address, since there are no private sockets.

Nothing there tells a server that its last window was killed: the next start takes over the one left running.
"""

from __future__ import annotations

import os
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from crm_desktop.database.local_server_account import Account
from crm_desktop.database.local_server_process import (
    Running,
    Stop,
    adopt,
    is_server_of,
    keep_small,
    read_pid_file,
    stale_pid,
)
from crm_desktop.database.local_server_programs import environment, program
from crm_desktop.database.target import Target

_HOST = "127.0.0.1"


class Keeper:
    """One window's part in keeping the server of `cluster` up."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        self._remembered = data_dir / "port"
        self._log = log
        self._cluster = Path()
        self._account = Account()

    def launch(self, cluster: Path, account: Account) -> subprocess.Popen[bytes]:
        """Starts the server through pg_ctl, which gives up administrator rights first."""
        self._cluster, self._account = cluster, account
        keep_small(self._log)
        command = [
            *(os.fspath(program("pg_ctl", account)), "start", "-w", "-t", "3600"),
            *("-D", os.fspath(cluster)),
            *("-l", os.fspath(self._log)),
            *("-o", f"-p {_port(self._remembered)} -h {_HOST}"),
        ]
        launched = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment() | stale_pid(cluster),
            **account.popen_arguments(),
        )
        return adopt(launched)

    def has_ended(self, launched: subprocess.Popen[bytes]) -> bool:
        """pg_ctl waits until the server is ready, or has ended."""
        if launched.poll() is None:
            return False
        running = read_pid_file(self._cluster)
        return running is None or not is_server_of(running.pid, self._cluster)

    def is_from(self, launched: subprocess.Popen[bytes], running: Running) -> bool:
        """Whether `running` tells of the launched server, not of one before it."""
        return is_server_of(running.pid, self._cluster)

    def keep(self, running: Running, cluster: Path, account: Account) -> None:
        self._cluster, self._account = cluster, account

    def let_go(self) -> None:
        pass

    def is_reachable(self, running: Running) -> bool:
        return True

    def target(self, running: Running, dbname: str) -> Target:
        return Target((_HOST,), running.port, dbname, sslmode="disable")

    def stop(self, running: Running, cluster: Path, way: Stop) -> None:
        if way is Stop.KILL:
            with suppress(psutil.Error):
                psutil.Process(running.pid).kill()
            return
        mode = "fast" if way is Stop.FAST else "immediate"
        command = [os.fspath(program("pg_ctl", self._account)), "stop", "-W", "-m", mode, "-D", os.fspath(cluster)]
        subprocess.run(command, capture_output=True, check=False, env=environment(), **self._account.popen_arguments())

    def clean_up(self, running: Running) -> None:
        pass


def _port(remembered: Path) -> int:
    """The port of the start before, so that open windows find a restarted server; another one when it is taken."""
    with suppress(OSError, ValueError, OverflowError):
        port = int(remembered.read_text(encoding="ascii"))
        with socket.socket() as probe:
            probe.bind((_HOST, port))
        return port
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port = int(probe.getsockname()[1])
    remembered.write_text(f"{port}\n", encoding="ascii")
    return port
