"""Reading customers: the list, a card, the figures above the list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Table, any_, bindparam, exists, func, literal, select
from sqlalchemy.orm import Session

from crm_desktop.access.models import User
from crm_desktop.analytics.queries import created_since, customers_by_type_and_status
from crm_desktop.attachments.models import Attachment
from crm_desktop.duplicates.merged import survivor_of
from crm_desktop.duplicates.models import CustomerMerge
from crm_desktop.errors import NotFound
from crm_desktop.interactions.queries import follow_up_counts
from crm_desktop.listing.folding import number_key
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest
from crm_desktop.loyalty.models import LoyaltyAccount

from .listed import SOURCE, unchecked_phone
from .models import Customer
from .names import shown_name
from .other_values import texts_of
from .rows import CustomerDetails, CustomerRow, StatCounts

RECENT_DAYS = 30

_customers: Table = Customer.__table__  # type: ignore[assignment]


def customer_listing(request: ListRequest, clock: Clock | None = None) -> Listing[CustomerRow]:
    """The list of customers. InvalidFilter when the request's filter cannot be used."""
    return Listing(SOURCE, request, clock)


def customer_card(session: Session, customer_id: UUID) -> CustomerDetails:
    """All that a customer's card shows; NotFound when the customer is gone."""
    row = session.execute(_card_statement(), {"customer": customer_id}).mappings().one_or_none()
    if row is None:
        survivor = survivor_of(session, customer_id)
        if survivor is not None:
            name = customer_card(session, survivor).name
            raise NotFound(f"This customer was merged into {name}.", hint="Open that one instead.")
        raise NotFound("This customer is not there any more.", hint="Somebody may have deleted it.")
    return CustomerDetails(
        id=row["id"],
        name=row["name"],
        customer_number=row["customer_number"] or "",
        company_name=row["company_name"] or "",
        contact_name=row["contact_name"] or "",
        email=row["email"] or "",
        phone=row["phone"] or "",
        phone_checked=row["phone_checked"],
        address=row["address"] or "",
        city=row["city"] or "",
        state=row["state"] or "",
        country=row["country"] or "",
        postal_code=row["postal_code"] or "",
        customer_type=row["customer_type"] or "",
        status=row["status"] or "",
        source=row["source"] or "",
        tags=texts_of(row["tags"]),
        notes=row["notes"] or "",
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        user_id=row["user_id"],
        tier=row["tier"],
        points_balance=row["points_balance"],
        total_earned=row["total_earned"],
        total_redeemed=row["total_redeemed"],
        last_contact=row["last_contact"],
        next_follow_up=row["next_follow_up"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
        other_emails=texts_of(row["other_emails"]),
        other_phones=texts_of(row["other_phones"]),
        has_contacts=row["contacts_text"] != "",
        has_files=row["has_files"],
        has_merged=row["has_merged"],
    )


def customer_or_survivor(session: Session, customer_id: UUID) -> CustomerDetails:
    """The same, and of a customer who was merged into another one the card of that one."""
    try:
        return customer_card(session, customer_id)
    except NotFound:
        survivor = survivor_of(session, customer_id)
        if survivor is None:
            raise
        return customer_card(session, survivor)


@cache
def _card_statement() -> Select[Any]:
    """Built once: putting it together takes longer than running it."""
    c = _customers.c
    owner, account = User.__table__.alias("owner"), LoyaltyAccount.__table__
    attached, merges = Attachment.__table__, CustomerMerge.__table__
    return (
        select(
            _customers,
            shown_name(c).label("name"),
            (~unchecked_phone(c)).label("phone_checked"),
            func.coalesce(owner.c.display_name, "").label("owner_name"),
            account.c.points_balance,
            account.c.total_earned,
            account.c.total_redeemed,
            exists().where(attached.c.customer_id == c.id).label("has_files"),
            exists().where(merges.c.survivor_id == c.id).label("has_merged"),
        )
        .select_from(
            _customers.outerjoin(owner, owner.c.id == c.owner_id).outerjoin(account, account.c.user_id == c.user_id)
        )
        .where(c.id == bindparam("customer", type_=c.id.type))
    )


def customer_numbered(session: Session, number: str) -> UUID | None:
    """Who has this customer number, in upper or lower case."""
    c = _customers.c
    statement = select(c.id).where(c.number_key == number_key(number), c.number_key != "")
    return session.execute(statement).scalar_one_or_none()


def customer_names(session: Session, ids: Collection[UUID]) -> tuple[str, ...]:
    """The names of those that are there, in order."""
    c = _customers.c
    wanted = literal(list(ids), ARRAY(c.id.type))
    found = session.execute(select(shown_name(c)).where(c.id == any_(wanted)).order_by(c.name_key, c.id))
    return tuple(found.scalars())


def stat_counts(session: Session, clock: Clock | None = None) -> StatCounts:
    """The figures above the list. Days and months are those of the clock's local calendar."""
    clock = clock or Clock()
    by_type: dict[str, int] = {}
    by_status: dict[str, int] = {}
    for row in customers_by_type_and_status(session):
        by_type[row.customer_type] = by_type.get(row.customer_type, 0) + row.count
        by_status[row.status] = by_status.get(row.status, 0) + row.count
    pending, overdue, today = follow_up_counts(session, clock)
    recent = clock.midnight(clock.today - timedelta(days=RECENT_DAYS - 1))
    return StatCounts(
        total=sum(by_type.values()),
        by_type=by_type,
        by_status=by_status,
        new_this_month=created_since(session, "acquired", clock.period("this_month")[0]),
        recent_interactions=created_since(session, "interactions", recent),
        pending_follow_ups=pending,
        overdue_follow_ups=overdue,
        due_today=today,
    )
