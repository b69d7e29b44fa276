"""Products, orders and loyalty points for a first look: orders earn what is due, some points are redeemed.

Customers are enrolled after their orders have been written: what these earned is booked by hand, on the day of each.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from crm_desktop.demo.programme import MONTHS, SampleRules, sample_rules

if TYPE_CHECKING:
    import psycopg

# (sku, name, category, price in euro)
PRODUCTS = (
    ("DSK-160", "Standing desk Nordic 160", "Desks", 549), ("DSK-180", "Standing desk Nordic 180", "Desks", 629),
    ("DSK-120", "Corner desk Atelier 120", "Desks", 389), ("CHR-ARI", "Task chair Aria", "Chairs", 289),
    ("CHR-ERG", "Task chair Ergo Plus", "Chairs", 419), ("CHR-LNG", "Lounge chair Havn", "Chairs", 690),
    ("CHR-MTG", "Meeting chair Linea", "Chairs", 149), ("TBL-240", "Conference table Forum 240", "Tables", 1190),
    ("TBL-CAF", "Café table Bistro", "Tables", 179), ("LMP-DSK", "Desk lamp Lumen", "Lighting", 79),
    ("LMP-FLR", "Floor lamp Arc", "Lighting", 159), ("PNL-ACU", "Acoustic panel Silence", "Acoustics", 129),
    ("BTH-ONE", "Phone booth Solo", "Acoustics", 3490), ("CAB-ROL", "Pedestal Rolling 3", "Storage", 169),
    ("LCK-004", "Locker unit 4 doors", "Storage", 459), ("SHL-OPN", "Open shelf Grid", "Storage", 239),
    ("ARM-MON", "Monitor arm Reach", "Accessories", 99), ("TRY-CBL", "Cable tray", "Accessories", 29),
    ("MAT-STD", "Standing mat", "Accessories", 59), ("BRD-WHT", "Whiteboard 150 × 100", "Accessories", 139),
    ("SRV-INS", "Installation on site", "Services", 95), ("SRV-PLN", "Room planning", "Services", 240),
)  # fmt: skip
_REWARDS = ("Voucher 25 €", "Voucher 50 €", "Free delivery", "Desk lamp as a gift")
_EARNING = ("paid", "shipped", "completed")
# Points brought along from an earlier programme, so that every tier has members.
_OPENINGS = ((0.62, 0, 900), (0.86, 1_000, 4_500), (0.96, 5_000, 9_500), (1.0, 10_000, 24_000))


@dataclass(frozen=True)
class Buyer:
    id: UUID
    created_at: datetime
    customer_type: str


def add_commerce(connection: psycopg.Connection[Any], customers: list[Buyer], rng: random.Random) -> tuple[int, int]:
    """Orders for four in ten customers, a loyalty account for a third; returns how many of each. The caller commits."""
    products = _add_products(connection)
    orders = [order for buyer in customers if rng.random() < 0.4 for order in _orders_of(buyer, rng)]
    orders.sort(key=lambda order: order.ordered_at)
    written = _add_orders(connection, orders, products, rng)
    members = [buyer for buyer in customers if rng.random() < 0.34]
    accounts = _enrol(connection, members)
    contacts = _contacts(connection, members)
    entries = list(_ledger(members, accounts, orders, written, contacts, sample_rules(connection), rng))
    entries.sort(key=lambda entry: entry[-1])
    with connection.cursor() as cursor:
        # What comes in before what goes out, so that no balance falls below nothing on the way.
        for sign in (1, -1):
            cursor.executemany(
                "INSERT INTO crm.loyalty_ledger (user_id, kind, points, reason, order_id, contact_id, created_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [entry for entry in entries if entry[2] * sign > 0],
            )
        cursor.execute("SELECT crm.expire_points()")  # what the first window to open would take off
    return len(orders), len(members)


@dataclass(frozen=True)
class _Order:
    id: UUID
    customer_id: UUID
    ordered_at: datetime
    status: str
    size: int


def _orders_of(buyer: Buyer, rng: random.Random) -> Iterator[_Order]:
    """One soon after the customer came, then again and again at the customer's own pace; some stop one day."""
    now = datetime.now(UTC)
    pace = rng.choice((120, 240, 420, 900))
    until = now if rng.random() < 0.7 else buyer.created_at + (now - buyer.created_at) * rng.random()
    at = buyer.created_at + timedelta(days=rng.expovariate(1 / 12))
    while at < until:
        age = now - at
        if age < timedelta(days=5):
            status = "open" if rng.random() < 0.5 else "paid"
        elif age < timedelta(days=20):
            status = "shipped"
        else:
            status = "completed" if rng.random() < 0.93 else "cancelled"
        yield _Order(uuid4(), buyer.id, at, status, 6 if buyer.customer_type == "business" else 2)
        at += timedelta(days=rng.expovariate(1 / pace))


