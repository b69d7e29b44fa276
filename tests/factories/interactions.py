"""Interactions in common states, written by whoever is connected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from tests.factories.rows import counter, insert, me

Connection = psycopg.Connection[Any]


def interaction(connection: Connection, customer_id: UUID, **values: Any) -> UUID:
    """A call that took place."""
    defaults: dict[str, Any] = {
        "customer_id": customer_id,
        "user_id": values.get("user_id") or me(connection),
        "type": "call",
        "subject": f"Call {next(counter)}",
        "status": "completed",
    }
    identity: UUID = insert(connection, "customer_interactions", {**defaults, **values})
    return identity


def follow_up(connection: Connection, customer_id: UUID, *, days: float = 1, **values: Any) -> UUID:
    """Something still to be done; overdue when `days` is negative."""
    due = datetime.now(UTC) + timedelta(days=days)
    planned = {"type": "follow_up", "status": "pending", "follow_up": due}
    return interaction(connection, customer_id, **{**planned, **values})
