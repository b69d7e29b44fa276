"""Follow-up times: local wall clock on screen, UTC in the database, daylight saving respected.

`zone=None` is the computer's own time zone; tests pass one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

Due = Literal["overdue", "today", "later"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def to_wall(moment: datetime, zone: tzinfo | None = None) -> datetime:
    """A moment as the clock on the wall shows it (naive; fold kept, so that the repeated hour survives)."""
    return moment.astimezone(zone).replace(tzinfo=None)


def to_utc(wall: datetime, zone: tzinfo | None = None) -> datetime:
    """The moment at which the clock on the wall shows that time.

    A time that is skipped when clocks go forward is read with the offset before the change (PEP 495): 02:30 is 03:30.
    """
    aware = wall.replace(tzinfo=zone) if zone is not None else wall.astimezone()
    return aware.astimezone(UTC)


def is_skipped(wall: datetime, zone: tzinfo | None = None) -> bool:
    """Whether the clock never shows that time, because it is put forward."""
    return to_wall(to_utc(wall, zone), zone).replace(fold=0) != wall.replace(fold=0)


def now_wall(zone: tzinfo | None = None) -> datetime:
    """The local time of now."""
    return to_wall(datetime.now(UTC), zone)


def due(follow_up: datetime, now: datetime, zone: tzinfo | None = None) -> Due:
    """Overdue once the moment has passed; today while it is still to come on this local day."""
    if follow_up < now:
        return "overdue"
    return "today" if to_wall(follow_up, zone).date() == to_wall(now, zone).date() else "later"


def day_text(day: date, today: date) -> str:
    """A day in words: 'Today', 'Tomorrow', 'Wed 25 Nov', with the year when it is another one."""
    named = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((day - today).days)
    if named:
        return named
    text = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def moment_text(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """A moment in local words: 'Tomorrow 09:00', 'Wed 25 Nov 14:30'."""
    wall = to_wall(moment, zone)
    return f"{day_text(wall.date(), to_wall(now, zone).date())} {wall:%H:%M}"


def inside(text: str) -> str:
    """A day or moment within a sentence: 'Wed 25 Nov' as it is, 'Today 09:00' in small letters."""
    return text[0].lower() + text[1:] if text.startswith(("Today", "Tomorrow", "Yesterday")) else text


def full_text(wall: datetime) -> str:
    """A local time in the form the follow-up field writes and reads back: 'Wed 25 Nov 2026 09:00'."""
    return f"{DAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]} {wall.year} {wall:%H:%M}"


def distance_text(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """How far away in calendar days: 'today', 'in 3 days', '2 days ago', 'in 5 weeks'."""
    days = (to_wall(moment, zone).date() - to_wall(now, zone).date()).days
    if abs(days) <= 1:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    amount, unit = (abs(days), "days") if abs(days) < 21 else (abs(days) // 7, "weeks")
    if unit == "weeks" and amount > 8:
        amount, unit = abs(days) // 30, "months"
    return f"in {amount} {unit}" if days > 0 else f"{amount} {unit} ago"


def due_text(follow_up: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """The line under a planned entry: 'Overdue since Mon 3 Nov 09:00', 'Due Tomorrow 09:00'."""
    text = moment_text(follow_up, now, zone)
    return f"Overdue since {inside(text)}" if due(follow_up, now, zone) == "overdue" else f"Due {inside(text)}"


def tomorrow_at(hour: int, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Tomorrow at a full hour of the wall clock."""
    return in_days(1, hour, now, zone)


def in_days(days: int, hour: int, now: datetime, zone: tzinfo | None = None) -> datetime:
    """The wall clock time some days ahead, whatever the clocks do between."""
    day = to_wall(now, zone).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour)


def next_monday(hour: int, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Monday of the next week."""
    return in_days(7 - to_wall(now, zone).weekday(), hour, now, zone)
