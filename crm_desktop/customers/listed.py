"""The list of customers: its columns, sort keys and filter fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from crm_desktop.duplicates.models import DuplicatePair
from crm_desktop.duplicates.queries import USUAL_SCORE
from crm_desktop.interactions.listed import FIELDS as INTERACTION_FIELDS
from crm_desktop.interactions.listed import due, interactions
from crm_desktop.listing.filters import Field, Kind, Others, Related, Through
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.source import Columns, SortKey, Source
from crm_desktop.loyalty.kinds import TIERS
from crm_desktop.loyalty.models import LoyaltyAccount
from crm_desktop.loyalty.related import LEDGER, TIER_MOVES
from crm_desktop.orders.listed import FIELDS as ORDER_FIELDS
from crm_desktop.orders.listed import orders
from crm_desktop.orders.models import CustomerPurchases
from crm_desktop.segments.queries import criteria

from .found_contacts import name_found_contacts
from .models import Customer, DuplicateDecision
from .names import shown_name
from .other_values import read_texts
from .rows import CustomerRow
from .validation import CUSTOMER_STATUSES, CUSTOMER_TYPES

FOLLOW_UPS = ("pending", "overdue", "today", "week")
_TIER_RANKS = {tier: rank for rank, tier in enumerate(TIERS, start=1)}


def unchecked_phone(c: Columns) -> ColumnElement[bool]:
    """A phone number kept as written, because no valid international number could be made of it."""
    return and_(func.coalesce(c.phone, "") != "", c.phone_e164.is_(None))


def possible_duplicate(c: Columns) -> ColumnElement[bool]:
    """In a pair of the last scan that is likely enough and still open."""
    pairs, decisions = DuplicatePair.__table__.c, DuplicateDecision.__table__.c
    decided = exists().where(decisions.first_id == pairs.first_id, decisions.second_id == pairs.second_id)
    is_open = and_(pairs.score >= literal(USUAL_SCORE), ~decided)
    open_pairs = union_all(select(pairs.first_id).where(is_open), select(pairs.second_id).where(is_open))
    identity: ColumnElement[Any] = c.id
    return identity.in_(open_pairs)


def row_columns(c: Columns) -> Sequence[ColumnElement[Any]]:
    """What a CustomerRow is made of, in its order."""
    return (
        c.id,
        shown_name(c).label("name"),
        func.coalesce(c.customer_type, "").label("customer_type"),
        func.coalesce(c.company_name, "").label("company_name"),
        func.coalesce(c.email, "").label("email"),
        func.coalesce(c.phone, "").label("phone"),
        (~unchecked_phone(c)).label("phone_checked"),
        func.coalesce(c.city, "").label("city"),
        func.coalesce(c.country, "").label("country"),
        func.coalesce(c.status, "").label("status"),
        c.tier,
        c.last_contact,
        c.next_follow_up,
        cast(c.tags, Text).label("tags"),
        c.version,
        c.created_at,
        cast(c.other_emails, Text).label("other_emails"),
        cast(c.other_phones, Text).label("other_phones"),
        func.coalesce(c.customer_number, "").label("customer_number"),
    )


def make_rows(connection: Connection, found: Sequence[Any]) -> list[CustomerRow]:
    """Rows of what `row_columns` brought."""
    return [
        CustomerRow._make(
            (*row[:13], read_texts(row[13]), *row[14:16], read_texts(row[16]), read_texts(row[17]), row[18], ())
        )
        for row in found
    ]


def _folded(name: str) -> Any:
    return lambda c: func.crm.fold(func.coalesce(c[name], ""))


def has_follow_ups(c: Columns, which: str, clock: Clock) -> ColumnElement[bool]:
    """Whether something is planned with the customer at all, or is overdue, or due in this local day or week."""
    if which == "pending":
        return and_(c.next_follow_up.is_not(None))
    if which == "overdue":
        return and_(c.next_follow_up < literal(clock.now))
    planned = interactions.alias("planned")
    return select(literal_column("1")).where(planned.c.customer_id == c.id, due(planned.c, which, clock)).exists()


def is_member(c: Columns) -> ColumnElement[bool]:
    """Has a loyalty account."""
    return exists().where(_accounts.table.c.user_id == c.user_id)


def _other_emails(c: Columns) -> Others:
    return Others(c.other_emails, lambda each: func.left(func.crm.fold(each), _LONGEST_KEY), _has_others(c))


def _other_phones(c: Columns) -> Others:
    return Others(c.other_phones, lambda each: func.left(func.crm.digits(each), _LONGEST_KEY), _has_others(c))


def _has_others(c: Columns) -> ColumnElement[bool]:
    """True of every row; of those with further emails or phones it is what their index is asked."""
    reach: ColumnElement[Any] = func.crm.reach(c.other_emails, c.other_phones)
    return reach.bool_op("@>")(literal_column("'{}'::text[]"))


def _all_values(main: str, others: str) -> Any:
    return lambda c: func.jsonb_build_array(c[main]).op("||")(c[others])


def _spent(c: Columns) -> Any:
    """What the customer has bought for, by currency."""
    each = _purchases.alias("spent")
    by_currency = func.jsonb_object_agg(each.c.currency, each.c.spent)
    return select(by_currency).where(each.c.customer_id == c.id).scalar_subquery()


_purchases: Table = CustomerPurchases.__table__  # type: ignore[assignment]
_bought = Through(
    select(
        _purchases.c.customer_id,
        func.sum(_purchases.c.orders).label("orders"),
        func.max(_purchases.c.last_order_at).label("last_order_at"),
    )
    .group_by(_purchases.c.customer_id)
    .subquery("bought"),
    "customer_id",
)
_accounts = Through(LoyaltyAccount.__table__, "user_id", "user_id")
_LONGEST_KEY = 300
"""What the keys of the table are cut to."""

FIELDS = {
    "id": Field(Kind.REFERENCE, "Customer", lambda c: c.id, may_be_blank=False),
    "search": Field(Kind.SEARCH, "Search", lambda c: c.search_text, may_be_blank=False),
    "name": Field(Kind.TEXT, "Name", lambda c: c.name_key, held=shown_name),
    "customer_number": Field(Kind.TEXT, "Customer number", lambda c: c.number_key),
    "company_name": Field(Kind.TEXT, "Company name", lambda c: c.company_key),
    "contact_name": Field(Kind.TEXT, "Contact name", _folded("contact_name")),
    "email": Field(
        Kind.TEXT,
        "Email",
        lambda c: c.email_key,
        others=_other_emails,
        held=_all_values("email", "other_emails"),
    ),
    "phone": Field(
        Kind.TEXT,
        "Phone",
        lambda c: c.phone_digits,
        others=_other_phones,
        held=_all_values("phone", "other_phones"),
    ),
    "phone_checked": Field(Kind.YES_NO, "Phone checked", lambda c: ~unchecked_phone(c), may_be_blank=False),
    "email_valid": Field(Kind.YES_NO, "Email valid", lambda c: func.crm.email_is_valid(c.email), may_be_blank=False),
    "reachable": Field(
        Kind.YES_NO,
        "Has contact data",
        lambda c: func.crm.is_reachable(c.email, c.phone, c.other_emails, c.other_phones),
        may_be_blank=False,
    ),
    "possible_duplicate": Field(Kind.YES_NO, "Possible duplicate", possible_duplicate, may_be_blank=False),
    "address": Field(Kind.TEXT, "Address", _folded("address")),
    "city": Field(Kind.TEXT, "City", lambda c: c.city_key),
    "state": Field(Kind.TEXT, "State", _folded("state")),
    "country": Field(Kind.TEXT, "Country", lambda c: c.country_key),
    "postal_code": Field(Kind.TEXT, "Postal code", _folded("postal_code")),
    "customer_type": Field(Kind.CHOICE, "Customer type", lambda c: c.type_key, CUSTOMER_TYPES, blank=""),
    "status": Field(Kind.CHOICE, "Status", lambda c: c.status_key, CUSTOMER_STATUSES, blank=""),
    "source": Field(Kind.TEXT, "Source", _folded("source")),
    "tags": Field(Kind.TAGS, "Tags", lambda c: c.tags),
    "notes": Field(Kind.TEXT, "Notes", _folded("notes")),
    "tier": Field(Kind.CHOICE, "Tier", lambda c: c.tier_rank, TIERS, blank=0, stored=_TIER_RANKS),
    "loyalty_member": Field(Kind.YES_NO, "In the loyalty programme", is_member, may_be_blank=False),
    "points_balance": Field(Kind.NUMBER, "Points balance", lambda c: c.points_balance, through=_accounts),
    "points_earned": Field(Kind.NUMBER, "Lifetime points", lambda c: c.total_earned, through=_accounts),
    "loyalty_activity": Field(Kind.MOMENT, "Last loyalty activity", lambda c: c.last_activity, through=_accounts),
    "ledger": Field(Kind.RELATED, "Ledger entries", lambda c: c.user_id, may_be_blank=False, related=LEDGER),
    "tier_moves": Field(Kind.RELATED, "Tier moves", lambda c: c.user_id, may_be_blank=False, related=TIER_MOVES),
    "orders": Field(
        Kind.RELATED,
        "Orders",
        lambda c: c.id,
        may_be_blank=False,
        related=Related(ORDER_FIELDS, orders, "customer_id"),
    ),
    "order_count": Field(
        Kind.NUMBER, "Number of orders", lambda c: c.orders, may_be_blank=False, through=replace(_bought, absent=0)
    ),
    "total_spent": Field(
        Kind.MONEY,
        "Total spent",
        lambda c: c.spent,
        may_be_blank=False,
        through=Through(_purchases, "customer_id", absent=0),
        currency=lambda c: c.currency,
        held=_spent,
    ),
    "last_order": Field(Kind.MOMENT, "Last order", lambda c: c.last_order_at, through=_bought),
    "owner_id": Field(Kind.REFERENCE, "Owner", lambda c: c.owner_id),
    "import_batch_id": Field(Kind.REFERENCE, "Import", lambda c: c.import_batch_id),
    "last_contact": Field(Kind.MOMENT, "Last contact", lambda c: c.last_contact),
    "next_follow_up": Field(Kind.MOMENT, "Next follow-up", lambda c: c.next_follow_up),
    "follow_ups": Field(
        Kind.CHOICE,
        "Follow-ups",
        has_follow_ups,
        FOLLOW_UPS,
        may_be_blank=False,
        computed=True,
        held=lambda c: c.next_follow_up,
    ),
    "interactions": Field(
        Kind.RELATED,
        "Interactions",
        lambda c: c.id,
        may_be_blank=False,
        related=Related(INTERACTION_FIELDS, interactions, "customer_id"),
    ),
    "segment": Field(Kind.SEGMENT, "Segment", lambda c: c.id, may_be_blank=False, load=criteria),
    "created_at": Field(Kind.MOMENT, "Created", lambda c: c.created_at),
    "updated_at": Field(Kind.MOMENT, "Updated", lambda c: c.updated_at),
}

SORTS = {
    "name": SortKey(lambda c: c.name_key, blank=""),
    "customer_type": SortKey(lambda c: c.type_key, blank=""),
    "company_name": SortKey(lambda c: c.company_key, blank=""),
    "email": SortKey(lambda c: c.email_key, blank=""),
    "phone": SortKey(lambda c: c.phone_digits, blank=""),
    "city": SortKey(lambda c: c.city_key, blank=""),
    "country": SortKey(lambda c: c.country_key, blank=""),
    "status": SortKey(lambda c: c.status_key, blank=""),
    "tier": SortKey(lambda c: c.tier_rank, blank=0),
    "last_contact": SortKey(lambda c: c.last_contact),
    "next_follow_up": SortKey(lambda c: c.next_follow_up),
    "tags": SortKey(lambda c: c.tags_key, blank=""),
    "created_at": SortKey(lambda c: c.created_at),
}

SOURCE: Source[CustomerRow] = Source(
    table=Customer.__table__,  # type: ignore[arg-type]
    columns=row_columns,
    make=make_rows,
    sorts=SORTS,
    default_sort="name",
    fields=FIELDS,
    search_text=lambda c: c.search_text,
    explain=name_found_contacts,
)
