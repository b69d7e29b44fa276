"""Turns one customer's figures into charts."""

from __future__ import annotations

from datetime import UTC, datetime

from crm_desktop.analytics.one_customer import CustomerFigures
from crm_desktop.analytics.shapes import Category, ChartData, Series
from crm_desktop.listing.periods import shifted
from ui.interactions.local_time import MONTHS
from ui.interactions.words import TYPE_WORDS

SHOWN_MONTHS = 12


def by_month(figures: CustomerFigures) -> ChartData:
    """Interactions of the last twelve months; months without any stay as gaps."""
    counted = dict(figures.by_month)
    first = shifted(datetime.now(UTC).date().replace(day=1), months=1 - SHOWN_MONTHS)
    months = [shifted(first, months=number) for number in range(SHOWN_MONTHS)]
    categories = tuple(
        Category(
            f"{day:%Y-%m}",
            MONTHS[day.month - 1] + (f" ’{day.year % 100:02}" if day.month == 1 else ""),
            f"{MONTHS[day.month - 1]} {day.year}",
        )
        for day in months
    )
    values = tuple(counted.get(each.key, 0) for each in categories)
    return ChartData(
        "own_months", "bars", "Interactions by month", "The last twelve months", "interactions",
        categories, (Series("interactions", "Interactions", values),), over_time=True,
    )  # fmt: skip


def by_type(figures: CustomerFigures) -> ChartData:
    """All interactions by type, the most frequent first."""
    categories = tuple(Category(row.type, TYPE_WORDS.get(row.type, row.type.capitalize())) for row in figures.by_type)
    values = tuple(row.count for row in figures.by_type)
    return ChartData(
        "own_types", "bars", "Interactions by type", "Cancelled ones left out", "interactions",
        categories, (Series("interactions", "Interactions", values),),
    )  # fmt: skip
