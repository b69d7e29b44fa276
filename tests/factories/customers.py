"""Customers in common states, and what hangs on them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from tests.factories.rows import counter, insert

Connection = psycopg.Connection[Any]


def customer(connection: Connection, **values: Any) -> UUID:
    """A person; every value can be given."""
    number = next(counter)
    defaults: dict[str, Any] = {"contact_name": f"Customer {number}", "email": f"customer{number}@example.org"}
    identity: UUID = insert(connection, "customers", {**defaults, **values})
    return identity


def business(connection: Connection, **values: Any) -> UUID:
    return customer(connection, **{"company_name": f"Company {next(counter)}", "customer_type": "business", **values})


def prospect(connection: Connection, **values: Any) -> UUID:
    return customer(connection, **{"status": "prospect", **values})


def contact(connection: Connection, customer_id: UUID, **values: Any) -> UUID:
    """A person who has a position at a customer."""
    identity: UUID = insert(connection, "contacts", {"name": f"Contact {next(counter)}", **values})
    insert(connection, "contact_positions", {"contact_id": identity, "customer_id": customer_id}, "contact_id")
    return identity


def order(connection: Connection, customer_id: UUID, *, lines: int = 1, **values: Any) -> UUID:
    """An order with lines of 10.00 each."""
    number = f"ORDER-{next(counter)}"
    identity: UUID = insert(connection, "orders", {"order_number": number, "customer_id": customer_id, **values})
    for position in range(1, lines + 1):
        insert(
            connection,
            "order_lines",
            {"order_id": identity, "position": position, "description": f"Line {position}", "unit_price": 10},
        )
    return identity


def consent(connection: Connection, customer_id: UUID, **values: Any) -> UUID:
    given = {"customer_id": customer_id, "purpose": "newsletter", "is_granted": True, **values}
    identity: UUID = insert(connection, "consents", given)
    return identity
