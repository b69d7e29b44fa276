"""What is measured, part by part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.target import Target
from tests.benchmarks import machine
from tests.benchmarks.floors import Floor
from tests.benchmarks.measure import Report


@dataclass(frozen=True)
class Bench:
    """What every part needs. `floor` is signed in as the same person as the window."""

    data_dir: Path
    thousand: Path
    target: Target
    owner: str
    owner_password: str
    username: str
    password: str
    floor: Floor
    report: Report
    repeats: int
    rows: int  # of the file that is imported

    def as_superuser(self) -> psycopg.Connection[Any]:
        """For floors that leave the triggers out, and for tidying up."""
        return psycopg.connect(
            self.target.conninfo(), user=self.owner, password=self.owner_password, options="-c search_path=crm"
        )


def everything(
    data_dir: Path, thousand: Path, username: str, password: str, only: str, repeats: int, rows: int
) -> Report:
    """Runs the parts (all, or those named in `only`) against a running local server."""
    from tests.benchmarks import (
        analytics,
        bulk,
        clean_data,
        exporting,
        filtering,
        lists,
        loading,
        loyalty,
        searches,
        segments,
        starts,
        writes,
    )

    parts: dict[str, Callable[[Bench], None]] = {
        "start": starts.run,
        "lists": lists.run,
        "analytics": analytics.run,
        "search": searches.run,
        "filters": filtering.run,
        "segments": segments.run,
        "writes": writes.run,
        "bulk": bulk.run,
        "duplicates": clean_data.run,
        "import": loading.run,
        "export": exporting.run,
        "loyalty": loyalty.run,
    }
    wanted = [name.strip() for name in only.split(",") if name.strip()] or list(parts)
    report = Report()
    server = LocalServer(data_dir)
    server.start()
    try:
        target = server.target()
        connection = psycopg.connect(target.conninfo(), user=username, password=password, autocommit=True)
        with connection:
            bench = Bench(
                *(data_dir, thousand, target, server.owner_name, server.owner_password()),
                *(username, password, Floor(connection), report, repeats, rows),
            )
            report.fact(machine.describe())
            report.fact(_size(bench))
            for name in wanted:
                parts[name](bench)
    finally:
        server.stop()
    return report


def _size(bench: Bench) -> str:
    with bench.as_superuser() as connection:
        customers, interactions, size, version = connection.execute(
            "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM customer_interactions),"
            " pg_size_pretty(pg_database_size(current_database())), current_setting('server_version')"
        ).fetchone() or (0, 0, "", "")
    return f"{customers:,} customers, {interactions:,} interactions, {size}, PostgreSQL {version}"
