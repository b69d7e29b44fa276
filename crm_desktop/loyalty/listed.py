"""The list of members: its columns, sort keys and filter fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    FromClause,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    case,
    func,
    literal_column,
    select,
)

from crm_desktop.customers.models import Customer
from crm_desktop.customers.names import shown_name
from crm_desktop.database.types import FoldedText
from crm_desktop.listing.filter_sql import search_sql
from crm_desktop.listing.filters import Field, Kind
from crm_desktop.listing.source import Columns, SortKey, Source

from .kinds import TIERS
from .ladder import Ladder
from .models import LoyaltyTier
from .rows import MemberRow
from .rules import BASIS_KEY, rules

_BY_BALANCE: ColumnElement[bool] = literal_column(
    f"EXISTS (SELECT FROM crm.settings WHERE key = '{BASIS_KEY}' AND value = '\"balance\"')", Boolean
)
_tiers: Table = LoyaltyTier.__table__  # type: ignore[assignment]
_customers: Table = Customer.__table__  # type: ignore[assignment]

# A list knows its rows by "id": here the account's, which is the user's.
_accounts = Table(
    "loyalty_accounts",
    MetaData(),
    Column("user_id", Uuid, key="id"),
    Column("tier", Text),
    Column("points_balance", BigInteger),
    Column("total_earned", BigInteger),
    Column("total_redeemed", BigInteger),
    Column("last_activity", DateTime(timezone=True)),
    Column("name_key", FoldedText),
    Column("tier_rank", SmallInteger),
    schema="crm",
)


def row_columns(c: Columns) -> Sequence[ColumnElement[Any]]:
    """What a MemberRow is made of, besides the customer and the way to the next tier."""
    return (
        c.id,
        func.coalesce(c.tier, "").label("tier"),
        func.coalesce(c.points_balance, 0).label("points_balance"),
        func.coalesce(c.total_earned, 0).label("total_earned"),
        func.coalesce(c.total_redeemed, 0).label("total_redeemed"),
        c.last_activity,
        expired(c),
    )


def expired(c: Columns) -> ColumnElement[Any]:
    """Points that nobody used in time: what was earned and is neither there nor redeemed."""
    return func.coalesce(c.total_earned - c.total_redeemed - c.points_balance, 0).label("expired")


def _to_next(c: Columns) -> ColumnElement[Any]:
    """The points to the next tier by the rules as they are; null at the top."""
    points = case((_BY_BALANCE, c.points_balance), else_=c.total_earned)
    following = select(func.min(_tiers.c.threshold)).where(_tiers.c.threshold > points).scalar_subquery()
    return following - points


def make_rows(connection: Connection, found: Sequence[Any]) -> list[MemberRow]:
    """Rows of what `row_columns` brought."""
    if not found:
        return []
    c = _customers.c
    statement = select(c.user_id, c.id, shown_name(c)).where(c.user_id.in_([row[0] for row in found]))
    customers = {account: (customer, name) for account, customer, name in connection.execute(statement)}
    ladder = Ladder.of(rules(connection))
    rows = []
    for account, tier, balance, earned, redeemed, active, gone in found:
        customer, name = customers.get(account, (None, ""))
        to_next = ladder.step(balance, earned).to_next
        rows.append(MemberRow(account, customer, name, tier, balance, earned, redeemed, gone, to_next, active))
    return rows


def _of_customers_found(table: FromClause, words: Sequence[str]) -> ColumnElement[bool]:
    found = select(_customers.c.user_id).where(
        _customers.c.user_id.is_not(None), search_sql(words, _customers.c.search_text)
    )
    return table.c.id.in_(found)


FIELDS = {
    "is_customer": Field(Kind.YES_NO, "Has a customer", lambda c: c.name_key.is_not(None), may_be_blank=False),
    "name": Field(Kind.TEXT, "Name", lambda c: func.coalesce(c.name_key, "")),
    "tier": Field(
        Kind.CHOICE, "Tier", lambda c: c.tier_rank, TIERS, blank=0,
        stored={tier: rank for rank, tier in enumerate(TIERS, start=1)},
    ),
    "points_balance": Field(Kind.NUMBER, "Balance", lambda c: c.points_balance),
    "total_earned": Field(Kind.NUMBER, "Earned", lambda c: c.total_earned),
    "total_redeemed": Field(Kind.NUMBER, "Redeemed", lambda c: c.total_redeemed),
    "expired": Field(Kind.NUMBER, "Expired", expired),
    "last_activity": Field(Kind.MOMENT, "Last activity", lambda c: c.last_activity),
}  # fmt: skip

SORTS = {
    "name": SortKey(lambda c: c.name_key),
    "tier": SortKey(lambda c: c.tier_rank, blank=0),
    "points_balance": SortKey(lambda c: c.points_balance),
    "total_earned": SortKey(lambda c: c.total_earned),
    "total_redeemed": SortKey(lambda c: c.total_redeemed),
    "expired": SortKey(expired, indexed=False),
    "to_next": SortKey(_to_next, indexed=False),
    "last_activity": SortKey(lambda c: c.last_activity),
}

SOURCE: Source[MemberRow] = Source(
    table=_accounts,
    columns=row_columns,
    make=make_rows,
    sorts=SORTS,
    default_sort="name",
    fields=FIELDS,
    searched_through=_of_customers_found,
)
