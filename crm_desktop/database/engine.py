"""One signed-in person on one database: a small pool, sessions that commit, and errors in words for people."""

from __future__ import annotations

import select
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy
from psycopg.pq import TransactionStatus
from psycopg.types.json import set_json_loads
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, PoolResetState, QueuePool

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.failures import in_words
from crm_desktop.database.target import Target
from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.stored_json import read_json

__all__ = ["Cancellation", "Database"]

SESSION_OPTIONS = (
    "-c search_path=crm,pg_temp",
    "-c timezone=UTC",
    "-c datestyle=ISO,YMD",
    # Somebody else's open transaction must not hang the window, nor ours theirs.
    "-c lock_timeout=15s",
    "-c idle_in_transaction_session_timeout=10min",
    # Compiling a statement takes longer than any of ours takes to run.
    "-c jit=off",
)
_CONNECT: dict[str, Any] = {
    "connect_timeout": 8,  # seconds, for each host
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
    "client_encoding": "UTF8",
    "gssencmode": "disable",
}
# Long enough for the slowest page; a session waits for one of the pool's connections.
_POOL_WAIT = 60.0


class Database:
    """Where `username` is signed in; thread-safe."""

    def __init__(
        self,
        target: Target,
        username: str,
        password: str,
        *,
        application: str = "CRM Desktop",
        pool_size: int = 4,
        statement_seconds: int | None = None,
    ) -> None:
        """`statement_seconds` is how long a statement may take; None: as long as the server lets it."""
        self.target = target
        self.username = username
        self._password = password
        self._application = application
        limit = () if statement_seconds is None else (f"-c statement_timeout={statement_seconds}s",)
        self._options = " ".join((*SESSION_OPTIONS, *limit))
        self._backends: set[int] = set()
        self._backends_lock = threading.Lock()
        self._engine = sqlalchemy.create_engine(
            "postgresql+psycopg://",
            creator=self.connect,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_POOL_WAIT,
            pool_use_lifo=True,
            pool_recycle=3600,
        )
        event.listen(self._engine, "connect", self._connected)
        event.listen(self._engine, "close", self._closed)
        event.listen(self._engine, "checkout", _still_open)
        event.listen(self._engine, "reset", _end_transaction)
        event.listen(self._engine, "before_cursor_execute", _refuse_when_cancelled)

    def check(self) -> None:
        """Connects once; raises the `CrmError` that says why this person cannot work with this database."""
        from crm_desktop.database import upgrade

        with self.connection() as connection:
            upgrade.check_revision(connection)

    @contextmanager
    def session(self, cancellation: Cancellation | None = None) -> Iterator[Session]:
        """A session that commits at the end and rolls back on an error; database errors become `CrmError`s."""
        with (
            self.connection(cancellation) as connection,
            Session(connection, expire_on_commit=False, join_transaction_mode="control_fully") as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def connection(self, cancellation: Cancellation | None = None) -> Iterator[sqlalchemy.Connection]:
        """A Core connection under the same rules."""
        with (
            _or_cancelled(cancellation),
            self._engine.connect() as connection,
            _cancelled_by(cancellation, connection.connection),
        ):
            yield connection
            connection.commit()

    @contextmanager
    def raw(self, cancellation: Cancellation | None = None) -> Iterator[psycopg.Connection[Any]]:
        """A psycopg connection under the same rules, for COPY; autocommit is off."""
        with self.connection(cancellation) as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            # Begins SQLAlchemy's transaction too, so that its commit and rollback reach the driver.
            connection.begin()
            yield driver

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection[Any]:
        """A psycopg connection of its own, outside the pool; the caller closes it."""
        connection = psycopg.connect(
            self.target.conninfo(),
            user=self.username,
            password=self._password,
            application_name=self._application,
            options=self._options,
            autocommit=autocommit,
            # Plans made for unknown values are the wrong ones for searches and pages.
            prepare_threshold=None,
            **_CONNECT,
        )
        set_json_loads(read_json, connection)
        return connection

    def is_own_backend(self, pid: int) -> bool:
        """Whether the server process `pid` serves one of this object's pooled connections."""
        with self._backends_lock:
            return pid in self._backends

    def change_password(self, password: str) -> None:
        """From now on new connections use `password`: call it when the person's password was changed."""
        self._password = password

    def close(self) -> None:
        """Closes every idle connection; one in use closes when it is given back."""
        self._engine.dispose()

    def _connected(self, connection: psycopg.Connection[Any], record: ConnectionPoolEntry) -> None:
        record.info["backend"] = connection.info.backend_pid
        with self._backends_lock:
            self._backends.add(connection.info.backend_pid)

    def _closed(self, connection: psycopg.Connection[Any], record: ConnectionPoolEntry) -> None:
        with self._backends_lock:
            self._backends.discard(record.info.get("backend", 0))


@contextmanager
def _or_cancelled(cancellation: Cancellation | None) -> Iterator[None]:
    try:
        with in_words():
            yield
    except CrmError as meaning:
        if cancellation is not None and cancellation.cancelled:
            raise Cancelled from meaning
        raise


@contextmanager
def _cancelled_by(cancellation: Cancellation | None, connection: PoolProxiedConnection) -> Iterator[None]:
    if cancellation is None:
        yield
        return
    driver = connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    connection.info["cancellation"] = cancellation
    try:
        with cancellation.watching(driver):
            yield
    finally:
        if connection.is_valid:
            connection.info.pop("cancellation", None)


def _refuse_when_cancelled(connection: sqlalchemy.Connection, *_: object) -> None:
    cancellation = connection.info.get("cancellation")
    if cancellation is not None:
        cancellation.raise_if_cancelled()


def _end_transaction(connection: psycopg.Connection[Any], record: ConnectionPoolEntry, state: PoolResetState) -> None:
    """SQLAlchemy takes a COMMIT that failed for the end of the transaction; one that was cancelled leaves it open."""
    if connection.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN):
        connection.rollback()


def _still_open(connection: psycopg.Connection[Any], record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    """Replaces a connection that the server closed while it lay idle: a look at the socket, no round trip."""
    if connection.closed or connection.broken or _readable(connection):
        raise sqlalchemy.exc.DisconnectionError


def _readable(connection: psycopg.Connection[Any]) -> bool:
    """Whether something came in on an idle connection: the server's last words, or its end."""
    if sys.platform == "win32":
        return bool(select.select([connection.fileno()], [], [], 0)[0])
    poll = select.poll()  # select() refuses file numbers over 1023
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
