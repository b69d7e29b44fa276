"""Reading and checking in a thread of its own, while the server works on the batch before."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from crm_desktop.importing.checking import Checked, Refused, check, same_in_file
from crm_desktop.importing.drafts import Composer
from crm_desktop.importing.encodings import Encoding
from crm_desktop.importing.mapping import Mapping
from crm_desktop.importing.records import Record, RecordReader

BATCH_ROWS = 5_000
_BATCH_CHARACTERS = 16_000_000
# Cells are joined by a character that no cell may hold, and escaped for COPY in one go.
_SEPARATOR = "\x1f"
_FOR_COPY = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", _SEPARATOR: "\t", "\0": ""})
COPIED = Checked._fields


@dataclass
class Batch:
    """Rows as COPY text, and the rows before them that were not taken."""

    text: bytes = b""
    rows: int = 0
    characters: int = 0  # of the file, read so far
    unchecked_phones: set[int] = field(default_factory=set)  # lines
    skipped: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[int, str, list[str]]] = field(default_factory=list)


def copy_line(row: Checked) -> str:
    """One row in the text format of COPY, where an empty text stands for NULL."""
    tags = json.dumps(row.tags, ensure_ascii=False) if row.tags else "[]"
    cells = [str(row.line), *row[1:-2], tags, row.notes]
    text = _SEPARATOR.join(cells)
    if text.count(_SEPARATOR) != len(cells) - 1:
        text = _SEPARATOR.join(cell.replace(_SEPARATOR, " ") for cell in cells)
    return text.translate(_FOR_COPY)


class Batches:
    """The batches of an opened file; while one is worked on, the next is made in another thread."""

    def __init__(self, records: RecordReader, mapping: Mapping, sample: list[Record]) -> None:
        self._records = records
        self._composer = Composer(mapping)
        for record in sample:
            self._composer.look_at(record.cells)
        self._sample = sample
        self._seen: dict[str, int] = {}

    def made(self) -> Generator[Batch, None, None]:
        batches = self._batches()
        with ThreadPoolExecutor(1, thread_name_prefix="import-reader") as reader:
            pending = reader.submit(next, batches, None)
            while (batch := pending.result()) is not None:
                pending = reader.submit(next, batches, None)
                yield batch

    def _batches(self) -> Iterator[Batch]:
        batch, lines, size = Batch(), list[str](), 0
        for record in self._all_records():
            text = self._row(record, batch)
            if text:
                lines.append(text)
                size += len(text)
            if len(lines) + len(batch.refused) + len(batch.skipped) >= BATCH_ROWS or size > _BATCH_CHARACTERS:
                yield self._finish(batch, lines)
                batch, lines, size = Batch(), [], 0
        yield self._finish(batch, lines)

    def _all_records(self) -> Iterator[Record]:
        yield from self._sample
        yield from self._records

    def _row(self, record: Record, batch: Batch) -> str:
        """The row for COPY; "" when it is refused, or the same as an earlier one."""
        if record.fault:
            batch.refused.append((record.line, record.fault, record.cells))
            return ""
        try:
            row = check(self._composer.compose(record.cells), record.line)
        except Refused as refusal:
            batch.refused.append((record.line, str(refusal), record.cells))
            return ""
        keys = same_in_file(row)
        for key in keys:
            earlier = self._seen.setdefault(key, record.line)
            if earlier != record.line:
                batch.skipped.append((record.line, f"The same customer as in line {earlier}."))
                return ""
        if row.phone and not row.phone_national:
            batch.unchecked_phones.add(record.line)
        return copy_line(row)

    def _finish(self, batch: Batch, lines: list[str]) -> Batch:
        batch.rows = len(lines)
        batch.text = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
        batch.characters = self._records.characters
        return batch


def take_sample(records: RecordReader, count: int = 1_000) -> list[Record]:
    """The first records, to see the habits of the file."""
    sample: list[Record] = []
    for record in records:
        sample.append(record)
        if len(sample) == count:
            break
    return sample


@dataclass(frozen=True)
class Source:
    """A file that was looked at: how it is written and what its columns hold."""

    path: Path
    encoding: Encoding
    delimiter: str
    skipped_lines: int
    mapping: Mapping
