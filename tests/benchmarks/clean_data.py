"""The scan for duplicates and what it finds of planted pairs, similar names while typing, and figures of quality."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import psycopg

from crm_desktop.database.engine import Database
from crm_desktop.demo.pools import make_pools
from crm_desktop.duplicates.queries import USUAL_SCORE
from crm_desktop.duplicates.scanning import scan
from crm_desktop.duplicates.similar import similar_people
from crm_desktop.quality.queries import quality
from tests.benchmarks.measure import Line, Target, Times, side_by_side
from tests.benchmarks.run import Bench
from tests.helpers.planted import DIFFERENT, DUPLICATES, FIELDS, Planted, plant

EACH = 300
MOST_SCANS = 3
TYPING = Target(2.0, 0.010)
COUNTING = Target(1.3, 0.020)

# Equal values only: no typing errors, no score, nothing kept.
_EXACT = """
    SELECT count(*) FROM (
        SELECT a.id, b.id FROM crm.customers a JOIN crm.customers b USING (email_normalized) WHERE a.id < b.id
        UNION
        SELECT a.id, b.id FROM crm.customers a JOIN crm.customers b USING (phone_e164) WHERE a.id < b.id
        UNION
        SELECT a.id, b.id FROM crm.customers a JOIN crm.customers b USING (name_key, city_key)
        WHERE a.id < b.id AND a.name_key <> '' AND a.city_key <> ''
    ) s
"""
_LIKELY = f" WHERE score >= {USUAL_SCORE}"
_COUNTS = (
    "SELECT count(*) FROM crm.customers WHERE crm.is_reachable(email, phone, other_emails, other_phones) IS NOT TRUE",
    "SELECT count(*) FROM crm.customers WHERE crm.email_is_valid(email) IS NOT TRUE",
    "SELECT count(*) FROM crm.customers WHERE (NOT (coalesce(phone, '') <> '' AND phone_e164 IS NULL)) IS NOT TRUE",
    "SELECT count(*) FROM crm.customers WHERE last_contact < now() - interval '12 months'",
    "SELECT count(*) FROM crm.customers WHERE last_contact IS NULL",
    "SELECT count(*) FROM crm.customers WHERE name_key = ''",
    "SELECT count(*) FROM crm.customers WHERE type_key = ''",
    "SELECT key, sum(amount) FROM crm.figures WHERE measure = 'customers' GROUP BY key",
    "SELECT count(DISTINCT v) FROM crm.duplicate_pairs, LATERAL (VALUES (first_id), (second_id)) s (v)" + _LIKELY,
)


def run(bench: Bench) -> None:
    bench.report.heading("Duplicates and data quality")
    database = Database(bench.target, bench.username, bench.password)
    try:
        with bench.as_superuser() as connection:
            connection.autocommit = True
            truth = _plant(connection)
            try:
                _scan(bench, database, truth)
            finally:
                _forget(connection, truth)
        _typing(bench, database)
        _quality(bench, database)
    finally:
        database.close()


def _scan(bench: Bench, database: Database, truth: dict[frozenset[UUID], Planted]) -> None:
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(min(bench.repeats, MOST_SCANS)):
        began = time.perf_counter()
        scan(database, lambda _share, _doing: None)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        bench.floor.rows(_EXACT)
        floor.append(time.perf_counter() - began)
    note = "everybody compared, scored and kept; floor: a join for equal email, equal phone, equal name and city"
    bench.report.add(Line("scan for duplicates", Times(tuple(ours)), Times(tuple(floor)), note=note))

    planted = {each for pair in truth for each in pair}
    found = [
        frozenset(pair)
        for pair in bench.floor.rows(
            f"SELECT first_id, second_id FROM crm.duplicate_pairs WHERE score >= {USUAL_SCORE}"
            " AND (first_id = ANY (%s) OR second_id = ANY (%s))",
            list(planted),
            list(planted),
        )
    ]
    by_kind = Counter(truth[pair].kind for pair in found if pair in truth)
    right = sum(by_kind[kind] for kind in DUPLICATES)
    made, alike = EACH * len(DUPLICATES), EACH * len(DIFFERENT)
    bench.report.fact(
        f"of {made:,} planted duplicates and {alike:,} planted look-alikes, at a score of {USUAL_SCORE} or more:"
        f" recall {right / made:.1%}, precision {right / len(found):.1%}"
    )
    for kind in DUPLICATES:
        bench.report.fact(f"  {kind}: found {by_kind[kind]} of {EACH}")
    for kind in DIFFERENT:
        bench.report.fact(f"  {kind}: taken for one {by_kind[kind]} of {EACH}")
    strangers = sum(pair not in truth for pair in found)
    bench.report.fact(f"  a planted one and somebody else: taken for one {strangers}")


def _typing(bench: Bench, database: Database) -> None:
    (name, city), *_ = bench.floor.rows(
        "SELECT contact_name, city FROM crm.customers WHERE contact_name ~ '^\\w{5,} \\w{5,}$' AND city <> ''"
        " ORDER BY id LIMIT 1"
    )
    words = sorted(name.split(), key=len)

    def ours() -> None:
        with database.session() as session:
            similar_people(session, name, city)

    def floor() -> None:
        bench.floor.rows(
            "SELECT id, contact_name FROM crm.customers WHERE search_text LIKE '%% ' || crm.fold(%s) || '%%'"
            " AND search_text LIKE '%% ' || crm.fold(%s) || '%%' AND city_key = crm.fold(%s) LIMIT 200",
            words[1][:3],
            words[0][:2],
            city,
        )

    times = side_by_side(ours, floor, bench.repeats)
    bench.report.add(Line("similar name while typing", *times, TYPING, "floor: the look-up alone, no comparison"))


def _quality(bench: Bench, database: Database) -> None:
    def ours() -> None:
        with database.session() as session:
            quality(session, 12)

    def floor() -> None:
        for count in _COUNTS:
            bench.floor.rows(count)

    times = side_by_side(ours, floor, bench.repeats)
    bench.report.add(Line("figures of data quality", *times, COUNTING, "seven checks; floor: the same counts"))


def _plant(connection: psycopg.Connection[Any]) -> dict[frozenset[UUID], Planted]:
    """COPY without triggers: the trail and the figures are left alone, and so is the time of the scan."""
    truth: dict[frozenset[UUID], Planted] = {}
    columns = ", ".join(("id", *FIELDS))
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with cursor.copy(f"COPY customers ({columns}) FROM STDIN") as copy:
            for pair in plant(make_pools(3), random.Random(11), EACH):
                ids = (uuid4(), uuid4())
                truth[frozenset(ids)] = pair
                for identity, row in zip(ids, (pair.one, pair.other), strict=True):
                    copy.write_row((identity, *(row[field] for field in FIELDS)))
    return truth


def _forget(connection: psycopg.Connection[Any], truth: dict[frozenset[UUID], Planted]) -> None:
    """Back to the size that is measured."""
    planted = list({each for pair in truth for each in pair})
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("DELETE FROM customers WHERE id = ANY (%s)", (planted,))
        connection.execute(
            "DELETE FROM duplicate_pairs WHERE first_id = ANY (%s) OR second_id = ANY (%s)", (planted, planted)
        )
    connection.execute("VACUUM customers")
