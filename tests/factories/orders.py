"""Orders and products through the actions, as the window makes them; and orders with a total only, as imports do."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.orm import Session

from crm_desktop.orders.actions import add_order
from crm_desktop.orders.product_actions import add_product
from crm_desktop.orders.validation import LineInput, OrderInput, ProductInput
from tests.factories.rows import counter, insert

WHEN = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def line(
    description: str = "Tea", quantity: str = "1", price: str = "10", discount: str = "0", **more: Any
) -> LineInput:
    return LineInput(description, Decimal(quantity), Decimal(price), Decimal(discount), **more)


def ordered(session: Session, customer_id: UUID, *lines: LineInput, **more: Any) -> UUID:
    """An order, of a line at 10.00 where none is given."""
    return add_order(session, OrderInput(customer_id, lines=lines or (line(),), **{"ordered_at": WHEN, **more}))


def product(session: Session, sku: str, name: str, price: str = "18.00", **more: Any) -> UUID:
    return add_product(session, ProductInput(sku, name, unit_price=Decimal(price), **more))


def bought(connection: psycopg.Connection[Any], customer_id: UUID, total: float = 100, **values: Any) -> UUID:
    """An order that has been paid."""
    given = {"order_number": f"B-{next(counter)}", "customer_id": customer_id, "status": "paid", "total": total}
    identity: UUID = insert(connection, "orders", {**given, **values})
    return identity