def _add_products(connection: psycopg.Connection[Any]) -> list[tuple[UUID, str, int]]:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO crm.products (sku, name, category, unit_price) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            PRODUCTS,
        )
        cursor.execute(
            "SELECT id, name, unit_price FROM crm.products WHERE sku = ANY (%s) ORDER BY sku",
            ([product[0] for product in PRODUCTS],),
        )
        return [(key, name, int(price)) for key, name, price in cursor.fetchall()]


def _add_orders(
    connection: psycopg.Connection[Any],
    orders: list[_Order],
    products: list[tuple[UUID, str, int]],
    rng: random.Random,
) -> dict[UUID, tuple[str, Decimal]]:
    """Writes the orders with their lines; returns each order's number and total."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crm.orders")
        first = (cursor.fetchone() or (0,))[0] + 1
        with cursor.copy("COPY crm.orders (id, order_number, customer_id, ordered_at, status) FROM STDIN") as copy:
            for number, order in enumerate(orders, first):
                name = f"{order.ordered_at:%Y}-{number:06d}"
                copy.write_row((order.id, name, order.customer_id, order.ordered_at, order.status))
        with cursor.copy(
            "COPY crm.order_lines (order_id, product_id, position, description, quantity, unit_price, discount_percent)"
            " FROM STDIN"
        ) as copy:
            for order in orders:
                for position in range(1, 2 + int(rng.random() * 3)):
                    key, name, price = products[int(rng.random() ** 1.3 * len(products))]
                    quantity = 1 + int(rng.random() ** 2 * order.size)
                    discount = 10 if quantity >= 5 else 0
                    copy.write_row((order.id, key, position, name, quantity, price, discount))
        cursor.execute(
            "SELECT id, order_number, total FROM crm.orders WHERE id = ANY (%s)", ([order.id for order in orders],)
        )
        return {key: (name, total) for key, name, total in cursor.fetchall()}


def _enrol(connection: psycopg.Connection[Any], members: list[Buyer]) -> dict[UUID, UUID]:
    """Loyalty accounts; returns them by customer."""
    ids = [member.id for member in members]
    with connection.cursor() as cursor:
        cursor.execute("SELECT crm.enrol_customers(%s)", (ids,))
        cursor.execute("SELECT id, user_id FROM crm.customers WHERE id = ANY (%s) AND user_id IS NOT NULL", (ids,))
        return dict(cursor.fetchall())


def _contacts(connection: psycopg.Connection[Any], members: list[Buyer]) -> dict[UUID, list[UUID]]:
    """The people at each company, who earn on its account."""
    found: dict[UUID, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, contact_id FROM crm.contact_positions WHERE customer_id = ANY (%s)"
            " ORDER BY customer_id, contact_id",
            ([member.id for member in members],),
        )
        for customer_id, contact_id in cursor:
            found.setdefault(customer_id, []).append(contact_id)
    return found


def _ledger(
    members: list[Buyer],
    accounts: dict[UUID, UUID],
    orders: list[_Order],
    written: dict[UUID, tuple[str, Decimal]],
    contacts: dict[UUID, list[UUID]],
    rules: SampleRules,
    rng: random.Random,
) -> Iterator[tuple[Any, ...]]:
    """What each member brought, earned and spent, in the order of time: the multiplier is that of the tier by then."""
    by_customer: dict[UUID, list[_Order]] = {}
    for order in orders:
        by_customer.setdefault(order.customer_id, []).append(order)
    now = datetime.now(UTC)
    for member in members:
        account = accounts.get(member.id)
        if account is None:
            continue
        luck = rng.random()
        low, high = next((low, high) for share, low, high in _OPENINGS if luck <= share)
        earned = low + int(rng.random() * (high - low))
        # Later than what would have expired by now.
        since = max(member.created_at, now - timedelta(days=30 * (int(MONTHS) - 2)))
        opened = since + (now - since) * rng.random() * 0.2
        if earned:
            yield account, "opening", earned, "Brought along from the earlier programme", None, None, opened
        for order in by_customer.get(member.id, ()):
            number, total = written[order.id]
            points = rules.points(total, earned) if order.status in _EARNING else 0
            if points:
                earned += points
                people = contacts.get(member.id)
                who = people[int(rng.random() * len(people))] if people else None
                yield account, "earn", points, f"Order {number}", order.id, who, order.ordered_at
        if earned > 500 and rng.random() < 0.4:
            used = min(earned, 250 * (1 + int(rng.random() * 4)))
            latest = max([opened, *(order.ordered_at for order in by_customer.get(member.id, ()))])
            redeemed = latest + (now - latest) * rng.random()
            yield account, "redeem", -used, _REWARDS[int(rng.random() * len(_REWARDS))], None, None, redeemed
