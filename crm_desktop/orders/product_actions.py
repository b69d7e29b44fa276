"""Changing products. Nothing here commits; every save names the version it saw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, literal_column, select, update
from sqlalchemy.orm import Session

from crm_desktop.errors import CrmError, InvalidInput, NotFound, StaleRow
from crm_desktop.listing.folding import number_key

from .listed import products
from .models import SKU_FOLDED
from .product_listed import MOST_ORDERED, times_ordered
from .queries import PRODUCT_GONE, product
from .validation import ProductInput, validate_product

_TAKEN = "Another product has this SKU."


def add_product(session: Session, given: ProductInput, product_id: UUID | None = None) -> UUID:
    """Saves a new product, under `product_id` where it is given; returns its id. InvalidInput when a field cannot be
    saved."""
    values = _values(session, validate_product(given), None)
    if product_id is not None:
        values["id"] = product_id
    identity: UUID = session.execute(insert(products).values(values).returning(products.c.id)).scalar_one()
    return identity


def edit_product(session: Session, product_id: UUID, version: int, given: ProductInput) -> int:
    """Saves over the version that was seen; returns the new one. StaleRow when somebody else saved first."""
    return _update(session, product_id, version, _values(session, validate_product(given), product_id))


def set_active(session: Session, product_id: UUID, version: int, active: bool) -> int:
    """Whether the product can still be put on orders; returns the new version."""
    return _update(session, product_id, version, {"is_active": active})


def delete_product(session: Session, product_id: UUID) -> None:
    """Deletes a product that was never ordered. CrmError with the way out for another one."""
    ordered = times_ordered(session.connection(), [product_id]).get(product_id, 0)
    if ordered:
        count = f"more than {MOST_ORDERED:,}" if ordered > MOST_ORDERED else f"{ordered:,}"
        raise CrmError(
            f"This product stands on {count} {'line' if ordered == 1 else 'lines'} of orders, so it has to stay.",
            hint="Deactivate it instead: it can no longer be ordered, and old orders keep it.",
        )
    gone = session.execute(delete(products).where(products.c.id == product_id).returning(products.c.id)).one_or_none()
    if gone is None:
        raise NotFound(PRODUCT_GONE, hint="Somebody may have deleted it.")


def _update(session: Session, product_id: UUID, version: int, values: dict[str, Any]) -> int:
    statement = (
        update(products)
        .where(products.c.id == product_id, products.c.version == version)
        .values(values)
        .returning(products.c.version)
    )
    new_version: int | None = session.execute(statement).scalar_one_or_none()
    if new_version is None:
        raise StaleRow(theirs=product(session, product_id))
    return new_version


def _values(session: Session, clean: ProductInput, product_id: UUID | None) -> dict[str, Any]:
    same = literal_column(SKU_FOLDED) == number_key(clean.sku)
    other = select(products.c.id).where(same, products.c.id.is_distinct_from(product_id))
    if session.execute(other).first() is not None:
        raise InvalidInput({"sku": _TAKEN})
    return {
        "sku": clean.sku,
        "name": clean.name,
        "category": clean.category or None,
        "unit_price": clean.unit_price,
        "currency": clean.currency,
        "is_active": clean.is_active,
    }
