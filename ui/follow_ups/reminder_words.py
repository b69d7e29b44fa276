"""What a reminder says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from crm_desktop.interactions.agenda import AgendaRow
from ui.interactions.local_time import due_text

_BEGINNINGS = {
    "call": "Call {}",
    "email": "Email {}",
    "meeting": "Meeting with {}",
    "support": "Support for {}",
    "sale": "Sale with {}",
    "follow_up": "Follow up with {}",
}
NAMED = 3
"""So many are named when several are told at once."""


class Told(NamedTuple):
    """A message with its title."""

    title: str
    text: str


def reminder_words(rows: Sequence[AgendaRow], now: datetime, zone: tzinfo | None = None) -> Told:
    """Of one or several: 'Call Ana Ruiz: delivery dates, due now'."""
    lines = [_line(row, now, zone) for row in rows]
    if len(rows) == 1:
        return Told("Follow-up", lines[0])
    more = [] if len(lines) <= NAMED else [f"and {len(lines) - NAMED} more"]
    return Told(number_words(len(rows)), "\n".join([*lines[:NAMED], *more]))


def short_words(rows: Sequence[AgendaRow], now: datetime, zone: tzinfo | None = None) -> str:
    """The same in one sentence: of several, whom they are about."""
    if len(rows) == 1:
        return _line(rows[0], now, zone)
    names = list(dict.fromkeys(row.customer_name for row in rows))
    more = len(names) - NAMED
    listed = f"{', '.join(names[:NAMED])} and {more} more" if more > 0 else ", ".join(names)
    return f"{number_words(len(rows))}: {listed}"


def number_words(count: int) -> str:
    """What may be said while the window is locked."""
    return "A follow-up is due" if count == 1 else f"{count} follow-ups are due"


def _line(row: AgendaRow, now: datetime, zone: tzinfo | None) -> str:
    beginning = _BEGINNINGS.get(row.type, "{}").format(row.customer_name)
    return f"{beginning}: {row.subject}, {_when(row, now, zone)}"


def _when(row: AgendaRow, now: datetime, zone: tzinfo | None) -> str:
    assert row.follow_up is not None
    minutes = round((row.follow_up - now) / timedelta(minutes=1))
    if abs(minutes) < 1:
        return "due now"
    if minutes > 0:
        return f"due in {minutes} {'minute' if minutes == 1 else 'minutes'}"
    text = due_text(row.follow_up, now, zone)
    return text[0].lower() + text[1:]
