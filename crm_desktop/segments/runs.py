"""The runs of a segment's rules, the newest first, and taking one back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.audit.undo import UndoResult
from crm_desktop.database.notices import heard_share

from .running import RuleActed

SHOWN = 20


@dataclass(frozen=True)
class RunRow:
    """One run. `by` is the display name of whose desk it was; `kept` what stayed when it was undone."""

    id: int
    kind: str
    at: datetime
    by: str
    size: int
    entered: int
    left: int
    did: tuple[RuleActed, ...]
    undone_at: datetime | None
    undone_by: str
    kept: int

    @property
    def changed(self) -> int:
        """How many changes of customers there are to take back."""
        return sum(each.changed for each in self.did)


_RUNS = text(
    """
    SELECT r.id, r.kind, r.run_at, coalesce(u.display_name, '') AS by, r.size, r.entered, r.left_count, r.did,
           r.undone_at, coalesce(d.display_name, '') AS undone_by, r.rows_kept
    FROM crm.segment_runs r
    LEFT JOIN crm.users u ON u.id = r.run_by
    LEFT JOIN crm.users d ON d.id = r.undone_by
    WHERE r.segment_id = :segment
    ORDER BY r.id DESC
    LIMIT :most
    """
)


def runs_of(session: Session, segment_id: UUID, most: int = SHOWN) -> tuple[RunRow, ...]:
    """The latest runs in which something happened."""
    found = session.execute(_RUNS, {"segment": segment_id, "most": most})
    return tuple(
        RunRow(
            row.id, row.kind, row.run_at, row.by, row.size, row.entered, row.left_count,
            tuple(map(RuleActed.read, row.did)),
            row.undone_at, row.undone_by, row.rows_kept,
        )
        for row in found
    )  # fmt: skip


def undo_run(session: Session, run_id: int, report: Callable[[float], None] | None = None) -> UndoResult:
    """Takes back what a run's rules did; what was changed since is left alone. For administrators."""
    with heard_share(session.connection(), report):
        row = session.execute(
            text("SELECT restored, kept, customers FROM crm.undo_segment_run(:id)"), {"id": run_id}
        ).one()
    return UndoResult(row.restored, row.kept, tuple(row.customers))
