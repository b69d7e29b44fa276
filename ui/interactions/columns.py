"""The columns of the interactions table, and its two-line row for narrow windows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from crm_desktop.interactions.columns import COLUMNS as FACTS
from crm_desktop.interactions.rows import InteractionRow
from ui.interactions.local_time import due, due_text, full_text, moment_text, to_wall
from ui.interactions.words import PRIORITY_WORDS, STATUS_WORDS, TYPE_WORDS, minutes_text
from ui.tables.columns import Column, ColumnsOf, CompactRow, Tone, muted
from ui.widgets.badges import tone_of

_column = ColumnsOf[InteractionRow](FACTS)


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment_text(moment, datetime.now(UTC))


def _exact(moment: datetime | None) -> str:
    return "" if moment is None else full_text(to_wall(moment))


def _waits(row: InteractionRow) -> bool:
    return row.status == "pending" and row.follow_up is not None


def _due_tone(row: InteractionRow) -> Tone:
    if not _waits(row) or row.follow_up is None:
        return "muted"
    tones: dict[str, Tone] = {"overdue": "danger", "today": "warning", "later": "success"}
    return tones[due(row.follow_up, datetime.now(UTC))]


def _due_tooltip(row: InteractionRow) -> str:
    if row.follow_up is None:
        return ""
    exact = _exact(row.follow_up)
    return f"{exact}: {due_text(row.follow_up, datetime.now(UTC)).lower()}" if _waits(row) else exact


def _tone(value: str) -> Tone:
    return cast(Tone, tone_of(value))


SUBJECT = _column(
    "subject", 260, lambda row: row.subject, strong=True, searchable=True, tooltip=lambda row: row.subject
)
STATUS = _column(
    "status",
    112,
    lambda row: STATUS_WORDS.get(row.status, row.status),
    kind="badge",
    tone=lambda row: _tone(row.status),
)
FOLLOW_UP = _column("follow_up", 150, lambda row: _moment(row.follow_up), tone=_due_tone, tooltip=_due_tooltip)

COLUMNS: tuple[Column, ...] = (
    SUBJECT,
    _column(
        "customer_name", 190, lambda row: row.customer_name, searchable=True, tooltip=lambda row: row.customer_name
    ),
    _column("contact", 150, lambda row: row.contact, searchable=True, tooltip=lambda row: row.contact),
    _column("type", 104, lambda row: TYPE_WORDS.get(row.type, row.type), tone=muted),
    _column(
        "priority",
        100,
        lambda row: PRIORITY_WORDS.get(row.priority, row.priority),
        kind="badge",
        tone=lambda row: _tone(row.priority),
    ),
    STATUS,
    FOLLOW_UP,
    _column("outcome", 200, lambda row: row.outcome, tone=muted, tooltip=lambda row: row.outcome),
    _column("duration", 92, lambda row: minutes_text(row.duration) if row.duration else "", tone=muted, right=True),
    _column(
        "created_at",
        150,
        lambda row: _moment(row.created_at),
        tone=muted,
        tooltip=lambda row: _exact(row.created_at),
    ),
    _column("author", 140, lambda row: row.author, tone=muted),
    _column("assignee", 140, lambda row: row.assignee, tone=muted),
)


def _detail(row: InteractionRow) -> str:
    return " · ".join(part for part in (row.customer_name, TYPE_WORDS.get(row.type, row.type)) if part)


COMPACT = CompactRow(title=lambda row: row.subject, detail=_detail, badge=STATUS, aside=FOLLOW_UP)
