"""Importing 100,000 customers from CSV beside COPY of the same rows into the same table with its indexes."""

from __future__ import annotations

import csv
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from crm_desktop.database.engine import Database
from crm_desktop.importing.customers import import_customers
from tests.benchmarks.measure import Line, Target, Times
from tests.benchmarks.run import Bench

ROWS = 100_000
WRITTEN = (
    "company_name, contact_name, email, phone, address, city, state, country, postal_code, customer_type, status,"
    " source"
)
COLUMNS = f"{WRITTEN}, tags, notes, phone_national"
IMPORT = Target(1.5)


def run(bench: Bench) -> None:
    bench.report.heading(f"Import of {ROWS:,} rows")
    database = Database(bench.target, bench.username, bench.password)
    ours: list[float] = []
    floor: list[float] = []
    try:
        with tempfile.TemporaryDirectory() as folder, bench.as_superuser() as connection:
            connection.autocommit = True
            path = _file(Path(folder) / "customers.csv", connection)
            for _ in range(bench.repeats):
                began = time.perf_counter()
                report = import_customers(database, path)
                ours.append(time.perf_counter() - began)
                assert report.created > ROWS * 0.95, report
                imported = _as_copied(connection)
                _forget(connection)
                floor.append(_copy(connection, imported))
                connection.execute("VACUUM customers")
    finally:
        database.close()
    note = "file to committed rows, checked and compared with who is there; floor: COPY of the same, no triggers"
    bench.report.add(Line(f"import of {ROWS:,} rows", Times(tuple(ours)), Times(tuple(floor)), IMPORT, note))


def _file(path: Path, connection: psycopg.Connection[Any]) -> Path:
    """New customers made of those that are there: other names and addresses, the same spread of everything else."""
    rows = connection.execute(
        "SELECT company_name, reverse(contact_name) || ' ' || number, 'n' || number || email, phone, address, city,"
        " state, country, postal_code, customer_type, status, source"
        " FROM (SELECT *, row_number() OVER () AS number"
        " FROM (SELECT * FROM customers TABLESAMPLE SYSTEM (20)) AS sampled"
        f" LIMIT {ROWS}) numbered"
    ).fetchall()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(WRITTEN.split(", "))
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return path


def _as_copied(connection: psycopg.Connection[Any]) -> bytes:
    """The rows that were imported, in the form that COPY reads."""
    rows = f"SELECT {COLUMNS} FROM customers WHERE import_batch_id IS NOT NULL"
    with connection.cursor() as cursor, cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _copy(connection: psycopg.Connection[Any], rows: bytes) -> float:
    """COPY into the real table: its indexes in place, no triggers, rolled back."""
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        began = time.perf_counter()
        with cursor.copy(f"COPY customers ({COLUMNS}) FROM STDIN") as copy:
            copy.write(rows)
        return time.perf_counter() - began


def _forget(connection: psycopg.Connection[Any]) -> None:
    """Back to the size that is measured."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "DELETE FROM audit_log WHERE row_id IN (SELECT id::text FROM customers WHERE import_batch_id IS NOT NULL)"
        )
        connection.execute("DELETE FROM customers WHERE import_batch_id IS NOT NULL")
    connection.execute("VACUUM customers")
    connection.execute("VACUUM audit_log")
