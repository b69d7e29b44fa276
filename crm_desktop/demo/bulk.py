"""Large loads into empty tables: indexes and foreign keys are built once afterwards instead of row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_TABLES = [
    "crm.customers",
    "crm.contacts",
    "crm.contact_positions",
    "crm.customer_interactions",
    "crm.audit_log",
    "crm.figures",
]
# What they would follow is written straight away.
_TRIGGERS = (("crm.customers", "forget_contacts"), ("crm.contact_positions", "follow_insert"))
_INDEXES = """
SELECT c.oid::regclass::text, pg_get_indexdef(c.oid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY (%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY i.indrelid, c.relname
"""
_FOREIGN_KEYS = """
SELECT k.conrelid::regclass::text, quote_ident(k.conname), pg_get_constraintdef(k.oid)
FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = ANY (%s::regclass[])
ORDER BY 1, 2
"""


@contextmanager
def built_afterwards(connection: psycopg.Connection[Any], tell: Callable[[float, str], None]) -> Iterator[None]:
    """Drops the indexes and foreign keys of the large tables, and makes them again, all in the caller's transaction:
    nobody else sees the tables without. `connection` belongs to their owner. `tell` gets the share of building done."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, (_TABLES,))
        indexes = cursor.fetchall()
        cursor.execute(_FOREIGN_KEYS, (_TABLES,))
        keys = cursor.fetchall()
        for table, name, _ in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}".encode())
        for table, trigger in _TRIGGERS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}".encode())
        yield
        for table, trigger in _TRIGGERS:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}".encode())
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for number, (_, definition) in enumerate(indexes):
            tell(number / len(indexes), f"Building index {number + 1} of {len(indexes)}")
            cursor.execute(definition.encode())
        tell(1.0, "Checking the references")
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())


def are_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether there are neither customers nor contacts nor interactions yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM crm.customers) OR EXISTS (SELECT FROM crm.contacts)"
            " OR EXISTS (SELECT FROM crm.customer_interactions)"
        )
        return not (cursor.fetchone() or (True,))[0]


def tidy(connection: psycopg.Connection[Any]) -> None:
    """Statistics for the planner, and the map of visible rows that index-only scans need. Ends the transaction."""
    connection.commit()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT crm.fold_figures()")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(_TABLES)}".encode())
