"""Compares the models with the tables that the migrations make; prints every difference and fails when there is one.

The models' tables are made in place of the migrated ones, inside a transaction that is rolled back, and PostgreSQL is
asked to describe both: columns, defaults, generated expressions, constraints and indexes, to the letter.
"""

from __future__ import annotations

import importlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection
from sqlalchemy.pool import NullPool

from crm_desktop.database.base import Base
from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.provisioning import provision
from crm_desktop.database.upgrade import connect, owner_role

_PACKAGE = Path(__file__).resolve().parents[1] / "crm_desktop"

_DESCRIPTIONS = {
    "column": """
        SELECT c.relname || '.' || a.attname,
               concat_ws(
                   ' ',
                   format_type(a.atttypid, a.atttypmod),
                   CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
                   CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                   CASE a.attidentity WHEN 'a' THEN 'IDENTITY ALWAYS' WHEN 'd' THEN 'IDENTITY' END,
                   CASE a.attgenerated WHEN 's' THEN 'GENERATED' WHEN 'v' THEN 'VIRTUAL' END,
                   'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
               )
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'crm'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    """,
    # PostgreSQL 18 lists NOT NULL here too; the columns tell that already.
    "constraint": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE connamespace = 'crm'::regnamespace AND conrelid <> 0 AND contype IN ('c', 'f', 'p', 'u', 'x')
    """,
    "index": """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
        FROM pg_index
        JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = 'crm'::regnamespace AND relkind = 'i'
    """,
}


def load_models() -> None:
    """Every subject's models, so that the metadata is whole."""
    for file in sorted(_PACKAGE.glob("*/models.py")):
        importlib.import_module(f"crm_desktop.{file.parent.name}.models")


def differences(connection: Connection) -> list[str]:
    """One line for each thing that the migrated database has otherwise than the models. Leaves no change behind.

    `connection` belongs to the owner role (or a superuser), outside of any transaction.
    """
    load_models()
    with connection.begin() as transaction:
        connection.exec_driver_sql("SET LOCAL search_path = crm, pg_temp")
        connection.exec_driver_sql("SET LOCAL client_min_messages = warning")
        connection.exec_driver_sql("DROP TABLE alembic_version")
        migrated = _describe(connection)
        for (table,) in connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'crm'").all():
            connection.exec_driver_sql(f'DROP TABLE "{table}" CASCADE')
        Base.metadata.create_all(connection, checkfirst=False)
        modelled = _describe(connection)
        transaction.rollback()
    found = []
    for name in sorted(migrated.keys() | modelled.keys()):
        if migrated.get(name) != modelled.get(name):
            here, there = migrated.get(name, "none"), modelled.get(name, "none")
            found.append(f"{name}\n    migrations: {here}\n    models:     {there}")
    return found


def _describe(connection: Connection) -> dict[str, Any]:
    return {
        f"{kind} {name}": description
        for kind, query in _DESCRIPTIONS.items()
        for name, description in connection.exec_driver_sql(query)
    }


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="crm-drift-") as folder:
        Path(folder).chmod(0o755)  # the server of root runs as somebody else
        server = LocalServer(Path(folder) / "data")
        server.start()
        try:
            owner, password = server.owner_name, server.owner_password()
            target = server.target("crm")
            provision(target, owner, password, dbname="crm")
            engine = sqlalchemy.create_engine(
                "postgresql+psycopg://", creator=lambda: connect(target, owner, password), poolclass=NullPool
            )
            with engine.connect() as connection:
                connection.exec_driver_sql(f'SET ROLE "{owner_role("crm")}"')
                connection.commit()
                found = differences(connection)
        finally:
            server.stop()
            shutil.rmtree(server.files, ignore_errors=True)
    if found:
        print(f"{len(found)} differences between models and migrations:")
        print("\n".join(found))
        return 1
    print("Models and migrations agree.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
