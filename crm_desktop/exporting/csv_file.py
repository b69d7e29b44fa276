"""CSV (RFC 4180, UTF-8): PostgreSQL writes the lines, which go into the file as they come."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.exporting.sink import Steps

_EVERY_ROWS = 1_000
_DELIMITERS = {",": "','", ";": "';'", "\t": "E'\\t'"}


class CsvFile:
    """Blank values are empty cells, also texts that are empty."""

    def __init__(self, file: BinaryIO, titles: Sequence[str], delimiter: str, *, bom: bool) -> None:
        self._file = file
        self._options = f"FORMAT csv, NULL '', ENCODING 'UTF8', DELIMITER {_DELIMITERS[delimiter]}"
        header = io.StringIO()
        csv.writer(header, delimiter=delimiter, lineterminator="\n").writerow(titles)
        file.write((codecs.BOM_UTF8 if bom else b"") + header.getvalue().encode())

    def write(self, connection: psycopg.Connection[Any], statements: Sequence[str], steps: Steps) -> int:
        """One message of the server is one row."""
        write, rows = self._file.write, 0
        with connection.cursor() as cursor:
            for statement in statements:
                with cursor.copy(f"COPY ({statement}) TO STDOUT ({self._options})".encode()) as copy:
                    for line in copy:
                        write(line)
                        rows += 1
                        if not rows % _EVERY_ROWS:
                            steps.count(_EVERY_ROWS)
        steps.count(rows % _EVERY_ROWS)
        return rows
