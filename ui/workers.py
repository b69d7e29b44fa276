"""A small bounded pool of daemon threads: a server that never answers must not keep the program from ending."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class WorkerPool:
    """Runs jobs in the order given, at most `size` at a time. Threads start when first needed."""

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._jobs: deque[Callable[[], None]] = deque()
        self._ready = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._closed = False

    def submit(self, job: Callable[[], None]) -> None:
        """`job` must not raise; the pool has nobody to tell."""
        with self._ready:
            if self._closed:
                return
            self._jobs.append(job)
            if self._idle < len(self._jobs) and len(self._threads) < self._size:
                thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads) + 1}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._ready.notify()

    def close(self, timeout: float) -> bool:
        """Forget what has not begun, wait for what has. False when something still ran after `timeout` seconds."""
        with self._ready:
            self._closed = True
            self._jobs.clear()
            self._ready.notify_all()
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while True:
            with self._ready:
                self._idle += 1
                while not self._jobs and not self._closed:
                    self._ready.wait()
                self._idle -= 1
                if not self._jobs:
                    return
                job = self._jobs.popleft()
            job()
            del job
