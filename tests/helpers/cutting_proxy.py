"""Stands between the program and a server, and can break the connection at the worst moment."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from crm_desktop.database.target import Target

_COMMIT = b"COMMIT\0"
_WRITING = (b"INSERT INTO", b"UPDATE crm.")
_READY = b"Z\0\0\0\x05"  # ReadyForQuery


class CuttingProxy:
    """`target` is where to connect to. Once `armed`, the next COMMIT of something written reaches the server, and its
    answer nobody. (What is only read beside it, a look for duplicates say, is left alone.)"""

    def __init__(self, server: Target) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.target = replace(server, hosts=("127.0.0.1",), port=self._listener.getsockname()[1], sslmode="disable")
        self.armed = False
        self._open: list[socket.socket] = [self._listener]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(f"{self._server.hosts[0]}/.s.PGSQL.{self._server.port}")
                self._open += [client, server]
                cut = threading.Event()
                for work in (self._to_server, self._to_client):
                    thread = threading.Thread(target=work, args=(client, server, cut), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _to_server(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        wrote = False
        with suppress(OSError):
            while sent := client.recv(65536):
                wrote = wrote or any(word in sent for word in _WRITING)
                if _COMMIT in sent:
                    if self.armed and wrote:
                        self.armed = False
                        cut.set()
                    wrote = False  # what comes next on this connection may only read
                server.sendall(sent)
            server.shutdown(socket.SHUT_RDWR)

    def _to_client(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while told := server.recv(65536):
                if cut.is_set() and _READY in told:
                    break
                if not cut.is_set():
                    client.sendall(told)
        for each in (client, server):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting(server: Target) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(server)
    try:
        yield proxy
    finally:
        proxy.close()
