"""Runs migrations on the connection that `crm_desktop.database.upgrade` hands over; one at a time, never for long.

Everything happens in one transaction: an upgrade that fails leaves the database as it was.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection

# Any constant will do; it is the same for every version of the program.
MIGRATION_LOCK = 4_171_992_203_544_110_001


def run(connection: Connection, target_metadata: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        version_table_schema="crm",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        # Work of others that does not end soon makes the upgrade fail, instead of everybody waiting behind it.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '15s'")
        connection.exec_driver_sql("SET LOCAL statement_timeout = '1h'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        connection.exec_driver_sql("SET LOCAL search_path = crm, pg_temp")
        context.run_migrations()


_connection = context.config.attributes.get("connection")
if not isinstance(_connection, Connection):
    raise SystemExit("Upgrade with: crm-desktop server upgrade (it knows the connection and the owner role).")
run(_connection, context.config.attributes.get("target_metadata"))
