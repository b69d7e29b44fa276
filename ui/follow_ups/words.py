"""The words and colours of the agenda."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NamedTuple

from crm_desktop.interactions.agenda import AgendaRow, SectionKey
from crm_desktop.words import counted
from ui.interactions.local_time import due, due_text, full_text, moment_text, to_wall
from ui.interactions.words import PRIORITY_WORDS, TYPE_WORDS
from ui.tables.columns import Tone

SECTION_WORDS: dict[SectionKey, str] = {
    "overdue": "Overdue",
    "today": "Today",
    "tomorrow": "Tomorrow",
    "week": "This week",
    "later": "Later",
    "none": "No date",
}
DUE_TONES: dict[str, Tone] = {"overdue": "danger", "today": "warning", "later": "success"}


class Look(NamedTuple):
    """From when and where somebody looks; `zone` None is the computer's own."""

    now: datetime
    zone: tzinfo | None = None


def due_words(row: AgendaRow, look: Look) -> str:
    """When it is due, as it stands in the list: 'Yesterday 14:30'."""
    return "No date" if row.follow_up is None else moment_text(row.follow_up, look.now, look.zone)


def due_tone(row: AgendaRow, look: Look) -> Tone:
    """Green in the future, yellow today, red when overdue."""
    return "muted" if row.follow_up is None else DUE_TONES[due(row.follow_up, look.now, look.zone)]


def spoken(row: AgendaRow, look: Look) -> str:
    """The entry for a screen reader: 'Delivery dates, Ana Ruiz, Overdue since yesterday 14:30, Call, High, Ada'."""
    when = "No date" if row.follow_up is None else due_text(row.follow_up, look.now, look.zone)
    priority = PRIORITY_WORDS.get(row.priority, "")
    parts = (row.subject, row.customer_name, when, TYPE_WORDS.get(row.type, row.type))
    return ", ".join(part for part in (*parts, f"{priority} priority" if priority else "", row.assignee) if part)


def told_in_full(row: AgendaRow, look: Look) -> str:
    """The tooltip: what does not fit, and the exact time."""
    when = "No date" if row.follow_up is None else f"Follow up {full_text(to_wall(row.follow_up, look.zone))}"
    author = "" if row.author in ("", row.assignee) else f"Logged by {row.author}"
    return "\n".join(part for part in (row.subject, row.customer_name, when, author) if part)


def count_words(count: int) -> str:
    """'1 follow-up', '12,345 follow-ups'."""
    return counted(count, "follow-up")
