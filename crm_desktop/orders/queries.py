"""Reading orders and products: the lists, one of each, and a customer's history."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal_column, or_, select, text
from sqlalchemy.orm import Session

from crm_desktop.errors import NotFound
from crm_desktop.listing.filter_sql import search_sql
from crm_desktop.listing.folding import number_key
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest
from crm_desktop.listing.search import terms

from . import product_listed
from .currencies import USUAL_HERE
from .listed import SOURCE, make_rows, order_lines, orders, products, row_columns
from .models import SKU_FOLDED, CustomerPurchases
from .numbers import next_number, this_year
from .rows import FoundProduct, KnownProduct, OrderDetails, OrderHistory, OrderLineRow, OrderRow, ProductRow, Spent

MOST_FOUND = 8
MOST_NAMED = 3
GONE = "This order is not there any more."
PRODUCT_GONE = "This product is not there any more."
_FOLDED_SKU: Any = literal_column(SKU_FOLDED)
_DELETED = "Somebody may have deleted it."


def order_listing(request: ListRequest, clock: Clock | None = None) -> Listing[OrderRow]:
    """The list of orders; a search finds them by number or through their customer. InvalidFilter as for customers."""
    return Listing(SOURCE, request, clock)


def product_listing(request: ListRequest, clock: Clock | None = None) -> Listing[ProductRow]:
    """The list of products."""
    return Listing(product_listed.SOURCE, request, clock)


def order(session: Session, order_id: UUID) -> OrderDetails:
    """All of an order; NotFound when it is gone."""
    c = orders.c
    found = session.execute(select(*row_columns(c), c.notes).where(c.id == order_id)).one_or_none()
    if found is None:
        raise NotFound(GONE, hint=_DELETED)
    row = make_rows(session.connection(), [found])[0]
    return OrderDetails(
        id=row.id,
        order_number=row.order_number,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        contact_id=found.contact_id,
        contact=row.contact,
        ordered_at=row.ordered_at,
        status=row.status,
        currency=row.currency,
        total=row.total,
        notes=found.notes or "",
        points=row.points,
        lines=lines_of(session, order_id),
        version=row.version,
    )


def order_numbered(session: Session, number: str, *, lock: bool = False) -> OrderDetails | None:
    """The order that has this number, whatever its case; with `lock`, nobody else changes it before this transaction
    ends."""
    c = orders.c
    statement = select(c.id).where(c.number_key == number_key(number), c.number_key != "")
    found = session.execute(statement.with_for_update() if lock else statement).scalar_one_or_none()
    return None if found is None else order(session, found)


def lines_of(session: Session, order_id: UUID) -> tuple[OrderLineRow, ...]:
    """The lines of an order by their places."""
    c = order_lines.c
    statement = (
        select(c.id, c.product_id, c.description, c.quantity, c.unit_price, c.discount_percent, c.line_total)
        .where(c.order_id == order_id)
        .order_by(c.position, c.created_at, c.id)
    )
    return tuple(OrderLineRow._make(row) for row in session.execute(statement))


def proposed_number(session: Session) -> str:
    """The number that the next order gets unless somebody types another."""
    return next_number(session, this_year())


def find_products(session: Session, words: str) -> list[FoundProduct]:
    """The first few active products that a search finds, those whose SKU or name it is first."""
    c = products.c
    text = product_listed.search_text(c)
    given = terms(words)
    folded = " ".join(given)
    exact = (func.crm.fold(c.sku) == folded) | (c.name_key == folded)
    statement = (
        select(c.id, c.sku, c.name, func.coalesce(c.category, ""), c.unit_price, c.currency)
        .where(c.is_active, search_sql(given, text))
        .order_by(exact.desc(), c.name_key, c.id)
        .limit(MOST_FOUND)
    )
    return [FoundProduct._make(row) for row in session.execute(statement)]


def product(session: Session, product_id: UUID) -> ProductRow:
    """One product; NotFound when it is gone."""
    c = products.c
    found = session.execute(select(*product_listed.row_columns(c)).where(c.id == product_id)).all()
    if not found:
        raise NotFound(PRODUCT_GONE, hint=_DELETED)
    return product_listed.make_rows(session.connection(), found)[0]


def product_of(session: Session, sku: str, *, lock: bool = False) -> ProductRow:
    """The product that has this SKU, whatever its case; NotFound where there is none. `lock` as of an order."""
    statement = select(products.c.id).where(number_key(sku) == _FOLDED_SKU)
    found = session.execute(statement.with_for_update() if lock else statement).scalar_one_or_none()
    if found is None:
        raise NotFound(f"There is no product {sku}.")
    return product(session, found)


def known_products(session: Session, skus: Collection[str], ids: Collection[UUID]) -> list[KnownProduct]:
    """Those of the products that are there."""
    c = products.c
    chosen = or_(_FOLDED_SKU.in_(list(map(number_key, skus))), c.id.in_(ids))
    return [
        KnownProduct._make(row)
        for row in session.execute(select(c.id, c.sku, c.name, c.unit_price, c.currency, c.is_active).where(chosen))
    ]


def usual_currency(session: Session) -> str:
    """What orders and products without a currency are taken to be in."""
    code: str = session.execute(text(USUAL_HERE)).scalar_one()
    return code


def categories(session: Session) -> tuple[str, ...]:
    """The categories in use, in alphabetical order."""
    c = products.c
    statement = select(c.category).where(func.coalesce(c.category, "") != "").distinct().order_by(c.category)
    return tuple(session.execute(statement).scalars())


def order_history(session: Session, customer_id: UUID, limit: int) -> OrderHistory:
    """A customer's latest orders with what was ordered, and what was spent in each currency."""
    c = orders.c
    found = session.execute(
        select(*row_columns(c))
        .where(c.customer_id == customer_id)
        .order_by(c.ordered_at.desc(), c.id.desc())
        .limit(limit + 1)
    ).all()
    rows = make_rows(session.connection(), found[:limit])
    words = _summaries(session, [row.id for row in rows])
    return OrderHistory(
        tuple(row._replace(summary=words.get(row.id, "")) for row in rows),
        len(found) > limit,
        spent(session, customer_id),
    )


