"""Starting, reaching and keeping the local server on Linux and macOS: a private socket, and a FIFO to hold on to."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from crm_desktop.database.local_server_account import Account, place_for_sockets
from crm_desktop.database.local_server_process import Running, Stop, adopt, is_server_of, keep_small, stale_pid
from crm_desktop.database.local_server_programs import environment, program
from crm_desktop.database.target import Target

assert sys.platform != "win32"

_PORT = 5432  # part of the socket's name; nothing listens on the network
_PREFIX = "crm-"
_FIFO = "users"

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


class Keeper:
    """One window's part in keeping the server of `cluster` up."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        self._remembered = data_dir / "socket-folder"
        self._log = log
        self._holding: int | None = None

    def launch(self, cluster: Path, account: Account) -> subprocess.Popen[bytes]:
        """Starts the server, which is not ready yet; it ends by itself when nobody keeps it any more."""
        self.let_go()
        keep_small(self._log)
        sockets = make_socket_folder(self._remembered, cluster, account)
        command = [
            *(os.fspath(cluster / "postmaster.pid"), os.fspath(program("postgres", account))),
            *("-D", os.fspath(cluster)),
            *("-p", str(_PORT)),
            *("-k", os.fspath(sockets)),
            *("-c", "listen_addresses="),
        ]
        server, self._holding = _in_shell(_SERVE, command, sockets, self._log, account, stale_pid(cluster))
        return adopt(server)

    def has_ended(self, launched: subprocess.Popen[bytes]) -> bool:
        return launched.poll() is not None

    def is_from(self, launched: subprocess.Popen[bytes], running: Running) -> bool:
        """Whether `running` tells of the launched server, not of one before it."""
        return running.pid == launched.pid

    def keep(self, running: Running, cluster: Path, account: Account) -> None:
        """Joins those who keep a running server up."""
        # The new hold first: the server must not be without one for a moment.
        holding = self._hold(running, cluster, account)
        self.let_go()
        self._holding = holding

    def let_go(self) -> None:
        """When this was the last hold on the server, it ends."""
        if self._holding is not None:
            os.close(self._holding)
            self._holding = None

    def is_reachable(self, running: Running) -> bool:
        """Whether the socket is still there: programs that clean up temporary folders may have removed it."""
        return bool(running.socket_folder) and (Path(running.socket_folder) / f".s.PGSQL.{running.port}").exists()

    def target(self, running: Running, dbname: str) -> Target:
        return Target((running.socket_folder,), running.port, dbname)

    def stop(self, running: Running, cluster: Path, way: Stop) -> None:
        with suppress(ProcessLookupError):
            os.kill(running.pid, signal.Signals[f"SIG{way.value}"])

    def clean_up(self, running: Running) -> None:
        """After the end of a server that nobody uses any more."""
        if Path(running.socket_folder).name.startswith(_PREFIX):
            shutil.rmtree(running.socket_folder, ignore_errors=True)

    def _hold(self, running: Running, cluster: Path, account: Account) -> int:
        sockets = Path(running.socket_folder)
        with suppress(OSError):
            return os.open(sockets / _FIFO, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        # Nobody watches it any more.
        arguments = [os.fspath(cluster / "postmaster.pid"), str(running.pid)]
        shell, holding = _in_shell(_WATCH, arguments, sockets, self._log, account, {})
        shell.wait()
        return holding


def make_socket_folder(remembered: Path, cluster: Path, account: Account) -> Path:
    """The private folder of the socket, the same at every start as long as nobody else has taken its name."""
    with suppress(OSError, ValueError):
        folder = Path(remembered.read_text(encoding="utf-8").strip())
        is_ours = folder.is_absolute() and folder.name.startswith(_PREFIX) and _make_private(folder, account)
        if is_ours and not _is_used_by_another(folder, cluster):
            return folder
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place_for_sockets(account)))
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
