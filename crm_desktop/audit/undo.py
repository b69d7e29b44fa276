"""Undo: the database replays a transaction's audit rows backwards and leaves alone what was changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.database.notices import heard_share


@dataclass(frozen=True)
class UndoResult:
    """Rows put back as they were, and rows left alone because somebody changed them since, or one may not undo them.

    `kept`: the customers whose rows were left alone, up to a thousand.
    """

    restored: int
    refused: int
    kept: tuple[UUID, ...] = ()


def current_transaction(session: Session) -> int:
    """The number under which the audit trail keeps what this session is changing: what `undo_transaction` takes."""
    number: int = session.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
    return number


def undo_transaction(
    session: Session, transaction_id: int, report: Callable[[float], None] | None = None
) -> UndoResult:
    """Undo one's own transaction (administrators: anybody's). Raises `CrmError` when it is not ours to undo.

    `report` hears which share has been done.
    """
    with heard_share(session.connection(), report):
        row = session.execute(
            text("SELECT restored, refused, kept FROM crm.undo_transaction(CAST(CAST(:number AS text) AS xid8))"),
            {"number": str(transaction_id)},
        ).one()
    return UndoResult(row.restored, row.refused, tuple(row.kept))
