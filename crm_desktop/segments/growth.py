"""How a segment has grown: what was counted day by day, as a chart has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from crm_desktop.analytics.shapes import Category, ChartData, Series
from crm_desktop.listing.filter_words import day_words

from .sizes import SegmentSizeRow

RECENT_DAYS = 30


def growth_chart(name: str, sizes: Sequence[SegmentSizeRow]) -> ChartData:
    """Its size on each day between the first and the last that is known; days on which nobody counted have no size, and
    the line says so."""
    by_day = {row.day: row.size for row in sizes}
    days = _days(min(by_day), max(by_day)) if by_day else []
    return ChartData(
        key="segment_growth",
        kind="lines",
        title=f"Size of “{name}”",
        explanation="Counted once a day" + ("" if len(days) == len(by_day) else "; dashed where nobody counted"),
        unit="customers",
        categories=tuple(Category(day.isoformat(), f"{day.day} {day:%b}", day_words(day)) for day in days),
        series=(Series("size", "Customers", tuple(by_day.get(day) for day in days)),),
        over_time=True,
        holds=True,
    )


def growth_words(sizes: Sequence[SegmentSizeRow]) -> str:
    """ "12 more than 30 days ago: 34 came in, 22 left"; "" while there is nothing to compare."""
    if len(sizes) < 2:
        return ""
    last = sizes[-1]
    recent = [row for row in sizes if row.day >= last.day - timedelta(days=RECENT_DAYS)]
    first = recent[0]
    if first is last:
        return ""
    by = last.size - first.size
    days = (last.day - first.day).days
    changed = f"{abs(by):,} {'more' if by > 0 else 'fewer'} than" if by else "As many as"
    words = f"{changed} {'yesterday' if days == 1 else f'{days} days before'}"
    watched = [row for row in recent[1:] if row.entered is not None and row.left is not None]
    if not watched:
        return f"{words}."
    entered = sum(row.entered or 0 for row in watched)
    left = sum(row.left or 0 for row in watched)
    return f"{words}: {entered:,} came in, {left:,} left."


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
