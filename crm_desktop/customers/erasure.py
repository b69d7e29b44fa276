"""Erasing customers under privacy law, also those who were deleted before: the trail keeps them for undo until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.listing.folding import fold

MOST_SHOWN = 100


@dataclass(frozen=True)
class DeletedCustomer:
    """Who was deleted, when and by whom, and has been neither brought back nor erased."""

    id: UUID
    name: str
    email: str
    at: datetime
    by: str


_DELETED = text(
    """
    SELECT d.customer_id, d.name, d.email, d.at, d.actor
    FROM (
        SELECT DISTINCT ON (a.customer_id) a.customer_id, a.id, a.at, a.actor,
               coalesce(nullif(a.changes #>> '{contact_name,0}', ''), a.changes #>> '{company_name,0}', '') AS name,
               coalesce(a.changes #>> '{email,0}', '') AS email,
               concat_ws(' ', a.changes #>> '{contact_name,0}', a.changes #>> '{company_name,0}',
                         a.changes #>> '{email,0}', a.changes #>> '{customer_number,0}') AS words
        FROM crm.audit_log a
        WHERE a.table_name = 'customers' AND a.action = 'delete'
          AND NOT EXISTS (SELECT FROM crm.customers c WHERE c.id = a.customer_id)
          AND NOT EXISTS (SELECT FROM crm.customer_merges m WHERE m.id = a.customer_id)
        ORDER BY a.customer_id, a.id DESC
    ) d
    WHERE strpos(crm.fold(d.words), :words) > 0
    ORDER BY d.id DESC
    LIMIT :most
    """
)


def deleted_customers(session: Session, words: str = "", most: int = MOST_SHOWN) -> tuple[DeletedCustomer, ...]:
    """The latest first; those whose name, address or number holds the words. Administrators see all, others nobody."""
    found = session.execute(_DELETED, {"words": fold(words.strip()), "most": most})
    return tuple(DeletedCustomer(*row) for row in found)


def erase_customer(session: Session, customer_id: UUID) -> None:
    """Takes a customer, deleted or not, out of every table and out of the trail; there is no undo. NotAllowed for
    employees, NotFound where the database knows nothing of them any more."""
    session.execute(text("SELECT crm.erase_customer(:customer)"), {"customer": customer_id})
