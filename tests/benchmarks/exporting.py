"""Writing all customers to a file, beside COPY of the same rows that is thrown away; and the memory it takes."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from crm_desktop.database.engine import Database
from crm_desktop.exporting.columns import chosen
from crm_desktop.exporting.export import export
from crm_desktop.exporting.request import ExportRequest, Format
from crm_desktop.exporting.snapshot import Snapshot
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.request import ListRequest
from tests.benchmarks.measure import Line, Target, Times, once
from tests.benchmarks.run import Bench

SHOWN = (
    "name", "customer_type", "company_name", "email", "phone", "city", "country", "status", "tier", "last_contact",
    "next_follow_up", "tags",
)  # fmt: skip
RUNS = 3
CSV = Target(2.0)
OURS: tuple[tuple[str, Format, tuple[str, ...] | None, int], ...] = (
    ("CSV, columns as shown", "csv", SHOWN, RUNS),
    ("CSV, all fields", "csv", None, RUNS),
    ("vCard", "vcf", None, 1),
    ("XLSX, columns as shown", "xlsx", SHOWN, 1),
)


def run(bench: Bench) -> None:
    bench.report.heading("Export of all customers, beside COPY (query) TO STDOUT thrown away")
    database = Database(bench.target, bench.username, bench.password)
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, format, columns, runs in OURS:
                request = ExportRequest("customers", format, ListRequest(), columns, zone="Europe/Berlin")
                path = Path(folder) / f"out.{format}"
                statements = _floor_statements(database, columns)
                ours, floor = [], []
                with _peak_memory() as memory:
                    for _ in range(min(runs, bench.repeats)):
                        ours.append(once(lambda request=request, path=path: export(database, request, path)))
                        floor.append(once(lambda statements=statements: _copy(bench, statements)))
                target = CSV if format == "csv" else None
                grown = f"{path.stat().st_size / 2**20:,.0f} MB file, memory grew by {memory[1] - memory[0]:,.0f} MB"
                bench.report.add(Line(name, Times(tuple(ours)), Times(tuple(floor)), target, grown))
                path.unlink()
    finally:
        database.close()


def _floor_statements(database: Database, columns: tuple[str, ...] | None) -> list[str]:
    """The bare columns of the same rows in the same order."""
    found = chosen("customers", columns)
    with database.connection() as connection:
        snapshot = Snapshot(connection, ExportRequest("customers", "csv", ListRequest(), columns), Clock(), "UTC")
        return snapshot.statements(found, [f"{column.sql}::text" for column in found])


def _copy(bench: Bench, statements: Sequence[str]) -> float:
    with psycopg.connect(
        bench.target.conninfo(), user=bench.username, password=bench.password, options="-c jit=off"
    ) as connection:
        connection.execute("SET work_mem = '64MB'")
        began = time.perf_counter()
        for statement in statements:
            with connection.cursor().copy(f"COPY ({statement}) TO STDOUT".encode()) as copy:
                for _line in copy:
                    pass
        return time.perf_counter() - began


@contextmanager
def _peak_memory() -> Iterator[list[float]]:
    """Resident memory of this process in MB: at the beginning, and the most while it lasts."""
    process, over = psutil.Process(), threading.Event()
    found = [process.memory_info().rss / 2**20] * 2

    def watch() -> None:
        while not over.wait(0.05):
            found[1] = max(found[1], process.memory_info().rss / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()
