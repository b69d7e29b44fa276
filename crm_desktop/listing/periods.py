"""Days and periods of a person's local calendar, as moments in UTC. Weeks start on Monday (ISO 8601)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

LAST_DAY = date(9999, 12, 30)
"""The latest that has a day after it."""
FIRST, END = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""From where on, and up to where, somebody may date something."""

Span = tuple[datetime, datetime]
"""From the first moment to the one after the last."""


@dataclass(frozen=True)
class Clock:
    """When and where somebody looks. Without a zone the computer's own is meant, with its changes of summer time."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    zone: tzinfo | None = None

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The first moment of a local day."""
        start = datetime.combine(day, time(), tzinfo=self.zone)
        try:
            return start.astimezone(UTC)
        except (OSError, OverflowError, ValueError):  # a day that this system's own calendar does not reach
            return start.replace(tzinfo=UTC)

    def days(self, first: date, last: date) -> Span:
        """From the start of the first day to the end of the last."""
        return self.midnight(first), self.midnight(min(last, LAST_DAY) + timedelta(days=1))

    def period(self, name: str) -> Span:
        """A named period (see PERIODS) around today."""
        return self.days(*PERIODS[name](self.today))


def moment_fault(moment: datetime | None, what: str) -> str:
    """What is wrong with a moment that somebody gives, "" when nothing is."""
    if moment is None:
        return ""
    if moment.tzinfo is None:
        return f"{what} needs a time zone."
    return "" if FIRST <= moment < END else "Enter a date between 1900 and 2199."


def shifted(day: date, *, days: int = 0, weeks: int = 0, months: int = 0, years: int = 0) -> date:
    """A day so many units away; a day that the month lacks becomes its last (31 January + 1 month = 28 February)."""
    month = day.year * 12 + day.month - 1 + months + years * 12
    first = date(month // 12, month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), _last_of_month(first)) + timedelta(days=days, weeks=weeks)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _week(day: date, offset: int) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=offset)
    return monday, monday + timedelta(days=6)


def _month(day: date, offset: int) -> tuple[date, date]:
    first = shifted(day.replace(day=1), months=offset)
    return first, _last_of_month(first)


def _quarter(day: date, offset: int) -> tuple[date, date]:
    first = shifted(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), months=3 * offset)
    return first, _last_of_month(shifted(first, months=2))


def _year(day: date, offset: int) -> tuple[date, date]:
    return date(day.year + offset, 1, 1), date(day.year + offset, 12, 31)


def _day(day: date, offset: int) -> tuple[date, date]:
    return (day + timedelta(days=offset),) * 2


def _around(which: Callable[[date, int], tuple[date, date]], offset: int) -> Callable[[date], tuple[date, date]]:
    return lambda day: which(day, offset)


PERIODS: dict[str, Callable[[date], tuple[date, date]]] = {
    "yesterday": _around(_day, -1),
    "today": _around(_day, 0),
    "tomorrow": _around(_day, 1),
    "last_week": _around(_week, -1),
    "this_week": _around(_week, 0),
    "next_week": _around(_week, 1),
    "last_month": _around(_month, -1),
    "this_month": _around(_month, 0),
    "next_month": _around(_month, 1),
    "last_quarter": _around(_quarter, -1),
    "this_quarter": _around(_quarter, 0),
    "next_quarter": _around(_quarter, 1),
    "last_year": _around(_year, -1),
    "this_year": _around(_year, 0),
    "next_year": _around(_year, 1),
}
