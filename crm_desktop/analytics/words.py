"""What values are called in charts, several of a kind, and the places of their colours."""

from __future__ import annotations

from datetime import date, timedelta

from crm_desktop.listing.filter_words import MONTH_WORDS, choice_word
from crm_desktop.listing.periods import shifted

from .shapes import Period

TYPES = (("individual", "Individuals"), ("business", "Businesses"))
STATUSES = (("active", "Active"), ("prospect", "Prospects"), ("inactive", "Inactive"))
INTERACTION_TYPES = ("call", "email", "meeting", "support", "sale", "follow_up", "other")
# Blue, orange and grey differ in lightness, too: they stay apart for colour-blind eyes and in print.
STATUS_COLOURS = {"active": 0, "prospect": 2, "inactive": 6}
TYPE_COLOURS = {"individual": 0, "business": 2}


def interaction_word(interaction_type: str) -> str:
    """ "Follow-up"."""
    return choice_word(interaction_type)


def day_words(day: date) -> str:
    """ "5 May 2026"."""
    return f"{day.day} {MONTH_WORDS[day.month - 1]} {day.year}"


def period_words(period: Period) -> str:
    """ "May 2026" of a whole month, else "1 May 2026 to 20 May 2026"."""
    if period.is_all:
        return f"Up to {day_words(period.end)}"
    if period.start.day == 1 and period.end + timedelta(days=1) == shifted(period.start, months=1):
        return f"{MONTH_WORDS[period.start.month - 1]} {period.start.year}"
    if period.start == period.end:
        return day_words(period.start)
    return f"{day_words(period.start)} to {day_words(period.end)}"
