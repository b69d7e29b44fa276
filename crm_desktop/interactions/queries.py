"""Reading interactions: the list, one interaction, how many wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, any_, func, literal, select
from sqlalchemy.orm import Session

from crm_desktop.errors import NotFound
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest

from .listed import SOURCE, falls_due, interactions, make_rows, row_columns, waiting
from .rows import InteractionDetails, InteractionRow


def interaction_listing(request: ListRequest, clock: Clock | None = None) -> Listing[InteractionRow]:
    """The list of interactions; a search finds them through their customer. InvalidFilter as for customers."""
    return Listing(SOURCE, request, clock)


def interaction(session: Session, interaction_id: UUID) -> InteractionDetails:
    """All fields of an interaction; NotFound when it is gone."""
    found = interactions_of(session, [interaction_id])
    if not found:
        raise NotFound("This interaction is not there any more.", hint="Somebody may have deleted it.")
    return found[0]


def interactions_of(session: Session, ids: Sequence[UUID]) -> list[InteractionDetails]:
    """All fields of these interactions, in the order of their ids; those that are gone are missing."""
    if not ids:
        return []
    c = interactions.c
    chosen = c.id == any_(literal(list(ids), ARRAY(c.id.type)))
    rows = {
        row.id: row
        for row in make_rows(session.connection(), session.execute(select(*row_columns(c)).where(chosen)).all())
    }
    rest = select(c.id, c.description, c.contact_id, c.user_id, c.assignee_id, c.updated_at).where(chosen)
    found = {more.id: _details(rows[more.id], more) for more in session.execute(rest) if more.id in rows}
    return [found[identity] for identity in ids if identity in found]


def _details(row: InteractionRow, more: Any) -> InteractionDetails:
    return InteractionDetails(
        id=row.id,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        type=row.type,
        subject=row.subject,
        description=more.description or "",
        outcome=row.outcome,
        priority=row.priority,
        status=row.status,
        duration=row.duration,
        follow_up=row.follow_up,
        contact_id=more.contact_id,
        contact=row.contact,
        user_id=more.user_id,
        author=row.author,
        assignee_id=more.assignee_id,
        assignee=row.assignee,
        created_at=row.created_at,
        updated_at=more.updated_at,
        version=row.version,
    )


def follow_up_counts(session: Session, clock: Clock) -> tuple[int, int, int]:
    """How many interactions wait, how many of them are overdue, how many are due in this local day."""
    c = interactions.c
    overdue_now, due_today = (func.count().filter(falls_due(c, which, clock)) for which in ("overdue", "today"))
    statement = select(func.count(), overdue_now, due_today).where(waiting(c))
    pending, overdue, today = session.execute(statement).one()
    return pending, overdue, today
