"""What a dry run found, row by row, in a file of its own: any page of any outcome is read at once."""

from __future__ import annotations

import tempfile
import threading
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from crm_desktop.importing.pipeline import cells_of
from crm_desktop.stored_json import read_json

Outcome = Literal["created", "updated", "skipped", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("created", "updated", "skipped", "refused")
_BETWEEN = "\x1e"
_LONGEST_SHOWN = 2_000


@dataclass(frozen=True)
class Change:
    """A field that a row fills or changes; `old` is "" for a new record."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """A row of the file (line from 1), what it would do, and why it does not where it does nothing."""

    line: int
    outcome: Outcome
    name: str
    changes: tuple[Change, ...] = ()
    reason: str = ""


Describe = Callable[[Sequence[str]], tuple[str, tuple[Change, ...]]]
"""From the cells of a staged row to the name of its record and the fields that it fills."""


class Differences:
    """Written by one thread, then read by others. Takes 17 bytes of memory a row; the rest is in a temporary file."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self._lock = threading.Lock()
        self._file = tempfile.TemporaryFile(prefix="crm-import-")  # noqa: SIM115 - closed by close()
        self._end = 0
        self._offsets = array("Q")
        self._lines = array("Q")
        self._outcomes = bytearray()
        self._by_outcome = {outcome: array("L") for outcome in OUTCOMES}

    def add(self, line: int, outcome: Outcome, row: str = "", said: str = "") -> None:
        """`row` is the staged row; `said` a reason, or the changes of an update as JSON."""
        payload = f"{said}{_BETWEEN}{row}".encode("utf-8", "replace")
        self._file.write(payload)
        self._by_outcome[outcome].append(len(self._offsets))
        self._offsets.append(self._end)
        self._lines.append(line)
        self._outcomes.append(OUTCOMES.index(outcome))
        self._end += len(payload)

    def count(self, outcome: Outcome | None = None) -> int:
        return len(self._offsets) if outcome is None else len(self._by_outcome[outcome])

    def page(self, outcome: Outcome | None, first: int, count: int) -> list[Difference]:
        """The differences from place `first` on, of one outcome or of all."""
        last = min(first + count, self.count(outcome))
        numbers = range(first, last) if outcome is None else self._by_outcome[outcome][first:last]
        with self._lock:
            return [self._read(number) for number in numbers]

    def close(self) -> None:
        """Gives the file back."""
        with self._lock:
            self._file.close()

    def __del__(self) -> None:
        # Nobody waited for a dry run that was cancelled at its end.
        self._file.close()

    def _read(self, number: int) -> Difference:
        begin = self._offsets[number]
        end = self._offsets[number + 1] if number + 1 < len(self._offsets) else self._end
        self._file.seek(begin)
        said, _, row = self._file.read(end - begin).decode("utf-8").partition(_BETWEEN)
        outcome = OUTCOMES[self._outcomes[number]]
        name, fields = self._describe(cells_of(row)) if row else ("", ())
        if outcome == "updated":
            return Difference(self._lines[number], outcome, name, _changes(read_json(said) or {}))
        shown = fields if outcome == "created" else ()
        return Difference(self._lines[number], outcome, name, shown, said)


def _changes(changes: Mapping[str, Sequence[Any]]) -> tuple[Change, ...]:
    return tuple(Change(field, as_text(old), as_text(new)) for field, (old, new) in sorted(changes.items()))


def as_text(value: Any) -> str:
    """A value of the database for people; lists with commas."""
    if value is None:
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
