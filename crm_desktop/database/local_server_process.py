"""The processes of the local server: starting one, recognising it, and ending it when nobody uses it any more."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import psutil

from crm_desktop.database.local_server_account import Account, place_for_sockets
from crm_desktop.database.local_server_programs import environment, program

_FIFO = "users"
_LOG_LIMIT = 1_000_000  # bytes, before the log is set aside

# Every window holds the FIFO open for writing. When the last one is gone, however it went, the reader meets the end of
# the file and stops the server. Its process id is compared with the one in the pid file: it may be another's by then.
_STOP_WHEN_UNUSED = """
read -r _ <&3
while kill -0 "$server"; do
    if read -r pid <"$pid_file"; then [ "$pid" = "$server" ] && kill -INT "$server"; exit; fi
    sleep 1
done
"""
# The server takes the place of the shell, so that the process which we start is the server itself.
_SERVE = f"""
pid_file=$1 server=$$; shift
exec 3<&0 </dev/null
( ( {_STOP_WHEN_UNUSED} ) >/dev/null 2>&1 & )
exec "$@" 3<&-
"""
_WATCH = f"""
pid_file=$1 server=$2
exec 3<&0 </dev/null
( ( {_STOP_WHEN_UNUSED} ) >/dev/null 2>&1 & )
"""


# Servers that this process started: it has to take note of their end, or they stay in the process list as zombies.
_children: set[subprocess.Popen[bytes]] = set()


@dataclass(frozen=True)
class Running:
    """What a running server's pid file tells."""

    pid: int
    port: int
    socket_folder: str
    listens_on: str
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
        return Running(pid, port, lines[4].strip(), lines[5].strip(), lines[7].strip())
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


def launch(cluster: Path, sockets: Path, port: int, log: Path, account: Account) -> tuple[subprocess.Popen[bytes], int]:
    """Starts the server; it is not ready yet. The number is our hold on it: see `hold`."""
    _keep_small(log)
    command = [
        *(os.fspath(cluster / "postmaster.pid"), os.fspath(program("postgres", account))),
        *("-D", os.fspath(cluster)),
        *("-p", str(port)),
        *("-k", os.fspath(sockets)),
        *("-c", "listen_addresses="),
    ]
    server, holding = _in_shell(_SERVE, command, sockets, log, account, _stale_pid(cluster))
    _children.add(server)
    return server, holding


def hold(running: Running, cluster: Path, log: Path, account: Account) -> int:
    """Joins those who keep the server up by holding its FIFO open: close the file number to let go."""
    sockets = Path(running.socket_folder)
    with suppress(OSError):
        return os.open(sockets / _FIFO, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    # Nobody watches it any more.
    arguments = [os.fspath(cluster / "postmaster.pid"), str(running.pid)]
    shell, holding = _in_shell(_WATCH, arguments, sockets, log, account, {})
    shell.wait()
    return holding


def clear_broken_pid_file(cluster: Path) -> bool:
    """Sets aside a pid file that names no process, which PostgreSQL refuses; False while a server is at work there."""
    pid_file = cluster / "postmaster.pid"
    if pid_file.exists() and read_pid_file(cluster) is None:
        if any(is_server_of(pid, cluster) for pid in psutil.pids()):
            return False
        pid_file.replace(pid_file.with_name("postmaster.pid.broken"))
    return True


def launch_on_windows(cluster: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Starts the server on the loopback address, through pg_ctl: that gives up administrator rights first."""
    command = [
        *(os.fspath(program("pg_ctl")), "start", "-W"),
        *("-D", os.fspath(cluster)),
        *("-l", os.fspath(log)),
        *("-o", f"-p {port} -h 127.0.0.1"),
    ]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment() | _stale_pid(cluster),
        **Account().popen_arguments(),
    )


def reap() -> None:
    """Takes note of servers of this process that have ended."""
    for child in list(_children):
        if child.poll() is not None:
            _children.discard(child)


class Stop(Enum):
    """Ways to stop a server, by signal; none of them loses what was saved."""

    FAST = "INT"  # rolls open transactions back
    IMMEDIATE = "QUIT"  # leaves the rest to the next start
    KILL = "KILL"


def ask_to_stop(running: Running, cluster: Path, way: Stop = Stop.FAST) -> None:
    if sys.platform == "win32":
        mode = "fast" if way is Stop.FAST else "immediate"
        command = [program("pg_ctl"), "stop", "-W", "-m", mode, "-D", os.fspath(cluster)]
        subprocess.run(command, capture_output=True, check=False, env=environment(), **Account().popen_arguments())
    else:
        with suppress(ProcessLookupError):
            os.kill(running.pid, signal.Signals[f"SIG{way.value}"])


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


def make_socket_folder(remembered: Path, cluster: Path, account: Account) -> Path:
    """The private folder of the socket, the same at every start as long as nobody else has taken its name."""
    with suppress(OSError, ValueError):
        folder = Path(remembered.read_text(encoding="utf-8").strip())
        is_ours = folder.is_absolute() and folder.name.startswith("crm-") and _make_private(folder, account)
        if is_ours and not _is_used_by_another(folder, cluster):
            return folder
    folder = Path(tempfile.mkdtemp(prefix="crm-", dir=place_for_sockets(account)))
    account.give(folder)
    remembered.write_text(f"{folder}\n", encoding="utf-8")
    return folder


def _make_private(folder: Path, account: Account) -> bool:
    """Whether `folder` is there, a real folder, and only the server's user can enter it."""
    owner = os.geteuid() if account.uid is None else account.uid
    try:
        folder.mkdir(mode=0o700)
        account.give(folder)
    except FileExistsError:
        pass
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and stat.S_IMODE(found.st_mode) == 0o700


def _is_used_by_another(sockets: Path, cluster: Path) -> bool:
    """Whether another cluster's server lives there: a copied data folder remembers the place of the original."""
    for lock in sockets.glob(".s.PGSQL.*.lock"):
        pid, other, *_ = lock.read_text(encoding="utf-8").splitlines()
        if Path(other) != cluster and is_server_of(abs(int(pid)), Path(other)):
            return True
    return False


def _in_shell(
    script: str, arguments: Sequence[str], sockets: Path, log: Path, account: Account, more: dict[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    """Runs `script` with a fresh FIFO as its standard input and the log as its output; also the FIFO's other end."""
    fifo = sockets / _FIFO
    fifo.unlink(missing_ok=True)
    os.mkfifo(fifo, 0o600)
    account.give(fifo)
    # Without waiting for a writer, which is opened next.
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        writer = os.open(fifo, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.set_blocking(reader, True)
            with log.open("ab") as output:
                shell = subprocess.Popen(
                    ["/bin/sh", "-c", script, "sh", *arguments],
                    stdin=reader,
                    stdout=output,
                    stderr=output,
                    env=environment() | more,
                    **account.popen_arguments(),
                )
        except BaseException:
            os.close(writer)
            raise
    finally:
        os.close(reader)
    return shell, writer


def _stale_pid(cluster: Path) -> dict[str, str]:
    """Tells the server that the process in a stale pid file is none of its kind.

    PostgreSQL takes any living process for another server, except its own parents, which pg_ctl names in this variable.
    Its other checks stay: that no process still uses the shared memory of the server before it.
    """
    stale = read_pid_file(cluster)
    return {"PG_GRANDPARENT_PID": str(stale.pid)} if stale is not None else {}


def _keep_small(log: Path) -> None:
    """Sets a large log aside. The file itself stays, and with it who may write to it."""
    with suppress(OSError):
        if log.stat().st_size > _LOG_LIMIT:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)