def spent(session: Session, customer_id: UUID) -> tuple[Spent, ...]:
    """What a customer has bought, by currency."""
    c = CustomerPurchases.__table__.c
    statement = (
        select(c.currency, c.orders, c.spent, c.first_order_at, c.last_order_at)
        .where(c.customer_id == customer_id)
        .order_by(c.orders.desc(), c.currency)
    )
    return tuple(Spent._make(row) for row in session.execute(statement))


def _summaries(session: Session, ids: list[UUID]) -> dict[UUID, str]:
    """The first few things on each order: "Chai, Chang and 2 more"."""
    if not ids:
        return {}
    c = order_lines.c
    statement = (
        select(c.order_id, c.description).where(c.order_id.in_(ids)).order_by(c.order_id, c.position, c.created_at)
    )
    named: dict[UUID, list[str]] = {}
    for order_id, description in session.execute(statement):
        named.setdefault(order_id, []).append(description)
    words = {}
    for order_id, texts in named.items():
        more = len(texts) - MOST_NAMED
        words[order_id] = ", ".join(texts[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return words


def revenue(session: Session, request: ListRequest, clock: Clock | None = None) -> tuple[tuple[str, Decimal], ...]:
    """What the orders of a list come to, by currency, the usual one first; cancelled and refunded ones aside."""
    listing = order_listing(request, clock)
    c = orders.c
    if listing.narrowed:
        met = listing.condition(session.connection(), orders)
        statement = select(c.currency, func.sum(c.total)).where(met, func.crm.is_purchase(c.status))
        statement = statement.group_by(c.currency)
    else:
        kept = CustomerPurchases.__table__.c
        statement = select(kept.currency, func.sum(kept.spent)).group_by(kept.currency)
    found = session.execute(statement.order_by(func.sum(1).desc(), literal_column("1"))).all()
    return tuple((row[0], row[1]) for row in found)
