"""The files of the local server: creating them once, its settings, the owner's secret."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from crm_desktop.database.local_server_account import Account, place_for_data, place_for_sockets
from crm_desktop.database.local_server_failures import disk_full, existing, other_version, start_failure
from crm_desktop.database.local_server_programs import environment, major_version, program
from crm_desktop.errors import DataFolderProblem

OWNER = "crm_bootstrap"
_FOLDER = "postgres"
_UNFINISHED = "postgres.unfinished"
_SETTINGS = "crm_desktop.conf"
_NEEDED = 120 * 2**20  # bytes: a new cluster takes 40 MB, the CRM's own database and its journal the rest

# pg_trgm asks the C library what a letter is: under the locale "C" it would drop every letter that is not ASCII.
_CTYPES = {
    "darwin": ("UTF-8", "en_US.UTF-8", "C"),
    "win32": ("en-US", "C"),
}
_CTYPES_ELSEWHERE = ("C.UTF-8", "en_US.UTF-8", "C")


class Cluster:
    """PostgreSQL's files under `folder`; under root they may really be elsewhere, behind a symbolic link."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secret = folder / "owner.secret"
        self.log = folder / "server.log"

    @property
    def path(self) -> Path:
        return (self.folder / _FOLDER).resolve()

    @property
    def exists(self) -> bool:
        try:
            return (self.folder / _FOLDER / "PG_VERSION").exists()
        except OSError:
            return False  # a folder that this person cannot look into

    def check(self) -> None:
        """Refuses files that these programs cannot run, without touching them."""
        marker = self.path / "PG_VERSION"
        try:
            found = marker.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            link = self.folder / _FOLDER
            if not link.exists() and not link.is_symlink():
                return
            raise DataFolderProblem(
                f"{link} is there, but is no database. Nothing was changed.",
                hint="Restore a backup into a new folder, or move it away to begin with an empty database.",
            ) from None
        if found != major_version():
            raise other_version(self.folder, found, major_version())
        if not self.secret.exists():
            raise DataFolderProblem(
                f"The key of the database, {self.secret.name}, is missing from {self.folder}.",
                hint="Put it back from a backup of the folder. Nothing was changed.",
            )

    def owner_password(self) -> str:
        return self.secret.read_text(encoding="ascii").strip()

    def create(self, account: Account) -> None:
        """Creates the cluster. Killed half-way it leaves nothing that looks finished; the next start clears it away."""
        self._clear_unfinished()
        if shutil.disk_usage(existing(self.folder)).free < _NEEDED:
            raise disk_full(self.folder)
        if not self.secret.exists():
            _write_private(self.secret, secrets.token_urlsafe(32))
        unfinished = self._unfinished_folder(account)
        try:
            self._initdb(unfinished, account)
            self.write_settings(unfinished.resolve(), account)
            unfinished.rename(self.folder / _FOLDER)
            _settle(self.folder)
            _settle(self.path.parent)
        finally:
            self._clear_unfinished()

    def make_startable(self, account: Account) -> None:
        """Mends what copying or restoring the folder may have changed: its mode. Brings the settings up to date."""
        if sys.platform != "win32" and stat.S_IMODE(self.path.stat().st_mode) & 0o027:
            self.path.chmod(0o700)
        self.write_settings(self.path, account)

    def write_settings(self, path: Path, account: Account) -> None:
        """Brings our settings up to date. What an administrator sets with ALTER SYSTEM goes before them."""
        ours = path / _SETTINGS
        text = settings_text()
        if ours.exists() and ours.read_text(encoding="utf-8") == text:
            return
        temporary = path / f"{_SETTINGS}.new"
        temporary.write_text(text, encoding="utf-8")
        account.give(temporary)
        temporary.replace(ours)
        main = path / "postgresql.conf"
        include = f"include_if_exists = '{_SETTINGS}'"
        if include not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as file:
                file.write(f"\n{include}\n")

    def _unfinished_folder(self, account: Account) -> Path:
        # A fresh name each time: the initdb of a killed start may still be at work, and empties its folder in the end.
        unfinished = self.folder / f"{_UNFINISHED}-{secrets.token_hex(4)}"
        if account.can_enter(self.folder):
            unfinished.mkdir(mode=0o700)
            account.give(unfinished)
            return unfinished
        real = Path(tempfile.mkdtemp(prefix="crm-data-", dir=place_for_data(self.folder, account)))
        unfinished.symlink_to(real, target_is_directory=True)
        account.give(real)
        return unfinished

    def _clear_unfinished(self) -> None:
        for unfinished in self.folder.glob(f"{_UNFINISHED}-*"):
            shutil.rmtree(unfinished.resolve(), ignore_errors=True)
            if unfinished.is_symlink():
                unfinished.unlink()

    def _initdb(self, path: Path, account: Account) -> None:
        said = ""
        for ctype in _CTYPES.get(sys.platform, _CTYPES_ELSEWHERE):
            with tempfile.TemporaryDirectory(prefix="crm-", dir=place_for_sockets(account)) as private:
                account.give(Path(private))
                password_file = Path(private) / "password"
                _write_private(password_file, self.owner_password())
                account.give(password_file)
                finished = subprocess.run(
                    [
                        program("initdb", account),
                        f"--pgdata={path.resolve()}",
                        f"--username={OWNER}",
                        "--auth=scram-sha-256",
                        f"--pwfile={password_file}",
                        "--encoding=UTF8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--lc-collate=C",
                        f"--lc-ctype={ctype}",
                        "--lc-messages=C",
                        "--text-search-config=simple",
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    env=environment(),
                    check=False,
                    **account.popen_arguments(),
                )
            if finished.returncode == 0:
                return
            said = finished.stdout
            if "invalid locale" not in said:
                break
        self.log.write_text(said, encoding="utf-8")
        raise start_failure(self.folder, self.log, said)


def settings_text() -> str:
    """Settings for one desktop: a fair share of its memory, no surprises, nothing personal in the log."""
    import psutil

    memory = psutil.virtual_memory().total // 2**20  # MB
    values = {
        "shared_buffers": f"{_between(64, memory // 16, 512)}MB",
        "effective_cache_size": f"{_between(256, memory // 2, 16_384)}MB",
        "work_mem": f"{_between(8, memory // 256, 64)}MB",
        "maintenance_work_mem": f"{_between(64, memory // 16, 512)}MB",
        "max_connections": "50",
        "random_page_cost": "1.1",
        "jit": "off",
        "min_wal_size": "64MB",
        "max_wal_size": "1GB",
        # pglz, the only method here, makes large writes five times slower and the log hardly smaller: measured.
        "wal_compression": "off",
        "checkpoint_timeout": "10min",
        "autovacuum_naptime": "30s",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "datestyle": "'iso, ymd'",
        "lc_messages": "'C'",
        # The log names what failed, never the statement or the values in it.
        "log_destination": "'stderr'",
        "logging_collector": "off",
        "log_min_messages": "warning",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
        "log_autovacuum_min_duration": "-1",
        "log_line_prefix": "'%m [%p] '",
    }
    if sys.platform == "linux" and _shared_memory() < 256 * 2**20:
        # Containers often have a tiny /dev/shm, in which parallel queries fail.
        values["dynamic_shared_memory_type"] = "sysv"
    lines = [f"{name} = {value}" for name, value in values.items()]
    return "\n".join(
        ["# Written by CRM Desktop at every start. Use ALTER SYSTEM for settings of your own.", *lines, ""]
    )


def _shared_memory() -> int:
    try:
        return shutil.disk_usage("/dev/shm").total
    except OSError:
        return 0


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def _settle(folder: Path) -> None:
    """Makes sure that a new name in `folder` is on disk: whoever loses power now finds it again."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_private(path: Path, text: str) -> None:
    """Writes `text` where only the owner of the file reads it, and makes sure that it is on disk."""
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
