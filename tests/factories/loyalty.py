"""Loyalty accounts with points."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from tests.factories.customers import customer
from tests.factories.rows import insert

Connection = psycopg.Connection[Any]


def member(connection: Connection, *, points: int = 0, **values: Any) -> tuple[UUID, UUID]:
    """An enrolled customer; returns the ids of the customer and of the account."""
    customer_id = customer(connection, **values)
    row = connection.execute("SELECT crm.enrol_customer(%s)", (customer_id,)).fetchone()
    assert row is not None
    if points:
        entry(connection, row[0], "earn", points)
    return customer_id, row[0]


def entry(connection: Connection, user_id: UUID, kind: str, points: int, **values: Any) -> None:
    insert(connection, "loyalty_ledger", {"user_id": user_id, "kind": kind, "points": points, **values})


def points_expire(connection: Connection, months: int | None) -> None:
    """So many months after they came; an administrator's connection."""
    connection.execute(
        "INSERT INTO crm.settings (key, value) VALUES ('points_expire_months', %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        ("null" if months is None else str(months),),
    )


def months_ago(months: int, day: int = 1) -> datetime:
    """At midnight of a day of that month, in UTC."""
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return datetime(year, month + 1, day, tzinfo=UTC)
