"""Live changes: what others saved, told by the database as it happens."""

from __future__ import annotations

import json
import random
import select
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from crm_desktop.database.engine import Database

CHANNEL = "crm_changes"
EVERYTHING = "*"

_FIRST_PAUSE = 0.5  # seconds; doubles up to the longest
_LONGEST_PAUSE = 30.0
_PATIENCE = 1.0  # seconds for the thread to end
_SIGN_OF_LIFE = 60.0  # seconds without news before asking whether the server is still there


@dataclass(frozen=True)
class Change:
    """Rows of `table` that a transaction changed; `ids` is None when they are too many to name.

    After a lost connection comes one Change of the table EVERYTHING: nobody knows what was missed.
    """

    table: str
    operation: str
    ids: tuple[UUID, ...] | None = None
    own: bool = False  # saved through the same Database object


class ChangeListener:
    """Listens in a thread of its own, which calls `on_change` and `on_state` (connected or not).

    A lost connection is made again, with growing pauses in between, until `stop`.
    """

    def __init__(
        self, database: Database, on_change: Callable[[Change], None], on_state: Callable[[bool], None]
    ) -> None:
        self._database = database
        self._on_change = on_change
        self._on_state = on_state
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._bell: socket.socket | None = None

    def start(self) -> None:
        """Does nothing once it was stopped: a start that was put off may come when the window has closed."""
        if self._thread is not None or self._stopping.is_set():
            return
        # `stop` rings, so that the thread can wait for news and for its end at once, on Windows, too.
        bell, ear = socket.socketpair()
        thread = threading.Thread(target=self._run, args=(ear,), name="change-listener", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads can be had
            bell.close()
            ear.close()
            raise
        self._bell, self._thread = bell, thread

    def stop(self) -> None:
        """Nothing is called any more afterwards. An attempt to connect that is under way ends on its own."""
        self._stopping.set()
        if self._bell is not None:
            self._bell.close()  # the other end becomes readable
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_PATIENCE)

    def _run(self, ear: socket.socket) -> None:
        with ear:
            self._keep_listening(ear)

    def _keep_listening(self, ear: socket.socket) -> None:
        pause = _FIRST_PAUSE
        connected_before = False
        told: bool | None = None
        while not self._stopping.is_set():
            try:
                with self._database.connect(autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    if self._stopping.is_set():
                        return
                    if told is not True:
                        told = True
                        self._on_state(True)
                    if connected_before:
                        self._on_change(Change(EVERYTHING, "reconnect"))
                    connected_before = True
                    pause = _FIRST_PAUSE
                    self._listen(connection, ear)
            except psycopg.Error:
                pass  # whatever it was, the answer is to try again
            if self._stopping.is_set():
                return
            if told is not False:
                told = False
                self._on_state(False)
            # Not everybody at the same moment when a server comes back.
            self._stopping.wait(pause * random.uniform(0.7, 1.3))
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _listen(self, connection: psycopg.Connection[Any], ear: socket.socket) -> None:
        quiet_until = time.monotonic() + _SIGN_OF_LIFE
        while not self._stopping.is_set():
            for notification in connection.notifies(timeout=0):
                change = _change(notification.payload, own=self._database.is_own_backend(notification.pid))
                if change is not None:
                    self._on_change(change)
            if time.monotonic() >= quiet_until:
                connection.execute("SELECT 1")
                quiet_until = time.monotonic() + _SIGN_OF_LIFE
            _wait([connection.fileno(), ear.fileno()], quiet_until - time.monotonic())


def _wait(files: list[int], timeout: float) -> None:
    """Until something comes in, or the time is up."""
    if hasattr(select, "poll"):  # select() refuses file numbers over 1023
        poll = select.poll()
        for number in files:
            poll.register(number, select.POLLIN)
        poll.poll(max(0, timeout) * 1000)
    else:
        select.select(files, [], [], max(0, timeout))


def _change(payload: str, *, own: bool) -> Change | None:
    """What a notification says; None when it is not one of ours."""
    try:
        told = json.loads(payload)
        ids = told["ids"]
        named = None if ids is None else tuple(UUID(text) for text in ids)
        return Change(str(told["table"]), str(told["operation"]), named, own)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # anybody may send anything
        return None
