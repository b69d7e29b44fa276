"""When chores were done last, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class LastTime:
    """`by` is the display name of whose desk did it; `finished_at` None while it is being done, or was broken off."""

    key: str
    started_at: datetime
    finished_at: datetime | None
    by: str
    outcome: str
    failed: bool


_LAST = text(
    """
    SELECT c.key, c.started_at, c.finished_at, coalesce(u.display_name, ''), c.outcome, c.failed
    FROM crm.chores c LEFT JOIN crm.users u ON u.id = c.run_by
    """
)


def last_times(session: Session) -> dict[str, LastTime]:
    """Those that have been done at all, by their keys."""
    return {row.key: LastTime(*row) for row in session.execute(_LAST)}
