"""What other rules of the loyalty programme would do, doing it, and the programme at a glance, beside bare SQL."""

from __future__ import annotations

import time
from dataclasses import replace

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.database.engine import Database
from crm_desktop.loyalty.change_rules import change_rules
from crm_desktop.loyalty.expiry import expiring_of_all
from crm_desktop.loyalty.programme import programme
from crm_desktop.loyalty.rules import Rules, rules
from crm_desktop.loyalty.what_if import what_if
from tests.benchmarks.measure import Line, Target, Times, side_by_side
from tests.benchmarks.run import Bench

EXPIRE_MONTHS = 24
WHAT_IF = Target(1.5, 0.01)
GLANCE = Target(0.3)
MOST_CHANGES, MOST_FORECASTS = 3, 5
_MOVES = """
    SELECT tier, CASE WHEN total_earned >= {2} THEN 'platinum' WHEN total_earned >= {1} THEN 'gold'
                      WHEN total_earned >= {0} THEN 'silver' ELSE 'bronze' END, count(*)
    FROM crm.loyalty_accounts GROUP BY 1, 2
"""
_MOVED = """
    WITH moved AS (
        UPDATE loyalty_accounts SET tier = x.tier
        FROM (
            SELECT user_id, CASE WHEN total_earned >= {2} THEN 'platinum' WHEN total_earned >= {1} THEN 'gold'
                                 WHEN total_earned >= {0} THEN 'silver' ELSE 'bronze' END AS tier
            FROM loyalty_accounts
        ) x
        WHERE x.user_id = loyalty_accounts.user_id AND loyalty_accounts.tier <> x.tier
        RETURNING loyalty_accounts.user_id, loyalty_accounts.tier
    )
    UPDATE customers SET tier = moved.tier FROM moved WHERE moved.user_id = customers.user_id
"""
_GLANCE = (
    "SELECT tier, count(*), sum(points_balance) FROM crm.loyalty_accounts GROUP BY 1",
    "SELECT count(*) FROM crm.customers",
    "SELECT kind, sum(points) FROM crm.loyalty_ledger WHERE created_at >= now() - interval '30 days' GROUP BY 1",
    """
    SELECT c.id, c.name_key, t.* FROM (SELECT * FROM crm.loyalty_tier_changes ORDER BY id DESC LIMIT 50) t
    JOIN crm.customers c ON c.user_id = t.user_id
    """,
)
# What is left of each entry, first in, first out.
_FORECAST = f"""
    SELECT date_trunc('month', created_at + interval '{EXPIRE_MONTHS} months'), sum(least(points, brought - used)),
           count(DISTINCT user_id)
    FROM (
        SELECT user_id, created_at, points,
               sum(greatest(points, 0)) OVER (PARTITION BY user_id ORDER BY created_at, id) AS brought,
               sum(greatest(-points, 0)) OVER (PARTITION BY user_id) AS used
        FROM crm.loyalty_ledger
    ) l
    WHERE points > 0 AND brought > used GROUP BY 1
"""


def run(bench: Bench) -> None:
    bench.report.heading("Loyalty programme")
    database = Database(bench.target, bench.username, bench.password)
    try:
        with database.session() as session:
            seen = rules(session)
        wanted = _higher(seen)
        _what_if(bench, database, wanted)
        _change(bench, database, wanted)
        _glance(bench, database)
        _forecast(bench, database)
    finally:
        database.close()


def _higher(seen: Rules) -> Rules:
    """Thresholds a twentieth higher: some move down."""
    return replace(seen, tiers=tuple(replace(tier, threshold=tier.threshold * 21 // 20) for tier in seen.tiers))


def _what_if(bench: Bench, database: Database, wanted: Rules) -> None:
    limits = [tier.threshold for tier in wanted.tiers[1:]]

    def ours() -> None:
        with database.session() as session:
            what_if(session, wanted.thresholds, wanted.basis)

    times = side_by_side(ours, lambda: bench.floor.rows(_MOVES.format(*limits)), bench.repeats)
    accounts = bench.floor.rows("SELECT count(*) FROM crm.loyalty_accounts")[0][0]
    bench.report.add(Line(f"tier what-if, {accounts:,} accounts", *times, WHAT_IF, "floor: the same aggregate"))


def _change(bench: Bench, database: Database, wanted: Rules) -> None:
    """Applied and undone again; the floor moves the same people without triggers, and is rolled back."""
    limits = [tier.threshold for tier in wanted.tiers[1:]]
    ours: list[float] = []
    floor: list[float] = []
    moved = 0
    for _ in range(min(bench.repeats, MOST_CHANGES)):
        with database.session() as session:
            seen = rules(session)
            began = time.perf_counter()
            change = change_rules(session, seen, replace(wanted, tiers=_over(seen, wanted), versions=seen.versions))
        ours.append(time.perf_counter() - began)
        with database.session() as session:
            undo_transaction(session, change)
        with bench.as_superuser() as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            began = time.perf_counter()
            moved = connection.execute(_MOVED.format(*limits).encode()).rowcount
            floor.append(time.perf_counter() - began)
            connection.rollback()
    note = f"{moved:,} customers move, with their history; floor: the two updates alone"
    bench.report.add(Line("changing the rules", Times(tuple(ours)), Times(tuple(floor)), None, note))


def _over(seen: Rules, wanted: Rules) -> tuple[object, ...]:
    return tuple(replace(new, version=old.version) for old, new in zip(seen.tiers, wanted.tiers, strict=True))


def _glance(bench: Bench, database: Database) -> None:
    def ours() -> None:
        with database.session() as session:
            programme(session)

    def floor() -> None:
        for statement in _GLANCE:
            bench.floor.rows(statement)

    times = side_by_side(ours, floor, bench.repeats)
    bench.report.add(Line("the programme at a glance", *times, GLANCE, "floor: the same from the tables"))


def _forecast(bench: Bench, database: Database) -> None:
    """Points expire for as long as this is measured."""
    with database.session() as session:
        seen = rules(session)
        change = change_rules(session, seen, replace(seen, expire_months=EXPIRE_MONTHS))

    def ours() -> None:
        with database.session() as session:
            expiring_of_all(session)

    try:
        times = side_by_side(ours, lambda: bench.floor.rows(_FORECAST), min(bench.repeats, MOST_FORECASTS))
    finally:
        with database.session() as session:
            undo_transaction(session, change)
    entries = bench.floor.rows("SELECT count(*) FROM crm.loyalty_ledger")[0][0]
    note = f"{entries:,} entries; floor: from the ledger"
    bench.report.add(Line("what expires in which month", *times, GLANCE, note))
