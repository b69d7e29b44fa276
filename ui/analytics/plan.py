"""Where the bars, points and cells of a chart are, without drawing anything.

Places are told in two directions: along the categories (the first is at 0) and along the values. A chart that lies has
its categories from top to bottom.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from crm_desktop.analytics.shapes import ChartData, Value
from ui.analytics.numbers import is_whole, nice_step

THICKNESS, THICKNESS_OF_FEW = 0.66, 0.44
MOST_STANDING = 6


@dataclass(frozen=True)
class Mark:
    """A bar, a point or a cell: from `first` to `last` along the categories, from `base` to `top` along the values."""

    category: int
    series: int
    first: float
    last: float
    base: float
    top: float
    is_end: bool = True
    """Whether nothing of the same stack lies beyond it."""


@dataclass(frozen=True)
class Before:
    """The same place in the period before: a line across the bar, or a point."""

    category: int
    series: int
    first: float
    last: float
    value: float


@dataclass(frozen=True)
class Plan:
    """A chart to be drawn. `low` and `high` are the ends of the value axis."""

    data: ChartData
    lying: bool
    marks: tuple[Mark, ...]
    before: tuple[Before, ...] = ()
    low: float = 0
    high: float = 1
    step: float = 1

    @property
    def along(self) -> tuple[float, float]:
        """The ends of the category axis."""
        places = len(self.data.categories)
        if self.data.kind == "lines":
            return -0.5, max(places, 2) - 0.5
        return -0.5, max(places, 1) - 0.5

    def mark(self, category: int, series: int) -> Mark | None:
        """The mark of one value; None where there is none."""
        return next((m for m in self.marks if m.category == category and m.series == series), None)

    def beside(self, category: int, series: int, step: tuple[int, int]) -> tuple[int, int] | None:
        """The next place with a mark in a direction (categories, series); None at the end.

        Along the categories, gaps of a series are stepped over; where it ends, the nearest other one goes on."""
        along, across = step
        there = {(mark.category, mark.series) for mark in self.marks}
        ahead = [(c, s) for c, s in there if (c - category) * along > 0 or (s - series) * across > 0]
        same = [(c, s) for c, s in ahead if (s == series if along else c == category)]
        return min(
            same or (ahead if along else ()),
            key=lambda place: (abs(place[0] - category), abs(place[1] - series)),
            default=None,
        )


def plan(data: ChartData, *, narrow: bool = False) -> Plan:
    """`narrow`: the names of the categories do not fit below their bars."""
    match data.kind:
        case "grid":
            return _grid(data)
        case "lines":
            return _scaled(data, lying=False, marks=_points(data), before=_points_before(data))
        case "stacked":
            made = _stacked(data)
        case _:
            made = _grouped(data)
    lying = not data.over_time and (narrow or len(data.categories) > MOST_STANDING)
    return _scaled(data, lying=lying, marks=made[0], before=made[1])


def _thickness(data: ChartData) -> float:
    return THICKNESS if len(data.categories) > 3 or len(data.series) > 1 else THICKNESS_OF_FEW


def _stacked(data: ChartData) -> tuple[tuple[Mark, ...], tuple[Before, ...]]:
    half = _thickness(data) / 2
    marks, before = [], []
    for place in range(len(data.categories)):
        ends = [0.0, 0.0]  # of what lies above and below the line
        filled = [n for n, series in enumerate(data.series) if series.values[place]]
        for number in filled:
            value = float(data.series[number].values[place] or 0)
            side = value < 0
            beyond = any((float(data.series[n].values[place] or 0) < 0) == side for n in filled if n > number)
            base, ends[side] = ends[side], ends[side] + value
            marks.append(Mark(place, number, place - half, place + half, base, ends[side], not beyond))
        values = [v for series in data.series if series.previous and (v := series.previous[place]) is not None]
        if values:
            before.append(Before(place, -1, place - half, place + half, float(sum(values))))
    return tuple(marks), tuple(before)


def _grouped(data: ChartData) -> tuple[tuple[Mark, ...], tuple[Before, ...]]:
    whole = _thickness(data) + (0.12 if len(data.series) > 1 else 0)
    one = whole / max(1, len(data.series))
    marks, before = [], []
    for place in range(len(data.categories)):
        for number, series in enumerate(data.series):
            first = place - whole / 2 + number * one
            value = series.values[place]
            if value is not None:
                marks.append(Mark(place, number, first, first + one, 0, float(value)))
            if series.previous and (earlier := series.previous[place]) is not None:
                before.append(Before(place, number, first, first + one, float(earlier)))
    return tuple(marks), tuple(before)


def _points(data: ChartData) -> tuple[Mark, ...]:
    return tuple(
        Mark(place, number, place, place, float(value), float(value))
        for number, series in enumerate(data.series)
        for place, value in enumerate(series.values)
        if value is not None
    )


def _points_before(data: ChartData) -> tuple[Before, ...]:
    return tuple(
        Before(place, number, place, place, float(value))
        for number, series in enumerate(data.series)
        for place, value in enumerate(series.previous)
        if value is not None
    )


def _grid(data: ChartData) -> Plan:
    marks = tuple(
        Mark(place, number, place - 0.5, place + 0.5, number - 0.5, number + 0.5)
        for place in range(len(data.categories))
        for number, series in enumerate(data.series)
        if series.values[place] is not None
    )
    return Plan(data, True, marks, low=-0.5, high=len(data.series) - 0.5)


def _scaled(data: ChartData, *, lying: bool, marks: tuple[Mark, ...], before: tuple[Before, ...]) -> Plan:
    """With the ends of the value axis on round numbers."""
    ends = [0.0, *(mark.top for mark in marks), *(earlier.value for earlier in before)]
    low, high = min(ends), max(ends)
    step = nice_step((high - low) or 1, whole=is_whole(data))
    top = step * max(1, -(-high // step)) if high > 0 or low == 0 else 0
    return Plan(data, lying, marks, before, low=step * (low // step), high=top, step=step)


def strength(data: ChartData, value: Value) -> float:
    """How far a cell's value is from the lowest to the highest of its grid: 0 to 1."""
    values = [float(v) for series in data.series for v in series.values if v is not None]
    low, high = min(0.0, *values), max(values, default=0.0)
    return (float(value) - low) / (high - low) if high > low else 0.0


def runs(plan: Plan, series: int, *, earlier: bool = False) -> list[list[tuple[float, float]]]:
    """The points of one line, parted where values are missing."""
    of = plan.before if earlier else plan.marks
    points = [
        (each.category, each.value if isinstance(each, Before) else each.top) for each in of if each.series == series
    ]
    if not points:
        return []
    made: list[list[tuple[float, float]]] = [[points[0]]]
    for last, each in pairwise(points):
        if each[0] - last[0] > 1:
            made.append([])
        made[-1].append(each)
    return made


def steps(plan: Plan, series: int) -> list[list[tuple[float, float]]]:
    """From where a line breaks off to where it goes on: as high as it was, then straight to what it has become."""
    parts = runs(plan, series)
    return [[last[-1], (following[0][0], last[-1][1]), following[0]] for last, following in pairwise(parts)]
