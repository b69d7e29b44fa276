"""Importing a large CSV file, and trying it out, beside COPY of the same rows."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

from crm_desktop.database.engine import Database
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.run import run as import_file
from crm_desktop.importing.run import try_out
from tests.benchmarks.measure import Line, Target, Times
from tests.benchmarks.run import Bench

MOST_REPEATS = 3
WRITTEN = (
    "company_name, contact_name, email, phone, address, city, state, country, postal_code, customer_type, status,"
    " source"
)
COLUMNS = f"{WRITTEN}, tags, notes, phone_national, other_emails, other_phones, other_phones_national"
IMPORT = Target(1.5)


def run(bench: Bench) -> None:
    bench.report.heading(f"Import of {bench.rows:,} rows")
    database = Database(bench.target, bench.username, bench.password)
    tried: list[float] = []
    staged: list[float] = []
    ours: list[float] = []
    floor: list[float] = []
    memory: list[int] = []
    repeats = min(bench.repeats, MOST_REPEATS)
    try:
        with tempfile.TemporaryDirectory() as folder, bench.as_superuser() as connection:
            connection.autocommit = True
            path = _file(Path(folder) / "customers.csv", connection, bench.rows)
            for _ in range(repeats):
                with _watching(memory.append):
                    began = time.perf_counter()
                    promised, differences = try_out(database, path, Plan())
                    tried.append(time.perf_counter() - began)
                    differences.page("created", differences.count("created") // 2, 100)
                differences.close()
                with _watching(memory.append):
                    began = time.perf_counter()
                    report = import_file(database, path, Plan())
                    ours.append(time.perf_counter() - began)
                assert report.created > bench.rows * 0.95, report
                assert (report.created, report.skipped) == (promised.created, promised.skipped)
                imported = Path(folder) / "imported.copy"
                _as_copied(connection, imported)
                _forget(connection)
                staged.append(_stage(connection, imported))
                floor.append(_copy(connection, imported))
                connection.execute("VACUUM customers")
    finally:
        database.close()
    note = "every row checked and compared, its difference kept to be read; floor: COPY into a temporary table"
    bench.report.add(Line(f"dry run of {bench.rows:,} rows", Times(tuple(tried)), Times(tuple(staged)), None, note))
    note = "file to committed rows, checked and compared with who is there; floor: COPY of the same, no triggers"
    bench.report.add(Line(f"import of {bench.rows:,} rows", Times(tuple(ours)), Times(tuple(floor)), IMPORT, note))
    grown = max(memory) / (1 << 20)
    bench.report.fact(f"Memory that trying out and importing {bench.rows:,} rows took at most: {grown:,.0f} MB.")


@contextmanager
def _watching(tell: Callable[[int], object]) -> Iterator[None]:
    """By how many bytes this process grows meanwhile, at its height."""
    process, over = psutil.Process(), threading.Event()
    before = highest = process.memory_info().rss

    def watch() -> None:
        nonlocal highest
        while not over.wait(0.2):
            highest = max(highest, process.memory_info().rss)

    watcher = threading.Thread(target=watch, name="memory")
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        tell(max(0, highest - before))


def _file(path: Path, connection: psycopg.Connection[Any], rows: int) -> Path:
    """New customers made of those that are there: other names and addresses, the same spread of everything else."""
    count = (connection.execute("SELECT count(*) FROM customers").fetchone() or (1,))[0]
    query = (
        "SELECT company_name, reverse(contact_name) || ' ' || number AS contact_name, 'n' || number || email AS email,"
        " CASE WHEN phone <> '' THEN '+47' || (20000000 + number % 70000000) END AS phone, address, city, state,"
        " country, postal_code, customer_type, status, source"
        " FROM (SELECT c.*, row_number() OVER () AS number"
        f" FROM customers c, generate_series(1, {-(-rows // max(1, count))})) numbered LIMIT {rows}"
    )
    statement = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"
    with path.open("wb") as file, connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for block in copy:
            file.write(block)
    return path


def _as_copied(connection: psycopg.Connection[Any], path: Path) -> None:
    """The rows that were imported, in the form that COPY reads."""
    rows = f"SELECT {COLUMNS} FROM customers WHERE import_batch_id IS NOT NULL"
    with path.open("wb") as file, connection.cursor() as cursor, cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
        for block in copy:
            file.write(block)


def _stage(connection: psycopg.Connection[Any], rows: Path) -> float:
    """COPY into a temporary table without indexes: what a dry run cannot do without."""
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE staged AS SELECT {COLUMNS} FROM customers WITH NO DATA")
        return _timed(cursor, f"COPY staged ({COLUMNS}) FROM STDIN", rows)


def _copy(connection: psycopg.Connection[Any], rows: Path) -> float:
    """COPY into the real table: its indexes in place, no triggers, rolled back."""
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        return _timed(cursor, f"COPY customers ({COLUMNS}) FROM STDIN", rows)


def _timed(cursor: psycopg.Cursor[Any], statement: str, rows: Path) -> float:
    began = time.perf_counter()
    with rows.open("rb") as file, cursor.copy(statement.encode()) as copy:
        while block := file.read(1 << 20):
            copy.write(block)
    return time.perf_counter() - began


def _forget(connection: psycopg.Connection[Any]) -> None:
    """Back to the size that is measured."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "DELETE FROM audit_log WHERE row_id IN (SELECT id::text FROM customers WHERE import_batch_id IS NOT NULL)"
        )
        connection.execute("DELETE FROM customers WHERE import_batch_id IS NOT NULL")
        connection.execute("DELETE FROM import_batches")
    connection.execute("VACUUM customers")
    connection.execute("VACUUM audit_log")
