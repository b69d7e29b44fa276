"""Where customers went who were merged: whoever asks for one is led to the survivor."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from .rows import Merged

_SURVIVOR = text("select survivor_id from crm.customer_merges where id = :id")
_MERGED = text(
    """
    select m.id, m.name, coalesce(u.display_name, ''), m.created_at
      from crm.customer_merges m left join crm.users u on u.id = m.merged_by
     where m.survivor_id = :id
     order by m.created_at desc, m.id
    """
)


def survivor_of(session: Session, customer_id: UUID) -> UUID | None:
    """The customer that this one was merged into; None when it was not."""
    found: UUID | None = session.execute(_SURVIVOR, {"id": customer_id}).scalar_one_or_none()
    return found


def merged_into(session: Session, customer_id: UUID) -> tuple[Merged, ...]:
    """Who was merged into a customer, the latest first. The audit trail keeps their changes under these ids."""
    return tuple(Merged(*row) for row in session.execute(_MERGED, {"id": customer_id}))
