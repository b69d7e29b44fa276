"""Days, weeks, months or years of a period, as the axis of a chart names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_desktop.listing.filter_words import MONTH_WORDS
from crm_desktop.listing.periods import Clock, shifted

from .shapes import Category, Period, Question, Step, Value

MOST = 400
MOST_YEARS = 50
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_OF: dict[Step, int] = {"day": 1, "week": 7, "month": 28, "year": 365}
_MOST_DAYS: dict[Step, int] = {"day": 45, "week": 200, "month": 5 * 366}


@dataclass(frozen=True)
class Bucket:
    """Some local days of a period, both included; those at its ends may be cut short."""

    category: Category
    first: date
    last: date


@dataclass(frozen=True)
class Axis:
    """What a chart over time shows, and the buckets of the period before where that is asked for."""

    shown: tuple[Bucket, ...]
    before: tuple[Bucket, ...] = ()
    cut: date | None = None
    """Where it begins, when there is something of the period before that."""

    @property
    def categories(self) -> tuple[Category, ...]:
        return tuple(bucket.category for bucket in self.shown)

    def beside(self, values: Sequence[Value | None]) -> tuple[Value | None, ...]:
        """Values of the buckets before, each beside the one of its number: the thirtieth day beside the thirtieth."""
        return (*values, *([None] * len(self.shown)))[: len(self.shown)] if self.before else ()


def axis(question: Question, since: date | None) -> Axis:
    """The buckets of a question's period. Without a step, one that makes a readable number of them; a step that makes
    more than MOST is passed over, too. `since` is where everything begins, for a period that has no beginning. Of more
    than MOST_YEARS only the last ones are shown: one order dated in the year 1 would make two thousand bars."""
    period = question.period
    if period.is_all:
        period = Period(min(since or period.end, period.end), period.end)
    first = date(max(1, period.end.year - MOST_YEARS + 1), 1, 1)
    cut = first if period.start < first else None
    if cut:
        period = Period(cut, period.end)
    fitting: Step = next((name for name, most in _MOST_DAYS.items() if period.days <= most), "year")
    wanted = question.step or fitting
    step = wanted if period.days <= (MOST - 2) * _DAYS_OF[wanted] else fitting
    before = None if cut else question.before
    return Axis(_cut(period, step), _cut(before, step) if before else (), cut)


def borders(found: Sequence[Bucket], clock: Clock) -> list[datetime]:
    """The moments at which buckets begin, and the one after the last."""
    return [clock.midnight(bucket.first) for bucket in found] + [clock.days(found[-1].last, found[-1].last)[1]]


def _cut(period: Period, step: Step) -> tuple[Bucket, ...]:
    found: list[Bucket] = []
    first = period.start
    while first <= period.end:
        last = min(_last(first, step), period.end)
        found.append(Bucket(_category(first, last, step), first, last))
        first = last + timedelta(days=1)
    return tuple(found)


def _last(first: date, step: Step) -> date:
    match step:
        case "day":
            return first
        case "week":
            return first + timedelta(days=6 - first.weekday())
        case "month":
            return shifted(first.replace(day=1), months=1) - timedelta(days=1)
        case _:
            return date(first.year, 12, 31)


def _category(first: date, last: date, step: Step) -> Category:
    short = MONTH_WORDS[first.month - 1][:3]
    match step:
        case "day":
            name = f"{_WEEKDAYS[first.weekday()]} {first.day} {short} {first.year}"
            return Category(first.isoformat(), f"{first.day} {short}", name)
        case "week":
            until = f"{last.day} {MONTH_WORDS[last.month - 1][:3]} {last.year}"
            return Category(first.isoformat(), f"{first.day} {short}", f"{first.day} {short} to {until}")
        case "month":
            label = f"{short} ’{first.year % 100:02}" if first.month == 1 else short
            return Category(f"{first.year:04}-{first.month:02}", label, f"{short} {first.year}")
        case _:
            return Category(f"{first.year:04}", str(first.year))
