"""The times that a follow-up can be put off to with one key. By the clock on the wall, whatever summer time does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from ui.interactions.local_time import in_days, next_monday, to_utc, to_wall, tomorrow_at

MORNING, AFTERNOON = 9, 14


class SnoozeTime(NamedTuple):
    """`until` is in UTC."""

    text: str
    until: datetime


def snooze_times(now: datetime, zone: tzinfo | None = None) -> list[SnoozeTime]:
    """The usual ones, earliest first; "this afternoon" until it has begun."""
    wall = to_wall(now, zone)
    times = {
        "Tomorrow morning": tomorrow_at(MORNING, now, zone),
        "In 3 days": in_days(3, MORNING, now, zone),
        "Next week": next_monday(MORNING, now, zone),
    }
    afternoon = wall.replace(hour=AFTERNOON, minute=0, second=0, microsecond=0, fold=0)
    if wall.replace(fold=0) < afternoon:
        times = {"This afternoon": afternoon, **times}
    # An hour is an hour, also in the night when clocks change. To the minute: seconds say nothing.
    in_an_hour = (now.astimezone(UTC) + timedelta(hours=1)).replace(second=0, microsecond=0)
    found = [SnoozeTime("In 1 hour", in_an_hour), *(SnoozeTime(text, to_utc(at, zone)) for text, at in times.items())]
    return sorted(found, key=lambda each: each.until)


def next_time(row_time: datetime | None, now: datetime, zone: tzinfo | None = None) -> datetime:
    """What the follow-up after one that is done begins with: in a week, at the same time of day."""
    wall = in_days(7, MORNING, now, zone)
    if row_time is not None:
        before = to_wall(row_time, zone)
        wall = wall.replace(hour=before.hour, minute=before.minute)
    return to_utc(wall, zone)
