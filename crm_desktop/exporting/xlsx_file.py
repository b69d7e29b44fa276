"""Excel workbooks (ECMA-376) through XlsxWriter, with rows that go into the file as they come."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from crm_desktop.exporting.columns import ExportColumn
from crm_desktop.exporting.sink import rows_of

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.exporting.sink import Steps

MOST_ROWS = 1_048_576 - 1  # of a sheet, beside its header
LONGEST = 32_767  # characters in a cell
# What XML cannot hold is written _xHHHH_, and what looks like that has its first underscore written so.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_SPECIAL = re.compile(f"[&<>]|{_CONTROL.pattern}|{_ESCAPED.pattern}")
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
        """Texts as texts, never as formulas; moments as dates; numbers as numbers.

        The rows go into the sheet's file as XML made here: XlsxWriter's own way takes four times as long, and takes a
        text between <r> and </r> for XML."""
        total, line = 0, MOST_ROWS
        date = f' s="{self._date._get_xf_index()}"'
        cells = [
            (
                f'<c r="{xl_col_to_name(place)}',
                column.kind in ("moment", "number"),
                date if column.kind == "moment" else "",
            )
            for place, column in enumerate(self._columns)
        ]
        for row in rows_of(connection, statements, steps):
            if line == MOST_ROWS:
                self._end_sheet(line)
                write, line = self._next_sheet().row_data_fh.write, 0
            line += 1
            total += 1
            number = line + 1  # after the header
            made = [f'<row r="{number}">']
            for (start, is_number, style), value in zip(cells, row, strict=True):
                if value is None:
                    continue
                if is_number and "-" not in value:
                    made.append(f'{start}{number}"{style}><v>{value}</v></c>')
                else:  # a text, or a date from before spreadsheets have dates
                    made.append(f'{start}{number}" t="inlineStr"><is>{self._in_line(value)}</is></c>')
            made.append("</row>")
            write("".join(made))
        if not self.sheets:
            self._next_sheet()
        self._end_sheet(line if total else 0)
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
        sheet._write_single_row(1)  # the header goes into the file before the rows
        return sheet

    def _end_sheet(self, rows: int) -> None:
        """Tell how far the last sheet goes."""
        if self.sheets and rows:
            self._book.worksheets()[-1]._check_dimensions(rows, len(self._columns) - 1)

    def _in_line(self, value: str) -> str:
        text = value if len(value) <= LONGEST else self._cut(value)
        if _SPECIAL.search(text):
            text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", _ESCAPED.sub(r"_x005F\g<0>", text))
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        kept = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
        return f"<t{kept}>{text}</t>"

    def _cut(self, text: str) -> str:
        self.cut_texts += 1
        return text[: LONGEST - len(_CUT)] + _CUT

    def _let_go(self) -> None:
        """Closes the parts of a workbook that will never be."""
        for sheet in self._book.worksheets():
            with suppress(Exception):
                sheet.row_data_fh.close()
        self._book.fileclosed = True
