"""Who is in a segment, asked when it is needed: nothing keeps a list of members that could grow stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Table, false, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from crm_desktop.analytics.queries import customers_by_type_and_status
from crm_desktop.customers.listed import FIELDS
from crm_desktop.customers.models import Customer
from crm_desktop.errors import NotFound
from crm_desktop.listing.filter_segments import names_segments, with_segments
from crm_desktop.listing.filter_sql import to_sql
from crm_desktop.listing.filters import InvalidFilter, parse
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest

from .queries import segments
from .rows import SegmentRow

_customers: Table = Customer.__table__  # type: ignore[assignment]


def in_segment(segment_id: UUID) -> dict[str, Any]:
    """The filter that means a segment as it is when the list is read."""
    return {"field": "segment", "operator": "is", "value": str(segment_id)}


def members(segment_id: UUID) -> ListRequest:
    """A segment's customers, as a list of customers is asked for."""
    return ListRequest(filter=in_segment(segment_id))


def check_criteria(session: Session, criteria: Mapping[str, Any], inside: tuple[UUID, str] | None = None) -> None:
    """InvalidFilter with the place of the first fault; `inside`: the id and name of the segment whose they are."""
    tree = parse(criteria, FIELDS)
    if names_segments(tree, FIELDS):
        with_segments(tree, FIELDS, session.connection(), inside=inside)


def segments_of(session: Session, customer_id: UUID, clock: Clock | None = None) -> tuple[tuple[SegmentRow, bool], ...]:
    """Every segment in use, and whether this customer is in it; those that cannot be evaluated are left out.

    One query asks them all. NotFound when the customer is gone.
    """
    clock, connection = clock or Clock(), session.connection()
    asked: list[SegmentRow] = []
    conditions = []
    for row in segments(session):
        if not row.is_active:
            continue
        try:
            tree = with_segments(parse(row.criteria, FIELDS), FIELDS, connection, inside=(row.id, row.name))
        except InvalidFilter:
            continue
        asked.append(row)
        conditions.append(func.coalesce(to_sql(tree, FIELDS, _customers, clock, row_by_row=True), false()))
    answers: array[Any] = array(conditions, type_=Boolean())
    found = session.execute(select(answers).where(_customers.c.id == customer_id)).scalar_one_or_none()
    if found is None:
        raise NotFound("This customer is not there any more.", hint="Somebody may have deleted it.")
    return tuple(zip(asked, found, strict=True))


def all_customers(session: Session) -> int:
    """How many customers there are, from the summary that the database keeps."""
    return sum(row.count for row in customers_by_type_and_status(session))
