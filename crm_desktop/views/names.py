"""What ids in filters stand for: people, segments, customers, contacts, products, imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

MOST = 200
_NAMES = text(
    """
    SELECT id, display_name AS name FROM crm.users WHERE id = ANY (:ids)
    UNION ALL SELECT id, name FROM crm.customer_segments WHERE id = ANY (:ids)
    UNION ALL SELECT id, coalesce(nullif(contact_name, ''), company_name) FROM crm.customers WHERE id = ANY (:ids)
    UNION ALL SELECT id, name FROM crm.contacts WHERE id = ANY (:ids)
    UNION ALL SELECT id, name FROM crm.products WHERE id = ANY (:ids)
    UNION ALL SELECT id, file_name FROM crm.import_batches WHERE id = ANY (:ids)
    """
).bindparams(bindparam("ids", type_=postgresql.ARRAY(postgresql.UUID(as_uuid=True))))


def names_of(session: Session, ids: Iterable[UUID]) -> dict[str, str]:
    """The names of up to MOST ids, by the id as text; what is gone or has no name is missing."""
    wanted = sorted(set(ids))[:MOST]
    return {str(row.id): row.name for row in session.execute(_NAMES, {"ids": wanted}) if row.name}


def ids_in(given: Any) -> Iterator[UUID]:
    """The ids that a filter names."""
    if isinstance(given, Mapping):
        for value in given.values():
            yield from ids_in(value)
    elif isinstance(given, list | tuple):
        for value in given:
            yield from ids_in(value)
    elif isinstance(given, str) and len(given) == 36:
        try:
            yield UUID(given)
        except ValueError:
            return
