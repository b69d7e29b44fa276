"""Merging customers over plain SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb


def versions_of(connection: psycopg.Connection[Any], *ids: UUID) -> list[int]:
    found = dict(
        connection.execute("SELECT id, version FROM crm.customers WHERE id = ANY (%s)", (list(ids),)).fetchall()
    )
    return [found.get(each, 0) for each in ids]


def merge(
    connection: psycopg.Connection[Any],
    survivor: UUID,
    *others: UUID,
    versions: list[int] | None = None,
    **chosen: UUID,
) -> str:
    """Merges as they are now, and commits; returns the transaction's number."""
    seen = versions_of(connection, survivor, *others) if versions is None else versions
    connection.execute(
        "SELECT crm.merge_customers(%s, %s, %s, %s)",
        (survivor, list(others), seen, Jsonb({field: str(who) for field, who in chosen.items()})),
    )
    row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    assert row is not None
    connection.commit()
    return str(row[0])
