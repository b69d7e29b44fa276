"""The list of interactions: its columns, sort keys and filter fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from crm_desktop.access.models import User
from crm_desktop.customers.models import Contact, Customer
from crm_desktop.customers.names import shown_name
from crm_desktop.listing.filter_sql import search_sql
from crm_desktop.listing.filters import Field, Kind
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.source import Columns, SortKey, Source

from .models import CustomerInteraction
from .rows import InteractionRow
from .validation import INTERACTION_STATUSES, INTERACTION_TYPES, PRIORITIES

DUE = ("overdue", "today", "week")
DONE = ("in_time", "within_day", "late")
# Written out, no parameters: partial indexes and statistics are found by them.
CANCELLED: ColumnElement[str] = literal_column("'cancelled'")
FOLLOW_UP: ColumnElement[str] = literal_column("'follow_up'")
PENDING: ColumnElement[str] = literal_column("'pending'")
COMPLETED: ColumnElement[str] = literal_column("'completed'")
_PRIORITY_RANKS = {priority: rank for rank, priority in enumerate(PRIORITIES, start=1)}

interactions: Table = CustomerInteraction.__table__  # type: ignore[assignment]
_customers: Table = Customer.__table__  # type: ignore[assignment]
_contacts: Table = Contact.__table__  # type: ignore[assignment]
_users: Table = User.__table__  # type: ignore[assignment]


def waiting(c: Columns) -> ColumnElement[bool]:
    """Pending with a follow-up time: written so that it implies what the partial indexes have."""
    return and_(c.status == PENDING, c.follow_up.is_not(None))


def due(c: Columns, which: str, clock: Clock) -> ColumnElement[bool]:
    """Waiting interactions that are overdue by now, or whose time is in this local day or week (from Monday)."""
    return and_(c.status == PENDING, falls_due(c, which, clock))


def falls_due(c: Columns, which: str, clock: Clock) -> ColumnElement[bool]:
    """The same of interactions that are known to wait."""
    if which == "overdue":
        return and_(c.follow_up < literal(clock.now))
    first, end = clock.period("today" if which == "today" else "this_week")
    return and_(c.follow_up >= literal(first), c.follow_up < literal(end))


def was_done(c: Columns, which: str, _clock: Clock) -> ColumnElement[bool]:
    """Completed by the time it was due, within the 24 hours after it, or later."""
    day_after: ColumnElement[Any] = c.follow_up + timedelta(days=1)
    match which:
        case "in_time":
            when = c.completed_at <= c.follow_up
        case "within_day":
            when = and_(c.completed_at > c.follow_up, c.completed_at <= day_after)
        case _:
            when = c.completed_at > day_after
    return and_(c.status == COMPLETED, when)


def contact_at(c: Columns) -> ColumnElement[Any]:
    """When there was contact, as "last contact" counts it: nothing cancelled, and a follow-up once it is done."""
    counts = and_(c.status.is_distinct_from(CANCELLED), or_(c.type != FOLLOW_UP, c.status == COMPLETED))
    return case((counts, func.greatest(c.created_at, c.completed_at)))


def row_columns(c: Columns) -> Sequence[ColumnElement[Any]]:
    """What an InteractionRow is made of, besides the names of customer, contact, author and assignee."""
    return (
        c.id,
        c.customer_id,
        c.type,
        c.subject,
        func.coalesce(c.outcome, "").label("outcome"),
        func.coalesce(c.priority, "").label("priority"),
        func.coalesce(c.status, "").label("status"),
        c.duration,
        c.follow_up,
        c.created_at,
        c.user_id,
        c.assignee_id,
        c.version,
        c.contact_id,
    )


def make_rows(connection: Connection, found: Sequence[Any]) -> list[InteractionRow]:
    """Rows of what `row_columns` brought (and a description, where it follows), with the names that belong to them."""
    customers = customer_names(connection, {row[1] for row in found})
    people = {identity for row in found for identity in (row[10], row[11]) if identity is not None}
    users = people_names(connection, people)
    contacts = contact_names(connection, {row[13] for row in found if row[13] is not None})
    return [
        InteractionRow(
            id=row[0],
            customer_id=row[1],
            customer_name=customers.get(row[1], ""),
            type=row[2],
            subject=row[3],
            outcome=row[4],
            priority=row[5],
            status=row[6],
            duration=row[7],
            follow_up=row[8],
            created_at=row[9],
            author=users.get(row[10], ""),
            assignee=users.get(row[11], ""),
            version=row[12],
            description=row[14] if len(row) > 14 else "",
            contact=contacts.get(row[13], ""),
        )
        for row in found
    ]


def customer_names(connection: Connection, ids: set[UUID]) -> dict[UUID, str]:
    """What customers are called, by id."""
    return _names(connection, _customers, shown_name(_customers.c), ids)


def contact_names(connection: Connection, ids: set[UUID]) -> dict[UUID, str]:
    """What contacts of companies are called, by id."""
    return _names(connection, _contacts, _contacts.c.name, ids)


def people_names(connection: Connection, ids: set[UUID]) -> dict[UUID, str]:
    """What people who work here are called, by id."""
    return _names(connection, _users, _users.c.display_name, ids)


def _names(connection: Connection, table: Table, name: ColumnElement[str], ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    return {row[0]: row[1] for row in connection.execute(select(table.c.id, name).where(table.c.id.in_(ids)))}


def _of_customers_found(table: FromClause, words: Sequence[str]) -> ColumnElement[bool]:
    found = select(_customers.c.id).where(search_sql(words, _customers.c.search_text))
    return table.c.customer_id.in_(found)


def _folded(name: str) -> Any:
    return lambda c: func.crm.fold(func.coalesce(c[name], ""))


def _spoken_to(c: Columns) -> ColumnElement[str]:
    """The folded name of the company's contact whom an interaction names."""
    contact = _contacts.alias("spoken_to")
    name = select(contact.c.name_key).where(contact.c.id == c.contact_id).scalar_subquery()
    return func.coalesce(name, "")


