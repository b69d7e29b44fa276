"""Undo: the database replays a transaction's audit rows backwards and leaves alone what was changed since."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class UndoResult:
    """Rows put back as they were, and rows left alone because somebody changed them since."""

    restored: int
    refused: int


def current_transaction(session: Session) -> int:
    """The number under which the audit trail keeps what this session is changing: what `undo_transaction` takes."""
    number: int = session.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
    return number


def undo_transaction(session: Session, transaction_id: int) -> UndoResult:
    """Undo one's own transaction (administrators: anybody's). Raises `CrmError` when it is not ours to undo."""
    row = session.execute(
        text("SELECT restored, refused FROM crm.undo_transaction(CAST(CAST(:number AS text) AS xid8))"),
        {"number": str(transaction_id)},
    ).one()
    return UndoResult(restored=row.restored, refused=row.refused)
