"""The imports that were made, the newest first, and taking one back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.database.notices import heard_share

SHOWN = 200


@dataclass(frozen=True)
class ImportRow:
    """One import. `by` is the display name of who made it; `at` its transaction's beginning."""

    id: UUID
    kind: str
    file_name: str
    created: int
    updated: int
    skipped: int
    refused: int
    by: str
    own: bool
    at: datetime
    undone_at: datetime | None
    undone_by: str
    kept: int


@dataclass(frozen=True)
class UndoneImport:
    """Records put back or taken away, and records that stay because somebody changed them since.

    `customers`: of whom something stayed, up to a thousand."""

    restored: int
    kept: int
    customers: tuple[UUID, ...] = ()


_LIST = """
SELECT b.id, b.kind, b.file_name, b.rows_created, b.rows_updated, b.rows_skipped, b.rows_refused,
    coalesce(u.display_name, ''), b.created_by IS NOT DISTINCT FROM crm.current_user_id(), b.created_at, b.undone_at,
    coalesce(d.display_name, ''), b.rows_kept
FROM crm.import_batches b
LEFT JOIN crm.users u ON u.id = b.created_by
LEFT JOIN crm.users d ON d.id = b.undone_by
ORDER BY b.created_at DESC, b.id
LIMIT :most
"""


def list_imports(session: Session, most: int = SHOWN) -> list[ImportRow]:
    """The newest imports of everybody."""
    return [ImportRow(*row) for row in session.execute(text(_LIST), {"most": most})]


def undo_import(session: Session, batch_id: UUID, report: Callable[[float], None] | None = None) -> UndoneImport:
    """Takes an import back: what it created goes, what it changed is as before; what was changed since stays.

    `report` hears which share has been done. NotAllowed when it created customers and the person may not delete them,
    or somebody else made it."""
    with heard_share(session.connection(), report):
        row = session.execute(
            text("SELECT restored, kept, customers FROM crm.undo_import(:batch_id)"), {"batch_id": batch_id}
        ).one()
    return UndoneImport(row.restored, row.kept, tuple(row.customers))
