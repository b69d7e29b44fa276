"""What an entry of the timeline says."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QFont

from crm_desktop.interactions.rows import InteractionRow
from ui.interactions.local_time import due, due_text, moment_text
from ui.interactions.words import PRIORITY_WORDS, TYPE_WORDS, minutes_text
from ui.widgets.badges import tone_of
from ui.widgets.entry_layout import EntryLayout, Mark, add_marks, add_text, shortened

DUE_WORDS = {"overdue": "Overdue", "today": "Due today", "later": "Due"}
DUE_TONES = {"overdue": "danger", "today": "warning", "later": "success"}


def lay_out(row: InteractionRow, now: datetime, width: float, font: QFont) -> EntryLayout:
    """Break the words into lines of at most this width."""
    bold, small = QFont(font), QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    bold.setStrikeOut(row.status == "cancelled")
    small.setPointSizeF(font.pointSizeF() * 0.9)
    made = EntryLayout(small=small)
    add_text(made, row.subject, bold, "text_muted" if row.status == "cancelled" else "text", width)
    add_marks(made, marks(row, now), width)
    add_text(made, about(row, now), small, "text_muted", width)
    for text in (row.description, row.outcome):
        if text:
            add_text(made, shortened(text), font, "text_muted", width)
    return made


def marks(row: InteractionRow, now: datetime) -> list[Mark]:
    """What stands out about an entry: when it is due, that it was cancelled, that it is urgent."""
    found: list[Mark] = []
    if row.status == "pending" and row.follow_up is not None:
        state = due(row.follow_up, now)
        found.append(Mark(DUE_WORDS[state], DUE_TONES[state]))
        found.append(Mark(moment_text(row.follow_up, now).removeprefix("Today "), ""))
    elif row.status != "completed":
        found.append(Mark(row.status.capitalize(), tone_of(row.status)))
    if row.priority in ("high", "urgent"):
        found.append(Mark(PRIORITY_WORDS[row.priority], tone_of(row.priority)))
    return found


def about(row: InteractionRow, now: datetime) -> str:
    """'Call · Renáta Kovács · Yesterday 14:30 · 15 min · Anna → Ben'."""
    parts = [TYPE_WORDS.get(row.type, row.type), row.contact]
    if row.created_at is not None:
        parts.append(moment_text(row.created_at, now))
    if row.duration:
        parts.append(minutes_text(row.duration))
    if row.files:
        parts.append("1 file" if row.files == 1 else f"{row.files} files")
    parts.append(row.author if row.assignee in ("", row.author) else f"{row.author} → {row.assignee}")
    return " · ".join(part for part in parts if part)


def spoken(row: InteractionRow, now: datetime) -> str:
    """What a screen reader says."""
    waits = row.status == "pending" and row.follow_up is not None
    state = due_text(row.follow_up, now) if waits and row.follow_up is not None else row.status
    parts = [row.subject, about(row, now), state, row.outcome]
    return ", ".join(part for part in parts if part)
