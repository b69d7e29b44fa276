"""The processes of the local server: recognising one, whatever its pid file says, and waiting for its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import psutil

_LOG_LIMIT = 1_000_000  # bytes, before the log is set aside

# What this program started: it has to take note of their end, or they stay in the process list as zombies.
_children: set[subprocess.Popen[bytes]] = set()


class Stop(Enum):
    """Ways to stop a server, by signal; none of them loses what was saved."""

    FAST = "INT"  # rolls open transactions back
    IMMEDIATE = "QUIT"  # leaves the rest to the next start
    KILL = "KILL"


@dataclass(frozen=True)
class Running:
    """What a running server's pid file tells."""

    pid: int
    port: int
    socket_folder: str
    status: str

    @property
    def ready(self) -> bool:
        return self.status in ("ready", "standby")


def read_pid_file(cluster: Path) -> Running | None:
    """What `postmaster.pid` tells; None when there is none or it is being written. It may be stale."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        lines += [""] * (8 - len(lines))
        pid, port = abs(int(lines[0])), int(lines[3] or 0)
        if pid == 0:
            return None
        return Running(pid, port, lines[4].strip(), lines[7].strip())
    except (OSError, ValueError, IndexError):
        return None


def is_server_of(pid: int, cluster: Path) -> bool:
    """Whether the process `pid` is a PostgreSQL server that works in `cluster`, not merely a living process."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().lower().startswith("postgres"):
            return False
        return Path(process.cwd()).samefile(cluster)
    except (psutil.Error, OSError):
        # Ours runs as our own user, so one that cannot be looked into is somebody else's.
        return False


def running_server(cluster: Path) -> Running | None:
    """The living server of `cluster`."""
    running = read_pid_file(cluster)
    return running if running is not None and is_server_of(running.pid, cluster) else None


def clear_broken_pid_file(cluster: Path) -> bool:
    """Sets aside a pid file that names no process, which PostgreSQL refuses; False while a server is at work there."""
    pid_file = cluster / "postmaster.pid"
    if pid_file.exists() and read_pid_file(cluster) is None:
        if any(is_server_of(pid, cluster) for pid in psutil.pids()):
            return False
        pid_file.replace(pid_file.with_name("postmaster.pid.broken"))
    return True


def adopt(child: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """Remembers a process that has just been started, until it ends."""
    _children.add(child)
    return child


def reap() -> None:
    """Takes note of servers of this process that have ended."""
    for child in list(_children):
        if child.poll() is not None:
            _children.discard(child)


def wait_until_gone(running: Running, cluster: Path, timeout: float) -> bool:
    """Whether the server ended within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while is_server_of(running.pid, cluster):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    for child in _children:
        if child.pid == running.pid:
            child.wait()
    reap()
    return True


def stale_pid(cluster: Path) -> dict[str, str]:
    """Tells the server that the process in a stale pid file is none of its kind.

    PostgreSQL takes any living process for another server, except its own parents, which pg_ctl names in this variable.
    Its other checks stay: that no process still uses the shared memory of the server before it.
    """
    stale = read_pid_file(cluster)
    return {"PG_GRANDPARENT_PID": str(stale.pid)} if stale is not None else {}


def keep_small(log: Path) -> None:
    """Sets a large log aside. The file itself stays, and with it who may write to it."""
    with suppress(OSError):
        if log.stat().st_size > _LOG_LIMIT:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)
