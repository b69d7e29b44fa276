"""What the queries of orders and products hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID


class OrderRow(NamedTuple):
    """One order in a list. `lines` is how many there are, `points` what was earned by it."""

    id: UUID
    order_number: str
    customer_id: UUID
    customer_name: str
    ordered_at: datetime
    status: str
    currency: str
    total: Decimal
    contact: str
    version: int
    lines: int
    points: int
    summary: str = ""
    """What was ordered, in a line; filled in a customer's history only."""


class OrderLineRow(NamedTuple):
    """One line of an order, in the order of its place."""

    id: UUID
    product_id: UUID | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    line_total: Decimal


@dataclass(frozen=True)
class OrderDetails:
    """All of one order, for its dialog."""

    id: UUID
    order_number: str
    customer_id: UUID
    customer_name: str
    contact_id: UUID | None
    contact: str
    ordered_at: datetime
    status: str
    currency: str
    total: Decimal
    notes: str
    points: int
    lines: tuple[OrderLineRow, ...]
    version: int


class ProductRow(NamedTuple):
    """One product in a list. `ordered` is on how many lines of orders it stands, at most `queries.MOST_ORDERED`."""

    id: UUID
    sku: str
    name: str
    category: str
    unit_price: Decimal
    currency: str
    is_active: bool
    version: int
    ordered: int


class FoundProduct(NamedTuple):
    """A product that can be put on an order."""

    id: UUID
    sku: str
    name: str
    category: str
    unit_price: Decimal
    currency: str


class KnownProduct(NamedTuple):
    """What a line takes from the catalogue."""

    id: UUID
    sku: str
    name: str
    unit_price: Decimal
    currency: str
    is_active: bool


class Spent(NamedTuple):
    """What a customer has bought in one currency, cancelled and refunded orders aside."""

    currency: str
    orders: int
    spent: Decimal
    first_order_at: datetime
    last_order_at: datetime


@dataclass(frozen=True)
class OrderHistory:
    """A customer's orders, the latest first, and the totals of all of them, the largest number of orders first."""

    orders: tuple[OrderRow, ...]
    more: bool
    spent: tuple[Spent, ...]
