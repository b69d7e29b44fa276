"""Orders as an import writes them: with a total, without lines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from tests.factories.rows import counter, insert


def bought(connection: psycopg.Connection[Any], customer_id: UUID, total: float = 100, **values: Any) -> UUID:
    """An order that has been paid."""
    given = {"order_number": f"B-{next(counter)}", "customer_id": customer_id, "status": "paid", "total": total}
    identity: UUID = insert(connection, "orders", {**given, **values})
    return identity
