"""Charts as tables: for those who read rather than look, for spreadsheets and for paper."""

from __future__ import annotations

from dataclasses import dataclass

from .shapes import ChartData, Series, Value

Cell = str | Value | None
_NO_SUMS = ("%", "hours")


@dataclass(frozen=True)
class Column:
    """`unit` says what its values are, "" of the names in the first one."""

    title: str
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """What a chart shows, row by row. The first column has names; None is a cell without a value."""

    key: str
    title: str
    explanation: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    """The sums of the columns, where sums mean something."""


def table(data: ChartData) -> Table:
    """The values of a chart, those of the period before beside each, and sums where they mean something."""
    across = data.kind == "stacked" and len(data.series) > 1 and data.unit not in _NO_SUMS
    columns = [Column("Period" if data.over_time else "")]
    for series in data.series:
        columns.append(Column(series.name, data.unit))
        if series.previous:
            columns.append(Column(f"{series.name}, before", data.unit))
    if across:
        columns.append(Column("Total", data.unit))
        if data.compares:
            columns.append(Column("Total, before", data.unit))
    rows = tuple(_row(data, place, across) for place in range(len(data.categories)))
    return Table(
        key=data.key,
        title=data.title,
        explanation=data.explanation,
        note=data.note,
        columns=tuple(columns),
        rows=rows,
        total=_total(rows) if rows and data.kind != "grid" and data.unit not in _NO_SUMS else (),
    )


def _row(data: ChartData, place: int, across: bool) -> tuple[Cell, ...]:
    cells: list[Cell] = [data.categories[place].full]
    for series in data.series:
        cells.append(series.values[place])
        if series.previous:
            cells.append(series.previous[place])
    if across:
        cells.append(_sum([series.values[place] for series in data.series]))
        if data.compares:
            cells.append(_sum([_before(series, place) for series in data.series]))
    return tuple(cells)


def _before(series: Series, place: int) -> Value | None:
    return series.previous[place] if series.previous else None


def _total(rows: tuple[tuple[Cell, ...], ...]) -> tuple[Cell, ...]:
    sums = [
        _sum([cell for cell in column if not isinstance(cell, str)]) for column in list(zip(*rows, strict=True))[1:]
    ]
    return ("Total", *sums)


def _sum(cells: list[Value | None]) -> Value | None:
    known = [cell for cell in cells if cell is not None]
    return sum(known, 0) if known else None
