"""Reading and checking in a thread of its own, while the server works on the batch before."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, Protocol

from crm_desktop.importing.checking import Refused
from crm_desktop.importing.records import Record
from crm_desktop.importing.seen import Seen
from crm_desktop.importing.sources import Rows

BATCH_ROWS = 5_000
_SAMPLE_ROWS = 1_000
_BATCH_CHARACTERS = 16_000_000
# Cells are joined by a character that no cell may hold, and escaped for COPY in one go.
_SEPARATOR = "\x1f"
_FOR_COPY = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", _SEPARATOR: "\t", "\0": ""})


class Made(NamedTuple):
    """A row for COPY. Rows of a file with a key in common are the same record."""

    text: str
    keys: tuple[str, ...] = ()
    unchecked_phone: bool = False


class Maker(Protocol):
    """Makes rows of one kind from records. `make` raises Refused with the reason."""

    noun: str

    def learn(self, cells: Sequence[str]) -> None: ...

    def make(self, record: Record) -> Made: ...


@dataclass
class Batch:
    """Rows as COPY text, and the rows before them that were not taken. `numbers` and `lines` go together."""

    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    records: dict[int, Record] = field(default_factory=dict)
    share: float = 0.0  # of the file, read so far
    unchecked_phones: set[int] = field(default_factory=set)  # lines
    skipped: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[Record, str]] = field(default_factory=list)
    text: bytes = b""

    @property
    def rows(self) -> int:
        return len(self.lines)


def copy_line(cells: Iterable[Any]) -> str:
    """One row in the text format of COPY, where an empty text stands for NULL, and a tuple for a JSON list."""
    texts = [
        cell
        if type(cell) is str
        else (json.dumps(cell, ensure_ascii=False) if cell else "[]")
        if type(cell) is tuple
        else str(cell)
        for cell in cells
    ]
    text = _SEPARATOR.join(texts)
    if text.count(_SEPARATOR) != len(texts) - 1:
        text = _SEPARATOR.join(cell.replace(_SEPARATOR, " ") for cell in texts)
    return text.translate(_FOR_COPY)


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}


def cells_of(line: str) -> list[str]:
    """The cells of a `copy_line`."""
    if "\\" not in line:
        return line.split("\t")
    made: list[str] = []
    for cell in line.split("\t"):
        parts = iter(cell.split("\\"))
        text = next(parts)
        for part in parts:
            if part:
                text += _ESCAPES[part[0]] + part[1:]
            else:  # a backslash that was doubled
                text += "\\" + next(parts, "")
        made.append(text)
    return made


class Batches:
    """The batches of an opened file; while one is worked on, the next is made in another thread.

    `keep_records` keeps the records of a batch, for kinds of which the database may refuse a row."""

    def __init__(self, rows: Rows, maker: Maker, *, keep_records: bool = False) -> None:
        self._rows = rows
        self._maker = maker
        self._keep = keep_records
        self._records = iter(rows)
        self._sample = list(islice(self._records, _SAMPLE_ROWS))
        for record in self._sample:
            maker.learn(record.cells)
        self._seen = Seen()

    def made(self) -> Generator[Batch, None, None]:
        batches = self._batches()
        with ThreadPoolExecutor(1, thread_name_prefix="import-reader") as reader:
            pending = reader.submit(next, batches, None)
            while (batch := pending.result()) is not None:
                pending = reader.submit(next, batches, None)
                yield batch

    def _batches(self) -> Iterator[Batch]:
        batch, size = Batch(), 0
        for record in self._all_records():
            size += self._take(record, batch)
            if batch.rows + len(batch.refused) + len(batch.skipped) >= BATCH_ROWS or size > _BATCH_CHARACTERS:
                yield self._finish(batch)
                batch, size = Batch(), 0
        yield self._finish(batch)

    def _all_records(self) -> Iterator[Record]:
        yield from self._sample
        self._sample = []
        yield from self._records

    def _take(self, record: Record, batch: Batch) -> int:
        """Puts the record where it belongs; returns how much text that added."""
        if record.fault:
            batch.refused.append((record, record.fault))
            return len(record.raw)
        try:
            made = self._maker.make(record)
        except Refused as refusal:
            batch.refused.append((record, str(refusal)))
            return sum(map(len, record.cells))
        earlier = self._seen.first(made.keys, record.line)
        if earlier is not None:
            batch.skipped.append((record.line, f"The same {self._maker.noun} as in line {earlier}."))
            return 0
        batch.lines.append(made.text)
        batch.numbers.append(record.line)
        if made.unchecked_phone:
            batch.unchecked_phones.add(record.line)
        if self._keep:
            batch.records[record.line] = record
        return len(made.text)

    def _finish(self, batch: Batch) -> Batch:
        batch.text = "".join(f"{line}\n" for line in batch.lines).encode("utf-8", "replace")
        batch.share = self._rows.share
        return batch
