"""Where customers went who were merged: whoever asks for one is led to the survivor."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.errors import NotFound

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
# One merge takes in several, in one transaction. Rows of earlier merges are deleted and written anew by a later one and
# by its undo: those say nothing of their own merge.
_LAST = text(
    """
    with merges as (
        select m.id, m.name, m.created_at, a.transaction_id
          from crm.customer_merges m
          join crm.audit_log a on a.customer_id = m.survivor_id and a.table_name = 'customer_merges'
           and a.row_id = m.id::text and a.action = 'insert'
         where m.survivor_id = :id
           and not exists (
                   select from crm.audit_log e
                    where e.transaction_id = a.transaction_id and e.table_name = 'customer_merges'
                      and e.row_id = a.row_id and e.action = 'delete'
               )
    )
    select transaction_id::text::bigint as transaction, name
      from merges
     where transaction_id = (select transaction_id from merges order by created_at desc, transaction_id desc limit 1)
     order by name, id
    """
)


def survivor_of(session: Session, customer_id: UUID) -> UUID | None:
    """The customer that this one was merged into; None when it was not."""
    found: UUID | None = session.execute(_SURVIVOR, {"id": customer_id}).scalar_one_or_none()
    return found


def merged_into(session: Session, customer_id: UUID) -> tuple[Merged, ...]:
    """Who was merged into a customer, the latest first. The audit trail keeps their changes under these ids."""
    return tuple(Merged(*row) for row in session.execute(_MERGED, {"id": customer_id}))


@dataclass(frozen=True)
class LastMerge:
    """A merge that can be undone: its transaction, and who went into the customer by it."""

    transaction: int
    names: tuple[str, ...]


def last_merge(session: Session, customer_id: UUID) -> LastMerge:
    """The latest merge into a customer; NotFound when there was none, or the trail does not reach back to it."""
    found = session.execute(_LAST, {"id": customer_id}).all()
    if not found:
        raise NotFound("This merge cannot be undone any more.", hint="It has been undone, or its trail was erased.")
    return LastMerge(found[0].transaction, tuple(row.name for row in found))
