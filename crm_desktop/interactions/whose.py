"""Who wrote an interaction and who has to follow it up: what the row policies go by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Whose:
    """`assignee_id` is None where nobody is named."""

    author_id: UUID
    assignee_id: UUID | None


def whose(session: Session, interaction_ids: Iterable[UUID]) -> dict[UUID, Whose]:
    """For each of the interactions that is there."""
    statement = text("select id, user_id, assignee_id from crm.customer_interactions where id = any(:ids)").bindparams(
        bindparam("ids", type_=postgresql.ARRAY(postgresql.UUID(as_uuid=True)))
    )
    rows = session.execute(statement, {"ids": list(interaction_ids)})
    return {row.id: Whose(row.user_id, row.assignee_id) for row in rows}
