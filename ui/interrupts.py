"""Ctrl+C in a terminal, and a polite request to end, close the program as its own Quit does: the server stops too."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class Interrupts(QObject):
    """Calls `quit_` on SIGINT and SIGTERM. Made on the main thread; `close` gives the signals back.

    Python handles a signal between two of its own instructions, which do not come while Qt waits for events. So the
    signal writes to a socket, Qt wakes up for that, and the handler gets its turn.
    """

    def __init__(self, quit_: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._before_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        numbers = (signal.SIGINT, signal.SIGTERM)
        self._before = {number: signal.signal(number, lambda *_: quit_()) for number in numbers}

    def _woken(self) -> None:
        self._reader.recv(4096)

    def close(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before_fd)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()
