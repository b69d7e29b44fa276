"""One INSERT with the columns that were given."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

counter = itertools.count(1)


def insert(connection: psycopg.Connection[Any], table: str, values: dict[str, Any], returning: str = "id") -> Any:
    adapted = [Jsonb(value) if isinstance(value, (dict, list)) else value for value in values.values()]
    statement = sql.SQL("INSERT INTO crm.{} ({}) VALUES ({}) RETURNING {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join([sql.Placeholder()] * len(values)),
        sql.Identifier(returning),
    )
    row = connection.execute(statement, adapted).fetchone()
    assert row is not None
    return row[0]


def me(connection: psycopg.Connection[Any]) -> UUID:
    """The person whose connection it is."""
    row = connection.execute("SELECT crm.current_user_id()").fetchone()
    assert row is not None and isinstance(row[0], UUID)
    return row[0]
