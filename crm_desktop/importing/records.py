"""The records of a CSV file with the line each starts on, quoted line breaks and broken quotes included."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from crm_desktop.errors import ImportRefused
from crm_desktop.importing.encodings import Encoding

DELIMITERS = (",", ";", "\t", "|")
_LOOK_AHEAD = 64
_LONGEST_CELL = 1 << 30
# How much text may be read a second time after a broken quotation mark, before the rest is taken as it comes.
_SECOND_READING = 1 << 26


@dataclass(frozen=True)
class Record:
    """One row of the file; `line` counts from 1. `fault` says why its cells cannot be trusted, if they cannot."""

    line: int
    cells: list[str]
    fault: str = ""
    raw: str = ""  # as it stands in the file, where cells are not all there is to it


class _Lines:
    """The lines of a text, which can be given back and read again."""

    def __init__(self, text: TextIO, first_line: int = 1) -> None:
        self._text = text
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.next_line = first_line
        self.characters = 0
        self.zeros = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._returned:
            line = self._returned.popleft()
        else:
            line = self._text.readline()
            self.characters += len(line)
            if not line:
                raise StopIteration
        self.next_line += 1
        if "\0" in line:
            self.zeros += line.count("\0")
            line = line.replace("\0", "")
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> int:
        """Read the lines of this record again, except its first; returns how many characters that is."""
        again = self.taken[1:]
        self._returned.extendleft(reversed(again))
        self.next_line -= len(again)
        self.taken = self.taken[:1]
        return sum(map(len, again))


def opened(path: Path, encoding: Encoding) -> TextIO:
    return path.open("r", encoding=encoding.codec, errors=encoding.errors, newline="")


def detect_delimiter(text: TextIO, recognised: Callable[[list[str]], int]) -> tuple[str, int]:
    """The delimiter, and the number of lines before the header ("sep=;" of Excel, blank lines).

    The delimiter that makes the most recognised column names wins; then the one that makes more rows as
    long as the header."""
    lines = [line for line in (text.readline() for _ in range(_LOOK_AHEAD)) if line]
    skipped = 0
    for line in lines:
        stripped = line.strip("\r\n \t\ufeff\0")
        if stripped.lower().startswith("sep=") and len(stripped) <= 5:
            return (stripped[4:] or "\t"), skipped + 1  # stripping took the tab of "sep=<tab>"
        if stripped.strip(',;|\t" '):
            break
        skipped += 1
    body = "".join(lines[skipped:]).replace("\0", "")

    def quality(delimiter: str) -> tuple[int, float, int]:
        rows = list(csv.reader(io.StringIO(body, newline=""), delimiter=delimiter))
        width = len(rows[0]) if rows else 0
        same = sum(len(row) == width for row in rows) / max(1, len(rows))
        return recognised(rows[0]) if rows else 0, same if width > 1 else 0.0, width

    csv.field_size_limit(_LONGEST_CELL)
    return max(DELIMITERS, key=quality), skipped


class RecordReader:
    """The rows of an opened CSV file below its header; empty lines are left out.

    Rows of another width than the header are mended where that is safe: missing last cells are empty ones, empty cells
    too many are dropped, and an unquoted "24, place Kléber" is joined again. Otherwise the record carries its fault.
    `joined` and `zeros` count what was mended and NUL characters left out."""

    def __init__(
        self, text: TextIO, delimiter: str, skipped: int = 0, *, has_header: bool = True, size: int = 0
    ) -> None:
        csv.field_size_limit(_LONGEST_CELL)
        self._size = max(1, size)
        self._first: Record | None = None
        for _ in range(skipped):
            text.readline()
        self._lines = _Lines(text, skipped + 1)
        self._delimiter = delimiter
        self._reader = self._make_reader()
        self._again = 0
        self.joined = 0
        try:
            self.header = next((cells for cells in self._reader if any(map(str.strip, cells))), [])
        except csv.Error as error:
            raise ImportRefused("The quotation marks in the line of column names do not match.") from error
        if self.header and not has_header:
            line = self._lines.next_line - max(1, len(self._lines.taken))
            self._first = Record(line, [self.header[0].removeprefix("\ufeff"), *self.header[1:]])
            self.header = [""] * len(self.header)
        if self.header:
            self.header[0] = self.header[0].removeprefix("\ufeff")
        self.header = [name.strip() or f"Column {number}" for number, name in enumerate(self.header, 1)]

    @property
    def share(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(1.0, self._lines.characters / self._size)

    @property
    def zeros(self) -> int:
        return self._lines.zeros

    def __iter__(self) -> Iterator[Record]:
        lines, width = self._lines, len(self.header)
        if self._first is not None:
            yield self._first
        while True:
            lines.taken.clear()
            line = lines.next_line
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:  # a quotation mark in the middle of a quoted cell, or one that is never closed
                yield self._with_broken_quotes(line)
                continue
            if len(cells) == width:
                if width > 1 or cells[0].strip():
                    yield Record(line, cells)
            elif any(map(str.strip, cells)):
                yield self._of_another_width(line, cells)

    def _of_another_width(self, line: int, cells: list[str]) -> Record:
        width = len(self.header)
        if len(self._lines.taken) > 1 and (len(cells) < width or any(map(str.strip, cells[width:]))):
            # It may be that a missing quotation mark joined these lines, so nothing is mended here.
            return self._with_broken_quotes(line, cells)
        mended = _mend(cells, width, self._delimiter)
        if mended is None:
            return Record(line, cells, _fault(len(cells), width))
        self.joined += any(map(str.strip, cells[width:]))
        return Record(line, mended)

    def _with_broken_quotes(self, line: int, cells: list[str] | None = None) -> Record:
        """The first line alone; those below it, which are not at fault, are read again on their own."""
        if self._again < _SECOND_READING:
            self._again += self._lines.give_back_all_but_first()
            cells = next(csv.reader(self._lines.taken, delimiter=self._delimiter, quoting=csv.QUOTE_NONE), [])
        elif cells is None:
            cells = ["".join(self._lines.taken)]
        self._reader = self._make_reader()
        return Record(line, cells, "The quotation marks in this line do not match.")

    def _make_reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self._delimiter, strict=True)


def _mend(cells: list[str], width: int, delimiter: str) -> list[str] | None:
    if len(cells) < width:
        # One cell alone is a heading, a total or a broken line, not a customer.
        return cells + [""] * (width - len(cells)) if len(cells) > 1 or width == 2 else None
    if not any(map(str.strip, cells[width:])):
        return cells[:width]
    # A delimiter inside an unquoted text is followed by a space; one between two cells is not.
    continued = {index for index in range(1, len(cells)) if cells[index][:1] == " " and cells[index].strip()}
    if delimiter == "\t" or len(continued) != len(cells) - width:
        return None
    joined: list[str] = []
    for index, cell in enumerate(cells):
        if index in continued:
            joined[-1] += delimiter + cell
        else:
            joined.append(cell)
    return joined


def _fault(found: int, width: int) -> str:
    if found < width:
        return f"This line has only {found} cell{'s' * (found != 1)} where the header has {width}."
    return f"This line has {found} cells where the header has {width}: put cells with the delimiter in quotation marks."
