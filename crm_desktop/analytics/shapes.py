"""What charts, tables, exports and reports show: a period that is asked about, and figures with what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from crm_desktop.listing.periods import PERIODS, Clock, Span, shifted

Value = int | float | Decimal
Filter = Mapping[str, Any]
"""A filter over customers, in the filter language (docs/filters.md)."""

Kind = Literal["bars", "stacked", "lines", "grid"]
Step = Literal["day", "week", "month", "year"]


def is_currency(unit: str) -> bool:
    """Whether it is the code of a currency: values of it are amounts of money."""
    return len(unit) == 3 and unit.isupper()


EARLIEST, LATEST = date(1000, 1, 1), date(2999, 12, 31)
"""From where and up to where filters know days."""


@dataclass(frozen=True)
class Period:
    """Local days of whoever looks, both included; none is before EARLIEST or after LATEST. `preset` is its name in
    PRESETS, "" for one chosen by hand."""

    start: date
    end: date
    preset: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"A period ends before it starts: {self.start} to {self.end}")
        for name, day in (("start", self.start), ("end", self.end)):
            if day != date.min:
                object.__setattr__(self, name, min(max(day, EARLIEST), LATEST))

    @staticmethod
    def of(preset: str, clock: Clock) -> Period:
        """One of PRESETS, as it is today."""
        return Period(*_DAYS[preset](clock.today), preset)

    @property
    def is_all(self) -> bool:
        """Whether everything up to now is meant, however long ago."""
        return self.start == date.min

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def previous(self) -> Period | None:
        """The period before, of the same length: as many whole months before whole months, the same days of the month,
        quarter or year before for those that are not over yet, else as many days. None before everything."""
        if self.is_all or self.days > self.start.toordinal() - 366:
            return None
        months = _MONTHS.get(self.preset, self._whole_months)
        if not months:
            return Period(self.start - timedelta(days=self.days), self.start - timedelta(days=1))
        start = shifted(self.start, months=-months)
        if self._whole_months:
            return Period(start, self.start - timedelta(days=1))
        return Period(start, min(shifted(self.end, months=-months), self.start - timedelta(days=1)))

    def span(self, clock: Clock) -> Span:
        """From its first moment to the one after its last."""
        return clock.days(self.start, self.end)

    @property
    def _whole_months(self) -> int:
        """How many months it is made of; 0 where it begins or ends within one."""
        after = self.end + timedelta(days=1)
        if self.start.day != 1 or after.day != 1:
            return 0
        return (after.year - self.start.year) * 12 + after.month - self.start.month


PRESETS: tuple[tuple[str, str], ...] = (
    ("last_30_days", "Last 30 days"),
    ("last_90_days", "Last 90 days"),
    ("this_month", "This month"),
    ("last_month", "Last month"),
    ("this_quarter", "This quarter"),
    ("last_quarter", "Last quarter"),
    ("this_year", "This year"),
    ("last_year", "Last year"),
    ("last_12_months", "Last 12 months"),
    ("all", "All time"),
)
_MONTHS = {"this_month": 1, "this_quarter": 3, "this_year": 12, "last_12_months": 12}


def _until_today(name: str) -> Callable[[date], tuple[date, date]]:
    return lambda today: (PERIODS[name](today)[0], today)


_DAYS: dict[str, Callable[[date], tuple[date, date]]] = {
    "last_30_days": lambda today: (today - timedelta(days=29), today),
    "last_90_days": lambda today: (today - timedelta(days=89), today),
    "this_month": _until_today("this_month"),
    "last_month": PERIODS["last_month"],
    "this_quarter": _until_today("this_quarter"),
    "last_quarter": PERIODS["last_quarter"],
    "this_year": _until_today("this_year"),
    "last_year": PERIODS["last_year"],
    "last_12_months": lambda today: (shifted(today.replace(day=1), months=-11), today),
    "all": lambda today: (date.min, today),
}


@dataclass(frozen=True)
class Question:
    """What is asked of a chart. Each chart takes of it what concerns it; its explanation says what that is."""

    period: Period
    compare: bool = False
    """Whether to read the period before, too."""
    clock: Clock = field(default_factory=Clock)
    currency: str = ""
    """Of amounts of money; "" is the one with the most orders."""
    step: Step | None = None
    """Of charts over time; None chooses by the length of the period."""

    @property
    def before(self) -> Period | None:
        """The period to compare with, where that is asked for and there is one."""
        return self.period.previous() if self.compare else None


@dataclass(frozen=True)
class Category:
    """A place on the axis, a row of a table. `label` is short, for the axis; `name` is in full."""

    key: str
    label: str
    name: str = ""

    @property
    def full(self) -> str:
        return self.name or self.label


@dataclass(frozen=True)
class Series:
    """One colour of a chart, one column of a table: a value for each category, None where there is none to tell.

    `previous` has the values of the period before, `filters` what lists the customers behind each value; both are
    empty where there are none. `colour` counts through the theme's colours for series.
    """

    key: str
    name: str
    values: tuple[Value | None, ...]
    colour: int = 0
    previous: tuple[Value | None, ...] = ()
    filters: tuple[Filter | None, ...] = ()

    @property
    def total(self) -> Value:
        return sum((value for value in self.values if value is not None), 0)

    def filter(self, category: int) -> Filter | None:
        """What lists the customers behind one value."""
        return self.filters[category] if self.filters else None


@dataclass(frozen=True)
class ChartData:
    """The figures of one chart, with everything that a reader has to know about them.

    `unit` says what the values are: "customers", "interactions", "%", "hours", "points", or a currency such as "EUR".
    Bars stand side by side where there are several series, `stacked` ones on top of each other; in a grid, categories
    are rows and series columns. `over_time` says that categories follow each other in time. `holds`: where nobody
    counted, a line stays as high as it was last known to be, and is drawn as a guess.
    """

    key: str
    kind: Kind
    title: str
    explanation: str
    unit: str
    categories: tuple[Category, ...] = ()
    series: tuple[Series, ...] = ()
    over_time: bool = False
    holds: bool = False
    note: str = ""
    """What the values leave out, in a sentence: "4 customers without a country"."""
    counted_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        places = len(self.categories)
        for series in self.series:
            if len(series.values) != places or not {len(series.previous), len(series.filters)} <= {0, places}:
                raise ValueError(f"{self.key}: {series.name} has {len(series.values)} of {places} values")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see: no category, or nothing but zeros and blanks, before as well."""
        return not any(value for series in self.series for value in (*series.values, *series.previous))

    @property
    def compares(self) -> bool:
        return any(series.previous for series in self.series)

    @property
    def totals(self) -> tuple[Value, ...]:
        """The height of each stack."""
        return tuple(
            sum((value for series in self.series if (value := series.values[place]) is not None), 0)
            for place in range(len(self.categories))
        )
