"""A customer's interactions as the card shows them: what is planned above what was. One statement, built once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from crm_desktop.access.models import User
from crm_desktop.attachments.models import Attachment
from crm_desktop.customers.models import Contact, Customer
from crm_desktop.customers.names import shown_name

from .listed import interactions, row_columns, waiting
from .rows import InteractionRow, Timeline
from .whose import Whose

TIMELINE_LENGTH = 200
_BEGINNING = datetime.min.replace(tzinfo=UTC)


def timeline(session: Session, customer_id: UUID, limit: int = TIMELINE_LENGTH) -> Timeline:
    """What is planned with a customer, earliest first, and the latest `limit` of what was, latest first.

    Planned is what waits: pending with a follow-up time. All of it is shown, so that nothing overdue hides.
    """
    found = session.execute(_statement(), {"customer": customer_id, "most": limit + 1}).all()
    planned = sorted((_row(row) for row in found if row.planned), key=lambda row: (row.follow_up, row.id))
    history = sorted((_row(row) for row in found if not row.planned), key=_moment, reverse=True)
    whose = {row.id: Whose(row.user_id, row.assignee_id) for row in found}
    return Timeline(planned, history[:limit], len(history) > limit, whose)


@cache
def _statement() -> Select[Any]:
    """Both parts with the names that belong to them; values for `customer` and `most` come when it is run."""
    c = interactions.c
    of_customer = select(*row_columns(c), func.coalesce(c.description, "").label("description")).where(
        c.customer_id == bindparam("customer", type_=c.customer_id.type)
    )
    planned = of_customer.add_columns(literal(True).label("planned")).where(waiting(c))
    history = (
        of_customer.add_columns(literal(False).label("planned"))
        .where(waiting(c).is_not(true()))
        .order_by(c.created_at.desc(), c.id.desc())
        .limit(bindparam("most"))
    )
    both = union_all(planned, history).subquery("both")
    contact, attachment = Contact.__table__, Attachment.__table__
    files = select(func.count()).where(attachment.c.interaction_id == both.c.id).scalar_subquery()
    customer, author, assignee = Customer.__table__, User.__table__.alias("author"), User.__table__.alias("assignee")
    return select(
        *both.c,
        shown_name(customer.c).label("customer_name"),
        func.coalesce(author.c.display_name, "").label("author"),
        func.coalesce(assignee.c.display_name, "").label("assignee"),
        func.coalesce(contact.c.name, "").label("contact"),
        files.label("files"),
    ).select_from(
        both.join(customer, customer.c.id == both.c.customer_id)
        .outerjoin(author, author.c.id == both.c.user_id)
        .outerjoin(assignee, assignee.c.id == both.c.assignee_id)
        .outerjoin(contact, contact.c.id == both.c.contact_id)
    )


def _moment(row: InteractionRow) -> tuple[bool, datetime, UUID]:
    """As the database orders: what has no time comes latest."""
    return row.created_at is None, row.created_at or _BEGINNING, row.id


def _row(found: Any) -> InteractionRow:
    return InteractionRow(**{name: getattr(found, name) for name in InteractionRow._fields})
