"""Dates, times, durations and yes or no as files write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(.*))?")
_NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:,?[T ]+(.*))?")
_NAMED = re.compile(
    r"(?:(\d{1,2})\.? +([a-z]{3,9})\.?|([a-z]{3,9})\.? +(\d{1,2})),? +(\d{4})(?:,?[T ]+(.*))?", re.IGNORECASE
)
_TIME = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(am|pm|a\.m\.|p\.m\.)?\s*(z|utc|gmt|[+-]\d\d:?\d\d|[+-]\d\d)?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDERS = {"dmy": (0, 1, 2), "mdy": (1, 0, 2), "ymd": (2, 1, 0)}
_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "primary"})
_NO = frozenset({"", "no", "n", "false", "0", "nein", "non"})


@lru_cache(maxsize=4096)
def read_moment(text: str, order: str = "") -> datetime:
    """A day or a time, with the time zone of this computer where the text names none. ValueError with words."""
    written = " ".join(text.split())
    year, month, day, time = _day(written, order)
    hour, minute, second, zone = _time(written, time)
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone comes below
        if zone is None:
            moment = moment.astimezone()
        else:
            moment = datetime.fromisoformat(f"{moment.isoformat()}+00:00") - timedelta(minutes=zone)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"“{_short(written)}” is not a date.") from error
    if not 1000 <= moment.year <= 9990:
        raise ValueError(f"“{_short(written)}” is not a date.")
    return moment


def _day(text: str, order: str) -> tuple[int, int, int, str]:
    if match := _ISO.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3]), match[4] or ""
    if match := _NAMED.fullmatch(text):
        month = (match[2] or match[3]).lower()[:3]
        if month in _MONTHS:
            return int(match[5]), _MONTHS.index(month) + 1, int(match[1] or match[4]), match[6] or ""
    match = _NUMBERS.fullmatch(text)
    if match is None:
        raise ValueError(f"“{_short(text)}” is not a date.")
    parts = (match[1], match[3], match[4])
    if len(parts[0]) == 4:
        day, month_part, year = parts[2], parts[1], parts[0]
    else:
        numbers = [int(part) for part in parts]
        if not order and match[2] == ".":
            order = "dmy"
        if not order:
            if numbers[0] > 12:
                order = "dmy"
            elif numbers[1] > 12:
                order = "mdy"
            elif numbers[0] == numbers[1]:
                order = "dmy"
            else:
                raise ValueError(f"“{_short(text)}” can be read in two ways: choose the order of dates for the file.")
        place = _ORDERS[order]
        day, month_part, year = (parts[index] for index in place)
    full_year = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    return full_year, int(month_part), int(day), match[5] or ""


def _time(text: str, time: str) -> tuple[int, int, int, int | None]:
    """Hour, minute, second, and the minutes that the zone is ahead of UTC (None: the zone of this computer)."""
    if not time:
        return 0, 0, 0, None
    match = _TIME.fullmatch(time)
    if match is None:
        raise ValueError(f"“{_short(text)}” is not a time.")
    hour = int(match[1])
    half = (match[4] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"“{_short(text)}” is not a time.")
        hour = hour % 12 + (12 if half == "p" else 0)
    zone = (match[5] or "").lower()
    ahead: int | None = None
    if zone in ("z", "utc", "gmt"):
        ahead = 0
    elif zone:
        digits = zone[1:].replace(":", "")
        ahead = (int(digits[:2]) * 60 + int(digits[2:] or 0)) * (-1 if zone[0] == "-" else 1)
    return hour, int(match[2]), int(match[3] or 0), ahead


def read_minutes(text: str, decimal: str = ".") -> int:
    """ "90", "90 min", "1:30", "1.5 h" as minutes. ValueError with words."""
    words = "".join(text.lower().split()).replace(decimal, ".") if decimal != "." else "".join(text.lower().split())
    if match := re.fullmatch(r"(\d+):(\d\d)(?::\d\d)?", words):
        return int(match[1]) * 60 + int(match[2])
    if match := re.fullmatch(r"(\d+)h(?:ours?)?(\d{1,2})(?:m|min|mins|minutes)?", words):
        return int(match[1]) * 60 + int(match[2])
    if match := re.fullmatch(r"(\d{1,9}(?:\.\d+)?)(h|hr|hrs|hours?|s|sec|seconds?|m|min|mins|minutes?)?", words):
        factor = {"h": 60.0, "s": 1 / 60}.get((match[2] or "m")[0], 1.0)
        return round(float(match[1]) * factor)
    raise ValueError(f"“{_short(text)}” is not a duration in minutes.")


def read_yes(text: str) -> bool:
    """Yes or no. ValueError with words."""
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"“{_short(text)}” is neither yes nor no.")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
