"""Which follow-ups somebody has been reminded of: once for each due time, also after a restart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from crm_desktop.interactions.agenda import AgendaRow
    from crm_desktop.settings import Preferences

KEEP = timedelta(days=2)
"""Longer than the watch looks back."""
MOST = 1_000


class ReminderMemory:
    """In the preferences; what is long past is forgotten."""

    def __init__(self, preferences: Preferences, person: UUID) -> None:
        self._preferences = preferences
        self._key = f"reminders/{person}/told"

    def untold(self, rows: Iterable[AgendaRow]) -> list[AgendaRow]:
        """Those that nobody has been reminded of at their present due time."""
        told = set(self._read())
        return [row for row in rows if _mark(row) not in told]

    def remember(self, rows: Iterable[AgendaRow], now: datetime) -> None:
        """They have been told."""
        marks = [*self._read(), *(_mark(row) for row in rows)]
        fresh = [mark for mark in marks if _is_recent(mark, now)]
        self._preferences.set(self._key, fresh[-MOST:])

    def _read(self) -> list[str]:
        stored = self._preferences.get(self._key, [])
        return [mark for mark in stored if isinstance(mark, str)] if isinstance(stored, list) else []


def _mark(row: AgendaRow) -> str:
    return f"{row.id} {row.follow_up.isoformat() if row.follow_up is not None else ''}"


def _is_recent(mark: str, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(mark.partition(" ")[2]) > now - KEEP
    except (TypeError, ValueError):
        return False
