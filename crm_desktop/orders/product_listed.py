"""The list of products: its columns, sort keys and filter fields. Products are thousands, not millions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, Text, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from crm_desktop.listing.filter_sql import search_sql
from crm_desktop.listing.filters import Field, Kind
from crm_desktop.listing.source import Columns, SortKey, Source

from .listed import order_lines, products
from .rows import ProductRow

MOST_ORDERED = 1_000
"""Beyond so many lines nobody counts: a page of best-sellers would read them all."""


def row_columns(c: Columns) -> Sequence[ColumnElement[Any]]:
    """What a ProductRow is made of, besides how often it was ordered."""
    category = func.coalesce(c.category, "").label("category")
    return (c.id, c.sku, c.name, category, c.unit_price, c.currency, c.is_active, c.version)


def make_rows(connection: Connection, found: Sequence[Any]) -> list[ProductRow]:
    """Rows of what `row_columns` brought."""
    ordered = times_ordered(connection, [row[0] for row in found])
    return [ProductRow._make((*row, ordered.get(row[0], 0))) for row in found]


def times_ordered(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, int]:
    """On how many lines of orders products stand, one more than MOST_ORDERED where it is more."""
    if not ids:
        return {}
    c = products.c
    mine = order_lines.c.product_id == c.id
    some = select(literal(1).label("one")).where(mine).correlate(products).limit(MOST_ORDERED + 1).subquery()
    counted = select(func.count()).select_from(some).scalar_subquery()
    return {
        row[0]: row[1]
        for row in connection.execute(select(c.id, counted).where(c.id == any_(literal(list(ids), ARRAY(c.id.type)))))
    }


def search_text(c: Columns) -> ColumnElement[str]:
    """Name, SKU and category, each word with a space before it."""
    text: ColumnElement[str] = func.crm.fold(func.concat_ws(" ", "", c.name, c.sku, c.category), type_=Text)
    return text


def _found(table: FromClause, words: Sequence[str]) -> ColumnElement[bool]:
    return search_sql(words, search_text(table.c))


def _folded(name: str) -> Any:
    return lambda c: func.crm.fold(func.coalesce(c[name], ""), type_=Text)


FIELDS = {
    "name": Field(Kind.TEXT, "Name", lambda c: c.name_key, may_be_blank=False),
    "sku": Field(Kind.TEXT, "SKU", _folded("sku"), may_be_blank=False),
    "category": Field(Kind.TEXT, "Category", _folded("category")),
    "unit_price": Field(Kind.NUMBER, "Price", lambda c: c.unit_price, may_be_blank=False),
    "currency": Field(Kind.TEXT, "Currency", lambda c: func.lower(c.currency), may_be_blank=False),
    "is_active": Field(Kind.YES_NO, "Active", lambda c: c.is_active, may_be_blank=False),
}

SORTS = {
    "name": SortKey(lambda c: c.name_key, blank=""),
    "sku": SortKey(_folded("sku"), blank=""),
    "category": SortKey(_folded("category"), blank=""),
    "unit_price": SortKey(lambda c: c.unit_price),
    "is_active": SortKey(lambda c: c.is_active),
}

SOURCE: Source[ProductRow] = Source(
    table=products,
    columns=row_columns,
    make=make_rows,
    sorts=SORTS,
    default_sort="name",
    fields=FIELDS,
    searched_through=_found,
)