FIELDS = {
    "customer_id": Field(Kind.REFERENCE, "Customer", lambda c: c.customer_id, may_be_blank=False),
    "type": Field(Kind.CHOICE, "Type", lambda c: c.type, INTERACTION_TYPES, blank="", may_be_blank=False),
    "subject": Field(Kind.TEXT, "Subject", _folded("subject")),
    "description": Field(Kind.TEXT, "Description", _folded("description")),
    "outcome": Field(Kind.TEXT, "Outcome", _folded("outcome")),
    "priority": Field(Kind.CHOICE, "Priority", lambda c: c.priority_rank, PRIORITIES, blank=0, stored=_PRIORITY_RANKS),
    "status": Field(
        Kind.CHOICE, "Status", lambda c: c.status_key, INTERACTION_STATUSES, blank="", plain=lambda c: c.status
    ),
    "duration": Field(Kind.NUMBER, "Duration", lambda c: c.duration),
    "due": Field(Kind.CHOICE, "Due", due, DUE, may_be_blank=False, computed=True),
    "follow_up": Field(Kind.MOMENT, "Follow up", lambda c: c.follow_up),
    "done": Field(Kind.CHOICE, "Done", was_done, DONE, may_be_blank=False, computed=True),
    "completed_at": Field(Kind.MOMENT, "Completed", lambda c: c.completed_at),
    "contact_at": Field(Kind.MOMENT, "Contact", contact_at),
    "user_id": Field(Kind.REFERENCE, "Author", lambda c: c.user_id, may_be_blank=False),
    "assignee_id": Field(Kind.REFERENCE, "Assignee", lambda c: c.assignee_id),
    "spoken_to": Field(Kind.TEXT, "Spoken to", _spoken_to),
    "contact_id": Field(Kind.REFERENCE, "Contact", lambda c: c.contact_id),
    "created_at": Field(Kind.MOMENT, "Logged", lambda c: c.created_at),
    "updated_at": Field(Kind.MOMENT, "Updated", lambda c: c.updated_at),
}

SORTS = {
    "created_at": SortKey(lambda c: c.created_at),
    "follow_up": SortKey(lambda c: c.follow_up, bounded_by=("status", "due")),
    "type": SortKey(lambda c: c.type, blank=""),
    "priority": SortKey(lambda c: c.priority_rank, blank=0),
    "status": SortKey(lambda c: c.status_key, blank=""),
}

SOURCE: Source[InteractionRow] = Source(
    table=interactions,
    columns=row_columns,
    make=make_rows,
    sorts=SORTS,
    default_sort="created_at",
    default_descending=True,
    fields=FIELDS,
    searched_through=_of_customers_found,
)
