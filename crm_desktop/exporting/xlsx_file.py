"""Excel workbooks (ECMA-376) through XlsxWriter, which keeps one row in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

import xlsxwriter

from crm_desktop.exporting.columns import ExportColumn
from crm_desktop.exporting.sink import rows_of

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.exporting.sink import Steps

MOST_ROWS = 1_048_576 - 1  # of a sheet, beside its header
LONGEST = 32_767  # characters in a cell
_CUT = "… (cut: the text is longer than a cell can be)"
_WIDTHS = {"email": 28, "notes": 40, "name": 24, "contact_name": 24, "company_name": 24, "address": 28, "subject": 32}


class XlsxFile:
    """Rows beyond what a sheet holds go to further sheets. Parts are made in a folder beside the file."""

    def __init__(self, file: BinaryIO, folder: Path, title: str, columns: Sequence[ExportColumn]) -> None:
        self._title = title
        self._columns = columns
        self.sheets = 0
        self.cut_texts = 0
        self._folder = tempfile.TemporaryDirectory(prefix=".export-", suffix=".part", dir=folder)
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": self._folder.name})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._bold = self._book.add_format({"bold": True})

    def __enter__(self) -> XlsxFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._book.close()
            else:
                self._let_go()
        finally:
            self._folder.cleanup()

    def write(self, connection: psycopg.Connection[Any], statements: Sequence[str], steps: Steps) -> int:
        """Texts as texts, never as formulas; moments as dates; numbers as numbers."""
        total, line = 0, MOST_ROWS
        kinds = [column.kind for column in self._columns]
        dates = [kind == "moment" for kind in kinds]
        plain = [kind not in ("moment", "number") for kind in kinds]
        for row in rows_of(connection, statements, steps):
            if line == MOST_ROWS:
                sheet, line = self._next_sheet(), 0
            line += 1
            total += 1
            for place, value in enumerate(row):
                if value is None:
                    continue
                if plain[place]:
                    sheet.write_string(line, place, value if len(value) <= LONGEST else self._cut(value))
                    continue
                try:
                    number = float(value)
                except ValueError:  # a date from before spreadsheets have dates
                    sheet.write_string(line, place, value)
                else:
                    sheet.write_number(line, place, number, self._date if dates[place] else None)
        if not self.sheets:
            self._next_sheet()
        return total

    def _next_sheet(self) -> Any:
        self.sheets += 1
        sheet = self._book.add_worksheet(self._title if self.sheets == 1 else f"{self._title} {self.sheets}")
        for place, column in enumerate(self._columns):
            width = 17 if column.kind == "moment" else _WIDTHS.get(column.key, 15)
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            sheet.write_string(0, place, column.title, self._bold)
        return sheet

    def _cut(self, text: str) -> str:
        self.cut_texts += 1
        return text[: LONGEST - len(_CUT)] + _CUT

    def _let_go(self) -> None:
        """Closes the parts of a workbook that will never be."""
        for sheet in self._book.worksheets():
            with suppress(Exception):
                sheet.row_data_fh.close()
        self._book.fileclosed = True
