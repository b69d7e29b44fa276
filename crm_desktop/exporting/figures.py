"""Figures as an Excel workbook: a sheet for each chart with its table, what it counts, and the chart itself."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import xlsxwriter
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.analytics.shapes import ChartData, Question, is_currency
from crm_desktop.analytics.tables import Column, Table, table
from crm_desktop.analytics.words import period_words
from crm_desktop.exporting.files import replacing

if TYPE_CHECKING:
    from crm_desktop.database.engine import Database

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_FORMATS = {"%": '0.0"%"', "hours": "#,##0.0"}
_WHOLE, _MONEY = "#,##0", "#,##0.00"
_CHARTS: dict[str, dict[str, str]] = {
    "bars": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "lines": {"type": "line"},
}
_TOP = 5
"""The line of the header, counted from 0: title, what it counts, the period, and a blank line come before."""


def write_workbook(database: Database, charts: Sequence[ChartData], question: Question, path: Path) -> None:
    """Writes the charts to `path`; whole or not at all. NotAllowed for whoever may not export. The trace in the audit
    trail is committed before the file is put in its place."""
    with replacing(path) as file, database.session() as session:
        record_export(session, charts, question, "xlsx")
        fill(file, charts, question)


def record_export(session: Session, charts: Sequence[ChartData], question: Question, kind: str) -> None:
    """The trace in the audit trail of figures that leave the database."""
    details = {
        "charts": [chart.key for chart in charts],
        "from": None if question.period.is_all else question.period.start.isoformat(),
        "until": question.period.end.isoformat(),
    }
    session.execute(
        text("SELECT crm.record_export('figures', :format, :rows, CAST(:details AS jsonb))"),
        {"format": kind, "rows": sum(len(chart.categories) for chart in charts), "details": json.dumps(details)},
    )


def fill(file: BinaryIO, charts: Sequence[ChartData], question: Question) -> None:
    """The workbook itself."""
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": False})
    styles = _Styles(book)
    names: set[str] = set()
    try:
        for data in charts:
            _sheet(book, styles, _name(data.title, names), data, question)
        if not charts:
            book.add_worksheet("No figures")
    finally:
        book.close()


class _Styles:
    def __init__(self, book: Any) -> None:
        self._book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.muted = book.add_format({"font_color": "#5b6472"})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "align": "right", "text_wrap": True, "valign": "bottom"}
        )
        self.first_head = book.add_format({"bold": True, "bottom": 1})
        self.total_name = book.add_format({"bold": True, "top": 1})
        self._numbers: dict[tuple[str, bool], Any] = {}

    def number(self, shown_as: str, total: bool = False) -> Any:
        """A format for numbers, made once."""
        if (shown_as, total) not in self._numbers:
            more = {"bold": True, "top": 1} if total else {}
            self._numbers[shown_as, total] = self._book.add_format({"num_format": shown_as, **more})
        return self._numbers[shown_as, total]


def _sheet(book: Any, styles: _Styles, name: str, data: ChartData, question: Question) -> None:
    shown = table(data)
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, max(1, len(shown.columns) - 1), 14)
    sheet.write_string(0, 0, shown.title, styles.title)
    sheet.write_string(1, 0, ". ".join(filter(None, (shown.explanation, shown.note))), styles.muted)
    sheet.write_string(2, 0, period_words(question.period), styles.muted)
    for place, column in enumerate(shown.columns):
        sheet.write_string(_TOP - 1, place, _head(column), styles.head if place else styles.first_head)
    for line, row in enumerate(shown.rows, _TOP):
        _write(sheet, styles, line, row, shown, total=False)
    if shown.total:
        _write(sheet, styles, _TOP + len(shown.rows), shown.total, shown, total=True)
    sheet.freeze_panes(_TOP, 1)
    sheet.fit_to_pages(1, 0)
    sheet.set_landscape()
    if shown.rows and data.kind in _CHARTS:
        _draw(book, sheet, name, data, shown)


def _write(sheet: Any, styles: _Styles, line: int, row: Sequence[Any], shown: Table, *, total: bool) -> None:
    for place, cell in enumerate(row):
        if cell is None:
            continue
        if isinstance(cell, str):
            sheet.write_string(line, place, _plain(cell), styles.total_name if total else None)
        else:
            sheet.write_number(line, place, float(cell) if isinstance(cell, Decimal) else cell,
                               styles.number(_shown_as(shown.columns[place]), total))  # fmt: skip


def _draw(book: Any, sheet: Any, name: str, data: ChartData, shown: Table) -> None:
    drawn = book.add_chart(_CHARTS[data.kind])
    last = _TOP + len(shown.rows) - 1
    names = {series.name for series in data.series}
    for place, column in enumerate(shown.columns):
        if column.title in names:
            drawn.add_series(
                {
                    "name": [name, _TOP - 1, place],
                    "categories": [name, _TOP, 0, last, 0],
                    "values": [name, _TOP, place, last, place],
                }
            )
    drawn.set_title({"name": data.title, "overlay": False, "name_font": {"size": 12}})
    if len(data.series) == 1:
        drawn.set_legend({"none": True})
    drawn.set_size({"width": 720, "height": 360})
    sheet.insert_chart(_TOP - 1, len(shown.columns) + 1, drawn)


def _head(column: Column) -> str:
    return _plain(f"{column.title} ({column.unit})" if column.unit and len(column.unit) <= 3 else column.title)


def _shown_as(column: Column) -> str:
    return _FORMATS.get(column.unit) or (_MONEY if is_currency(column.unit) else _WHOLE)


def _plain(text: str) -> str:
    """XlsxWriter takes a text between <r> and </r> for XML."""
    return f" {text}" if text.startswith("<r>") else text


def _name(title: str, used: set[str]) -> str:
    """A name for a sheet: at most 31 characters, none of those that Excel refuses, and each once."""
    base = _cut(_FORBIDDEN.sub(" ", title), 31).strip() or "Chart"
    name, number = base, 2
    while name.lower() in used:
        name = f"{_cut(base, 28)} {number}"
        number += 1
    used.add(name.lower())
    return name


def _cut(text: str, most: int) -> str:
    """Excel counts in units of UTF-16; a character beyond the first plane has two."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
