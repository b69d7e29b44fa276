"""Who changed a row last, by the audit trail."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_LAST = text(
    """
    select coalesce(person.display_name, entry.actor)
      from crm.audit_log as entry
      left join crm.users as person on person.username = entry.actor
     where entry.table_name = :table and entry.row_id = :row and entry.action = 'update'
     order by entry.id desc
     limit 1
    """
)


def last_editor(session: Session, table: str, row_id: UUID) -> str:
    """The person's name; "" when the row has not been changed since it was added."""
    name: str | None = session.execute(_LAST, {"table": table, "row": str(row_id)}).scalar()
    return name or ""
