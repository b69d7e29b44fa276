"""When something was: typed in words or numbers, or picked from a calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo

from ui.interactions.local_time import to_wall
from ui.interactions.moment_input import MomentInput, day_first
from ui.interactions.when import parse_when

NOT_UNDERSTOOD = "Write a day, with a time if it matters: 25 Nov 14:30, yesterday 9:00 or 2026-11-25."
_YEAR = re.compile(r"\d{4}|\d[./-]\d{1,2}[./-]\d{2}\b")
_CLOCK_ONLY = re.compile(r"\s*(at\s+)?\d{1,2}([:h]\d{2})?\s*(am|pm)?\s*")


class MomentField(MomentInput):
    """A day without a year is the last such day; left blank, it is now."""

    def __init__(self, *, zone: tzinfo | None = None, now: Callable[[], datetime] | None = None) -> None:
        super().__init__("Now", zone=zone, now=now)
        self.setLayout(self.row)

    def meant(self, text: str, now: datetime) -> datetime | None:
        return before(text, now)

    def clock(self, moment: datetime | None) -> time:
        """The hour that it has, else that of now."""
        return (moment or to_wall(self._now(), self._zone)).time().replace(second=0, microsecond=0)


def before(text: str, now: datetime) -> datetime | None:
    """The local time meant by the text, of something that was: a day without a year is the last such day."""
    wall = parse_when(text, now, day_first=day_first())
    if wall is None or wall <= now:
        return wall
    if _CLOCK_ONLY.fullmatch(text.lower()):
        return wall - timedelta(days=1) if wall.date() > now.date() else wall
    if wall.date() > now.date() + timedelta(days=1) and not _YEAR.search(text) and "in " not in text.lower():
        try:
            return wall.replace(year=wall.year - 1)
        except ValueError:
            return wall
    return wall
