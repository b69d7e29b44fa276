"""Read a follow-up time as people type it: '25 Nov 14:30', 'tomorrow 9', 'in 3 days', '2026-11-25 09:00'."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

DEFAULT_TIME = time(9, 0)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_UNITS = {"minute": "minutes", "min": "minutes", "hour": "hours", "h": "hours", "day": "days", "week": "weeks"}

_CLOCK = re.compile(r"(?:\bat\s+)?\b(\d{1,2})[:h](\d{2})(?::\d{2})?\s*(am|pm)?(?!\S)")
_HOUR_12 = re.compile(r"(?:\bat\s+)?\b(\d{1,2})\s*(am|pm)(?!\S)")
_HOUR_AT = re.compile(r"\bat\s+(\d{1,2})(?:h)?(?!\S)")
_HOUR_LAST = re.compile(r"(?<=[a-z])\s+(\d{1,2})h?$")
_IN = re.compile(r"(?:in\s+)?(\d{1,3}|an?)\s+(minute|min|hour|h|day|week|month)s?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2})?)?")


def parse_when(text: str, now: datetime, *, day_first: bool = True) -> datetime | None:
    """The local time meant by the text (naive), or None when it is not understood.

    Without a time of day it is 09:00. A time alone is the next moment the clock shows it, a day without a year the
    next such day.
    `now` is the local time. `day_first` decides what 03/04 is.
    """
    words = re.sub(r"[,\s]+", " ", text.strip().lower()).strip()
    words = re.sub(r"(?<=\d)t(?=\d)", " ", words)
    if not words:
        return None
    try:
        return _parse(words, now, day_first)
    except (ValueError, OverflowError):
        return None  # 31 February, 25:00, the year 10000


def _parse(words: str, now: datetime, day_first: bool) -> datetime | None:
    clock, rest = _take_clock(words)
    if not rest:
        if clock is None:
            return None
        moment = datetime.combine(now.date(), clock)
        return moment if moment > now else moment + timedelta(days=1)
    ahead = _IN.fullmatch(rest)
    if ahead and (rest.startswith("in ") or clock is None):
        return _ahead(ahead, clock, now)
    day = _day(rest, now.date(), day_first)
    if day is None and clock is None:
        last = _HOUR_LAST.search(rest)
        if last:
            clock = time(int(last[1]))
            day = _day(rest[: last.start()], now.date(), day_first)
    return None if day is None else datetime.combine(day, clock or DEFAULT_TIME)


def _take_clock(words: str) -> tuple[time | None, str]:
    for pattern in (_CLOCK, _HOUR_12, _HOUR_AT):
        found = pattern.search(words)
        if not found:
            continue
        parts = found.groups()
        hour = int(parts[0])
        minute = int(parts[1]) if pattern is _CLOCK else 0
        half = parts[-1] if parts[-1] in ("am", "pm") else None
        if half:
            if not 1 <= hour <= 12:
                raise ValueError("not an hour of a 12-hour clock")
            hour = hour % 12 + (12 if half == "pm" else 0)
        return time(hour, minute), f"{words[: found.start()]} {words[found.end() :]}".strip()
    return None, words


def _ahead(found: re.Match[str], clock: time | None, now: datetime) -> datetime:
    amount = 1 if found[1].startswith("a") else int(found[1])
    if found[2] == "month":
        month = now.month - 1 + amount
        day = _safe_date(now.year + month // 12, month % 12 + 1, now.day)
        return datetime.combine(day, clock or DEFAULT_TIME)
    step = timedelta(**{_UNITS[found[2]]: amount})
    if _UNITS[found[2]] in ("minutes", "hours"):
        return (now + step).replace(second=0, microsecond=0)
    return datetime.combine(now.date() + step, clock or DEFAULT_TIME)


def _safe_date(year: int, month: int, day: int) -> date:
    for last in range(day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, min(day, 28))


def _day(words: str, today: date, day_first: bool) -> date | None:
    named = {
        "today": 0, "tonight": 0, "now": 0, "tomorrow": 1, "tmr": 1, "day after tomorrow": 2,
        "next week": 7 - today.weekday(), "yesterday": -1,
    }  # fmt: skip
    if words in named:
        return today + timedelta(days=named[words])
    if words == "next month":
        return date(today.year + today.month // 12, today.month % 12 + 1, 1)
    parts = words.removeprefix("on ").split(" ")
    if parts[0] in ("next", "this") and len(parts) == 2:
        parts = parts[1:]
    weekday = _index(parts[0], _DAYS)
    if weekday is not None:
        if len(parts) == 1:
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        parts = parts[1:]  # the date decides, the day's name is decoration
    return _calendar_day(parts, today, day_first)


def _calendar_day(parts: list[str], today: date, day_first: bool) -> date | None:
    if len(parts) == 1:
        iso = _ISO.fullmatch(parts[0])
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        numeric = _NUMERIC.fullmatch(parts[0])
        if not numeric:
            return None
        first, second = int(numeric[1]), int(numeric[3])
        swap = not day_first and numeric[2] == "/"
        return _with_year(second if swap else first, first if swap else second, numeric[4], today)
    if len(parts) in (2, 3):
        head, second_word = parts[0], parts[1]
        year = parts[2] if len(parts) == 3 else None
        if year is not None and not re.fullmatch(r"\d{4}|\d{2}", year):
            return None
        for day_word, month_word in ((head, second_word), (second_word, head)):
            month = _index(month_word.rstrip("."), _MONTHS)
            day = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|\.)?", day_word)
            if month is not None and day:
                return _with_year(int(day[1]), month + 1, year, today)
    return None


def _with_year(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """Which of the names a word of at least three letters begins."""
    if len(word) < 3:
        return None
    return next((i for i, name in enumerate(names) if name.startswith(word)), None)
