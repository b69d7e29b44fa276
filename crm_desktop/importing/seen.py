"""Which keys of a file came before, and in which line: a table that stays small for a million rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from hashlib import blake2b


class Seen:
    """Open addressing over 64 bits of each key's digest: 16 bytes and a slot per key, where a dict takes 200.

    Two different keys share a digest once in some ten million files of a million rows."""

    def __init__(self) -> None:
        self._size = 1 << 12
        self._digests = array("Q", bytes(8 * self._size))
        self._lines = array("Q", bytes(8 * self._size))
        self._used = 0

    def first(self, keys: Iterable[str], line: int) -> int | None:
        """The earlier line that had one of these keys, or None: then they are `line`'s from now on."""
        places = []
        for key in keys:
            digest = int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little") or 1
            place = self._place(digest)
            if self._digests[place]:
                return self._lines[place]
            places.append(digest)
        for digest in places:
            place = self._place(digest)
            if not self._digests[place]:
                self._digests[place], self._lines[place] = digest, line
                self._used += 1
        if self._used * 2 > self._size:
            self._grow()
        return None

    def _place(self, digest: int) -> int:
        """Where the digest is, or the free place where it would go."""
        digests, mask = self._digests, self._size - 1
        place = digest & mask
        while digests[place] and digests[place] != digest:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        digests, lines = self._digests, self._lines
        self._size *= 4
        self._digests = array("Q", bytes(8 * self._size))
        self._lines = array("Q", bytes(8 * self._size))
        for digest, line in zip(digests, lines, strict=True):
            if digest:
                place = self._place(digest)
                self._digests[place], self._lines[place] = digest, line
