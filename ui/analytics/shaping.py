"""Turns what the database counted into what the charts show."""

from collections.abc import Sequence
from datetime import date

from crm_desktop.analytics.one_customer import CustomerFigures
from crm_desktop.analytics.queries import InteractionType, MonthOfAcquisition, TypeAndStatus
from ui.analytics.series import ChartData, Series
from ui.interactions.local_time import MONTHS
from ui.interactions.words import TYPE_WORDS as INTERACTION_WORDS

TYPES = (("individual", "Individuals"), ("business", "Businesses"))
STATUSES = (("active", "Active"), ("prospect", "Prospects"), ("inactive", "Inactive"))
# Blue, orange and grey differ in lightness, too: they stay apart for colour-blind eyes and in print.
STATUS_COLOURS = {"active": 0, "prospect": 2, "inactive": 6}
TYPE_COLOURS = {"individual": 0, "business": 2}
MOST_MONTHS = 24


def by_type_and_status(rows: Sequence[TypeAndStatus]) -> ChartData:
    """One bar per type, stacked by status."""
    counted = {(row.customer_type, row.status): row.count for row in rows}
    series = tuple(
        Series(title, tuple(counted.get((kind, status), 0) for kind, _ in TYPES), STATUS_COLOURS[status])
        for status, title in STATUSES
    )
    return ChartData(tuple(title for _, title in TYPES), series, "customers")


def by_month(rows: Sequence[MonthOfAcquisition], today: date, months: int = MOST_MONTHS) -> ChartData:
    """One bar per month up to this one, stacked by type; months without anybody stay as gaps."""
    counted = {(row.month, row.customer_type): row.count for row in rows}
    keys = month_keys(today, months)
    series = tuple(
        Series(title, tuple(counted.get((key, kind), 0) for key in keys), TYPE_COLOURS[kind]) for kind, title in TYPES
    )
    return ChartData(tuple(map(month_label, keys)), series, "customers", tuple(map(month_name, keys)))


def by_interaction_type(rows: Sequence[InteractionType]) -> ChartData:
    """One bar per type, the most frequent first."""
    titles = tuple(INTERACTION_WORDS.get(row.type, row.type.capitalize()) for row in rows)
    return ChartData(titles, (Series("Interactions", tuple(row.count for row in rows), 0),), "interactions")


def contacts_by_month(figures: CustomerFigures, today: date, months: int = 12) -> ChartData:
    """One customer's interactions of the last year."""
    counted = dict(figures.by_month)
    keys = month_keys(today, months)
    series = Series("Interactions", tuple(counted.get(key, 0) for key in keys), 0)
    return ChartData(tuple(map(month_label, keys)), (series,), "interactions", tuple(map(month_name, keys)))


def month_keys(today: date, months: int) -> tuple[str, ...]:
    """The latest months as "2026-05", oldest first."""
    last = today.year * 12 + today.month - 1
    return tuple(f"{number // 12:04}-{number % 12 + 1:02}" for number in range(last - months + 1, last + 1))


def month_label(key: str) -> str:
    """For an axis: "May", with the year in January."""
    year, month = key.split("-")
    return f"{MONTHS[int(month) - 1]} ’{year[2:]}" if month == "01" else MONTHS[int(month) - 1]


def month_name(key: str) -> str:
    """In full: "May 2026"."""
    year, month = key.split("-")
    return f"{MONTHS[int(month) - 1]} {year}"
