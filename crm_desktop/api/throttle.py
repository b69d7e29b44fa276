"""Guessing passwords gets slower with every failure, for the login at that address and for the address."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .problems import TooMany

FREE_OF_LOGIN, FREE_OF_ADDRESS = 5, 30
LONGEST_WAIT = 60.0
FORGOTTEN_AFTER = 900.0
MOST_REMEMBERED = 10_000

Key = tuple[str, ...]


@dataclass
class _Failures:
    count: int = 0
    last: float = 0.0


class Throttle:
    """An attempt counts as failed until `succeeded` says otherwise, so that many at once are no way around it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: dict[Key, _Failures] = {}

    def attempt(self, address: str, username: str) -> None:
        """TooMany while somebody has to wait. `FREE_OF_LOGIN` failures cost nothing; each further one doubles the
        wait, from one second on."""
        now = self._clock()
        keys = _keys(address, username)
        with self._lock:
            wait = max(self._wait(key, free, now) for key, free in keys)
            if wait > 0:
                raise TooMany("Too many attempts to sign in failed.", math.ceil(wait))
            for key, _ in keys:
                failures = self._failures.setdefault(key, _Failures())
                failures.count += 1
                failures.last = now
            if len(self._failures) > MOST_REMEMBERED:
                self._forget(now)

    def succeeded(self, address: str, username: str) -> None:
        """The password was right: what failed at this login is forgotten, what failed at others is not."""
        with self._lock:
            (login, _), (place, _) = _keys(address, username)
            self._failures.pop(login, None)
            self._take_back(place)

    def not_tried(self, address: str, username: str) -> None:
        """The database was not there to say whether the password was right."""
        with self._lock:
            for key, _ in _keys(address, username):
                self._take_back(key)

    def _take_back(self, key: Key) -> None:
        held = self._failures.get(key)
        if held is not None:
            held.count -= 1
            if held.count <= 0:
                del self._failures[key]

    def _wait(self, key: Key, free: int, now: float) -> float:
        held = self._failures.get(key)
        if held is None:
            return 0.0
        if now - held.last > FORGOTTEN_AFTER:
            del self._failures[key]
            return 0.0
        over = held.count - free
        return 0.0 if over < 0 else held.last + min(2.0 ** min(over, 10), LONGEST_WAIT) - now

    def _forget(self, now: float) -> None:
        """What is old, then what was first, with some room to spare."""
        for key in [key for key, held in self._failures.items() if now - held.last > FORGOTTEN_AFTER]:
            del self._failures[key]
        for key in list(self._failures)[: max(0, len(self._failures) - MOST_REMEMBERED * 9 // 10)]:
            del self._failures[key]


def _keys(address: str, username: str) -> tuple[tuple[Key, int], tuple[Key, int]]:
    return ((address, username), FREE_OF_LOGIN), ((address,), FREE_OF_ADDRESS)
