"""Periods in words: "1 Dec 2025 to 26 Nov 2026"."""

from __future__ import annotations

from datetime import date

from crm_desktop.analytics.shapes import Period
from ui.interactions.local_time import MONTHS


def day_words(day: date) -> str:
    """ "26 Nov 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period_words(period: Period | None) -> str:
    """From when to when; "" for none."""
    if period is None:
        return ""
    if period.is_all:
        return f"All time until {day_words(period.end)}"
    if period.start == period.end:
        return day_words(period.start)
    return f"{day_words(period.start)} to {day_words(period.end)}"
