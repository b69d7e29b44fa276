"""A chart's figures as a table: a row for each category, a column for each series, with the period before beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from crm_desktop.analytics.shapes import ChartData, Series, Value
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
    """What the table of a chart says of each category."""
    names = tuple(each.full for each in data.categories)
    order = (lambda row: row) if data.over_time else _folded(names)
    made = [FigureColumn("Time" if data.over_time else "Name", lambda row: names[row], order)]
    for number, series in enumerate(data.series):
        made.append(_values(series.name, series.values, data.unit, number))
        if series.previous:
            title = "Before" if len(data.series) == 1 else f"{series.name}, before"
            made.append(_values(title, series.previous, data.unit))
            made.append(_change(series))
    if data.kind == "stacked" and len(data.series) > 1:
        made.append(_values("Total", data.totals, data.unit))
    return tuple(made)


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


def _values(title: str, values: tuple[Value | None, ...], unit: str, series: int | None = None) -> FigureColumn:
    marked = f"{title} ({unit})" if unit == "%" or (len(unit) == 3 and unit.isupper()) else title
    return FigureColumn(
        marked,
        lambda row: number_text(values[row], unit),
        lambda row: float("-inf") if (value := values[row]) is None else float(value),
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
