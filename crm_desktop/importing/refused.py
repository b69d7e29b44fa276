"""The rows that were not imported, as a file to correct and import again."""

from __future__ import annotations

import csv
import itertools
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from crm_desktop.importing.cards import REFUSED
from crm_desktop.importing.records import Record

REASON, LINE = "Reason refused", "Line refused"


class RefusedRows:
    """Collects refused rows; `keep()` puts them beside the imported file, `discard()` forgets them.

    UTF-8 with a mark, which spreadsheets need to show accents. The reason stands before the original cells, so that
    rows of a wrong length stay whole. Both columns are known to the import and left out by it."""

    ending = "csv"

    def __init__(self, source: Path, header: Sequence[str], delimiter: str) -> None:
        self._source = source
        # The file may be one of refused rows itself: it has these columns already.
        self._skipped = 2 if tuple(header[:2]) == (REASON, LINE) else 0
        self._header = [REASON, LINE, *header[self._skipped :]]
        self._delimiter = delimiter
        self._file: IO[str] | None = None
        self._temporary = Path()

    def add(self, record: Record, reason: str) -> None:
        if self._file is None:
            handle, name = tempfile.mkstemp(prefix="crm-refused-", suffix=f".{self.ending}")
            self._temporary = Path(name)
            self._file = os.fdopen(handle, "w", encoding=self._encoding, errors="replace", newline="")
            self._begin(self._file)
        self._write(self._file, record, reason)

    _encoding = "utf-8-sig"

    def _begin(self, file: IO[str]) -> None:
        csv.writer(file, delimiter=self._delimiter).writerow(self._header)

    def _write(self, file: IO[str], record: Record, reason: str) -> None:
        csv.writer(file, delimiter=self._delimiter).writerow([reason, record.line, *record.cells[self._skipped :]])

    def keep(self) -> Path | None:
        """The file, under a name that was free; where the folder cannot be written, among the temporary files."""
        if self._file is None:
            return None
        self._file.close()
        self._file = None
        stem = re.sub(r"(\.refused(-\d+)?)+$", "", self._source.stem)  # what it is made of may be such a file itself
        for number in itertools.count(1):
            ending = "refused" if number == 1 else f"refused-{number}"
            target = self._source.with_name(f"{stem}.{ending}.{self.ending}")
            try:
                with target.open("xb") as file, self._temporary.open("rb") as collected:
                    while chunk := collected.read(1 << 20):
                        file.write(chunk)
            except FileExistsError:
                continue
            except OSError:
                with suppress(OSError):
                    target.unlink(missing_ok=True)  # half of it, where the disk is full
                return self._temporary
            self._temporary.unlink()
            return target
        return None

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            with suppress(OSError):
                self._temporary.unlink()


class RefusedCards(RefusedRows):
    """Address cards as they stand in the file, each with the reason in a line of its own that the import leaves out."""

    ending = "vcf"
    _encoding = "utf-8"

    def _begin(self, file: IO[str]) -> None:
        """Cards need no line before them."""

    def _write(self, file: IO[str], record: Record, reason: str) -> None:
        begin, line_end, rest = record.raw.partition("\n")
        told = f"{REFUSED}:Line {record.line}: {' '.join(reason.split())}"
        if begin.strip().upper().startswith("BEGIN"):
            text = f"{begin}{line_end or chr(10)}{told}\n{rest}"
        else:
            text = record.raw
        file.write(text.rstrip("\n") + "\n")
