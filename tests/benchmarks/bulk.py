"""Changing the status of 100,000 customers at once, and undoing it, beside the bare UPDATE, triggers and all."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import psycopg

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.customers.bulk import BulkEdit, bulk_edit
from crm_desktop.customers.listed import SOURCE
from crm_desktop.database.engine import Database
from crm_desktop.listing.frozen import freeze
from crm_desktop.listing.selection import Selection
from tests.benchmarks import machine
from tests.benchmarks.measure import Line, Target, Times
from tests.benchmarks.run import Bench

ROWS = 100_000
MOST_REPEATS = 3
BULK = Target(1.3)


def run(bench: Bench) -> None:
    database = Database(bench.target, bench.username, bench.password)
    try:
        with bench.as_superuser() as connection:
            connection.autocommit = True
            found = connection.execute(f"SELECT id FROM customers WHERE status = 'active' LIMIT {2 * ROWS}").fetchall()
            ids = [row[0] for row in found]
            half = len(ids) // 2
            bench.report.heading(f"Bulk edit of {half:,} customers")
            before = machine.own_memory()
            _measure(bench, database, ids[0 : 2 * half : 2], ids[1 : 2 * half : 2])
            grown = (machine.own_memory() - before) / machine.MEGABYTE
            bench.report.fact(f"memory that the process grew by meanwhile: {grown:.0f} MB")
            _forget(connection)
    finally:
        database.close()


def _measure(bench: Bench, database: Database, ours: list[UUID], theirs: list[UUID]) -> None:
    """Each piece of work in turn with its floor, on rows of the same kind; both end as they began."""
    chosen = Selection.of(ours)
    edits: list[float] = []
    bare_edits: list[float] = []
    undos: list[float] = []
    bare_undos: list[float] = []
    for _ in range(min(bench.repeats, MOST_REPEATS)):
        began = time.perf_counter()
        with database.session() as session:
            frozen = freeze(session, chosen, SOURCE)
        with database.session() as session:
            result = bulk_edit(session, frozen, BulkEdit({"status": "inactive"}))
        edits.append(time.perf_counter() - began)
        assert (result.changed, result.skipped) == (len(ours), 0), result
        bare_edits.append(_bare(bench, "inactive", theirs))
        began = time.perf_counter()
        with database.session() as session:
            undone = undo_transaction(session, result.transaction)
        undos.append(time.perf_counter() - began)
        assert (undone.restored, undone.refused) == (len(ours), 0), undone
        bare_undos.append(_bare(bench, "active", theirs))
    note = "frozen, changed in parts, committed; floor: one UPDATE by ids with the same triggers"
    bench.report.add(Line("bulk edit", Times(tuple(edits)), Times(tuple(bare_edits)), BULK, note))
    note = "by the audit trail; floor: the UPDATE back"
    bench.report.add(Line("undo of the bulk edit", Times(tuple(undos)), Times(tuple(bare_undos)), BULK, note))


def _bare(bench: Bench, status: str, ids: list[UUID]) -> float:
    began = time.perf_counter()
    bench.floor.connection.execute("UPDATE crm.customers SET status = %s WHERE id = ANY (%s)", (status, ids))
    return time.perf_counter() - began


def _forget(connection: psycopg.Connection[Any]) -> None:
    """Back to the size that is measured."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("DELETE FROM audit_log WHERE action = 'update' AND changes ? 'status'")
    for table in ("customers", "audit_log"):
        connection.execute(f"VACUUM {table}")  # type: ignore[arg-type]
