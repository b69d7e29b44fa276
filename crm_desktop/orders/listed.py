"""The list of orders: its columns, sort keys and filter fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    any_,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from crm_desktop.customers.models import Contact, Customer
from crm_desktop.interactions.listed import contact_names, customer_names
from crm_desktop.listing.filter_sql import search_sql
from crm_desktop.listing.filters import Field, Kind, Related, Through
from crm_desktop.listing.source import Columns, SortKey, Source
from crm_desktop.loyalty.models import LedgerEntry

from .models import Order, OrderLine, Product
from .numbers import has_number
from .rows import OrderRow
from .validation import ORDER_STATUSES

_EARNED = ("earn", "adjust")
orders: Table = Order.__table__  # type: ignore[assignment]
order_lines: Table = OrderLine.__table__  # type: ignore[assignment]
products: Table = Product.__table__  # type: ignore[assignment]
ledger: Table = LedgerEntry.__table__  # type: ignore[assignment]
_customers: Table = Customer.__table__  # type: ignore[assignment]
_contacts: Table = Contact.__table__  # type: ignore[assignment]


def row_columns(c: Columns) -> Sequence[ColumnElement[Any]]:
    """What an OrderRow is made of, besides names, number of lines and points."""
    return (
        c.id,
        c.order_number,
        c.customer_id,
        c.ordered_at,
        c.status,
        c.currency,
        c.total,
        c.contact_id,
        c.version,
    )


def make_rows(connection: Connection, found: Sequence[Any]) -> list[OrderRow]:
    """Rows of what `row_columns` brought, with what other tables add."""
    ids = [row[0] for row in found]
    customers = customer_names(connection, {row[2] for row in found})
    contacts = contact_names(connection, {row[7] for row in found if row[7] is not None})
    lines = _per_order(connection, func.count(), order_lines, ids)
    points = points_earned(connection, ids)
    return [
        OrderRow(
            id=row[0],
            order_number=row[1],
            customer_id=row[2],
            customer_name=customers.get(row[2], ""),
            ordered_at=row[3],
            status=row[4],
            currency=row[5],
            total=row[6],
            contact=contacts.get(row[7], ""),
            version=row[8],
            lines=lines.get(row[0], 0),
            points=points.get(row[0], 0),
        )
        for row in found
    ]


def points_earned(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, int]:
    """The points that orders brought, less what was taken back since."""
    return _per_order(connection, func.sum(ledger.c.points), ledger, ids, ledger.c.kind.in_(_EARNED))


def _per_order(
    connection: Connection, value: ColumnElement[Any], table: Table, ids: Sequence[UUID], *which: ColumnElement[bool]
) -> dict[UUID, int]:
    if not ids:
        return {}
    key = table.c.order_id
    statement = select(key, value).where(key == any_(literal(list(ids), ARRAY(key.type))), *which).group_by(key)
    return {row[0]: int(row[1]) for row in connection.execute(statement)}


def _found(table: FromClause, words: Sequence[str]) -> ColumnElement[bool]:
    """Orders whose number begins so, and those of the customers who are found."""
    customers = select(_customers.c.id).where(search_sql(words, _customers.c.search_text))
    mine = orders.alias("of_found")
    found = [select(mine.c.id).where(mine.c.customer_id.in_(customers))]
    if len(words) == 1:
        numbered = orders.alias("numbered")
        found.append(select(numbered.c.id).where(has_number(numbered.c, words[0])))
    return table.c.id.in_(union_all(*found))


def _named(table: Table, key: str, name: str) -> Any:
    """The folded name of a row of another table, whose id stands under `key`."""

    def read(c: Columns) -> ColumnElement[Any]:
        other = table.alias(f"named_by_{key}")
        column: ColumnElement[Any] = other.c[name]
        return func.coalesce(select(column).where(other.c.id == c[key]).scalar_subquery(), "")

    return read


_buyer = _customers.alias("buyer")
_sold = Through(products, "id", "product_id")
_NONE: ColumnElement[str] = literal_column("''")  # written out: statistics are found by it

LINE_FIELDS = {
    "product_id": Field(Kind.REFERENCE, "Product", lambda c: c.product_id),
    "product": Field(Kind.TEXT, "Product name", lambda c: c.name_key, through=_sold),
    "category": Field(
        Kind.TEXT,
        "Category",
        lambda c: func.crm.fold(func.btrim(func.coalesce(c.category, _NONE))),
        through=_sold,
    ),
    "description": Field(Kind.TEXT, "Description", lambda c: func.crm.fold(c.description), may_be_blank=False),
    "quantity": Field(Kind.NUMBER, "Quantity", lambda c: c.quantity, may_be_blank=False),
    "line_total": Field(Kind.NUMBER, "Line total", lambda c: c.line_total, may_be_blank=False),
}

FIELDS = {
    "id": Field(Kind.REFERENCE, "Order", lambda c: c.id, may_be_blank=False),
    "customer_id": Field(Kind.REFERENCE, "Customer", lambda c: c.customer_id, may_be_blank=False),
    "customer": Field(Kind.TEXT, "Customer name", _named(_customers, "customer_id", "name_key")),
    "order_number": Field(Kind.TEXT, "Number", lambda c: c.number_key, may_be_blank=False),
    "status": Field(Kind.CHOICE, "Status", lambda c: c.status, ORDER_STATUSES, blank="", may_be_blank=False),
    "ordered_at": Field(Kind.MOMENT, "Date", lambda c: c.ordered_at, may_be_blank=False),
    "total": Field(Kind.MONEY, "Total", lambda c: c.total, may_be_blank=False, currency=lambda c: c.currency),
    "currency": Field(Kind.TEXT, "Currency", lambda c: func.lower(c.currency), may_be_blank=False),
    "ordered_by": Field(Kind.TEXT, "Ordered by", _named(_contacts, "contact_id", "name_key")),
    "contact_id": Field(Kind.REFERENCE, "Contact", lambda c: c.contact_id),
    "notes": Field(Kind.TEXT, "Notes", lambda c: func.crm.fold(func.coalesce(c.notes, ""))),
    "counts": Field(Kind.YES_NO, "Counts as revenue", lambda c: func.crm.is_purchase(c.status), may_be_blank=False),
    "points": Field(
        Kind.YES_NO,
        "Earned points",
        lambda c: (
            select(func.sum(ledger.c.points))
            .where(ledger.c.order_id == c.id, ledger.c.kind.in_(_EARNED))
            .scalar_subquery()
            > 0
        ),
        may_be_blank=False,
    ),
    "lines": Field(
        Kind.RELATED,
        "Lines",
        lambda c: c.id,
        may_be_blank=False,
        related=Related(LINE_FIELDS, order_lines, "order_id"),
    ),
    "updated_at": Field(Kind.MOMENT, "Updated", lambda c: c.updated_at, may_be_blank=False),
}

SORTS = {
    "ordered_at": SortKey(lambda c: c.ordered_at),
    "order_number": SortKey(lambda c: c.number_key, blank=""),
    "status": SortKey(lambda c: c.status, blank=""),
    "total": SortKey(lambda c: c.total),
    "customer_name": SortKey(
        _named(_customers, "customer_id", "name_key"),
        indexed=False,
        joined=lambda c: (_buyer.c.id == c.customer_id, _buyer.c.name_key),
    ),
}

SOURCE: Source[OrderRow] = Source(
    table=orders,
    columns=row_columns,
    make=make_rows,
    sorts=SORTS,
    default_sort="ordered_at",
    default_descending=True,
    fields=FIELDS,
    searched_through=_found,
)
