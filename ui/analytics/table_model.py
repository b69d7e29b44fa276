"""A chart's figures as a table: a row for each category, a column for each series, with the period before beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from crm_desktop.analytics.shapes import ChartData, Series, Value, is_currency
from crm_desktop.analytics.tables import Table, table
from ui.analytics.numbers import NOTHING, change_text, number_text

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SORT_ROLE = int(Qt.ItemDataRole.UserRole)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True)
class FigureColumn:
    """`series` is the one that a cell's customers are those of; None where it has none."""

    title: str
    text: Callable[[int], str]
    order: Callable[[int], Any]
    series: int | None = None


def columns(data: ChartData) -> tuple[FigureColumn, ...]:
    """Those of the table that is also written to files; beside each value of before, how much it has changed."""
    shown = table(data)
    names = tuple(each.full for each in data.categories)
    order = (lambda row: row) if data.over_time else _folded(names)
    made = [FigureColumn(shown.columns[0].title or "Name", lambda row: names[row], order)]
    place = 1
    for number, series in enumerate(data.series):
        made.append(_values(shown, place, number))
        place += 1
        if series.previous:
            made += [_values(shown, place), _change(series)]
            place += 1
    return (*made, *(_values(shown, each) for each in range(place, len(shown.columns))))


class TableModel(QAbstractTableModel):
    """Rows are categories; texts carry no unit, which the headings have."""

    def __init__(self) -> None:
        super().__init__()
        self._data: ChartData | None = None
        self._columns: tuple[FigureColumn, ...] = ()

    @property
    def columns(self) -> tuple[FigureColumn, ...]:
        return self._columns

    def set_data(self, data: ChartData) -> None:
        """Other figures."""
        self.beginResetModel()
        self._data, self._columns = data, columns(data)
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._data is None else len(self._data.categories)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == _DISPLAY:
            return self._columns[section].title
        return (RIGHT if section else LEFT) if role == int(Qt.ItemDataRole.TextAlignmentRole) else None

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if role == _DISPLAY:
            return column.text(index.row())
        if role == SORT_ROLE:
            return column.order(index.row())
        return (RIGHT if index.column() else LEFT) if role == int(Qt.ItemDataRole.TextAlignmentRole) else None


def _values(shown: Table, place: int, series: int | None = None) -> FigureColumn:
    """One column of numbers; `series` is the one whose customers are behind them."""
    column = shown.columns[place]
    money = is_currency(column.unit)
    title = f"{column.title} ({column.unit})" if money or column.unit == "%" else column.title

    def value(row: int) -> Value | None:
        cell = shown.rows[row][place]
        return None if isinstance(cell, str) else cell

    return FigureColumn(
        title,
        lambda row: number_text(value(row), column.unit),
        lambda row: float("-inf") if (cell := value(row)) is None else float(cell),
        series,
    )


def _folded(names: tuple[str, ...]) -> Callable[[int], Any]:
    return lambda row: names[row].casefold()


def _change(series: Series) -> FigureColumn:
    """How much more or less than before; what is new stands above everything."""

    def order(row: int) -> float:
        value, before = series.values[row], series.previous[row]
        if value is None or before is None:
            return float("-inf")
        if not before:
            return float("inf") if value else 0.0
        return (float(value) - float(before)) / abs(float(before))

    return FigureColumn("Change", lambda row: change_text(series.values[row], series.previous[row]) or NOTHING, order)
