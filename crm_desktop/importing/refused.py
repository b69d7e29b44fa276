"""The rows that were not imported, as a file to correct and import again."""

from __future__ import annotations

import csv
import itertools
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

REASON, LINE = "Reason refused", "Line refused"


class RefusedRows:
    """Collects refused rows; `keep()` puts them beside the imported file, `discard()` forgets them.

    UTF-8 with a mark, which spreadsheets need to show accents. The reason stands before the original cells, so that
    rows of a wrong length stay whole. Both columns are known to the import and left out by it."""

    def __init__(self, source: Path, header: Sequence[str], delimiter: str) -> None:
        self._source = source
        self._header = [REASON, LINE, *(name for name in header)]
        self._delimiter = delimiter
        self._file: IO[str] | None = None
        self._temporary = Path()

    def add(self, line: int, reason: str, cells: Sequence[str]) -> None:
        if self._file is None:
            handle, name = tempfile.mkstemp(prefix="crm-refused-", suffix=".csv")
            self._temporary = Path(name)
            self._file = os.fdopen(handle, "w", encoding="utf-8-sig", errors="replace", newline="")
            csv.writer(self._file, delimiter=self._delimiter).writerow(self._header)
        csv.writer(self._file, delimiter=self._delimiter).writerow([reason, line, *cells])

    def keep(self) -> Path | None:
        """The file, under a name that was free; where the folder cannot be written, among the temporary files."""
        if self._file is None:
            return None
        self._file.close()
        self._file = None
        for number in itertools.count(1):
            ending = "refused" if number == 1 else f"refused-{number}"
            target = self._source.with_name(f"{self._source.stem}.{ending}.csv")
            try:
                with target.open("xb") as file, self._temporary.open("rb") as collected:
                    while chunk := collected.read(1 << 20):
                        file.write(chunk)
            except FileExistsError:
                continue
            except OSError:
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
