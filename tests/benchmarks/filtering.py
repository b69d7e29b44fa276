"""Filters: from Apply to the painted first rows with their capped count, then to the exact count."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm_desktop.listing.periods import Clock, shifted
from tests.benchmarks.measure import SEARCH, WHOLE_LIST, Line, Target, side_by_side
from tests.benchmarks.run import Bench
from tests.benchmarks.window import Painted, main_window, pause, wait

if TYPE_CHECKING:
    from ui.main_window import MainWindow

BETWEEN = 0.15


@dataclass(frozen=True)
class Case:
    """A filter, and the condition that picks the same customers (c) in SQL."""

    name: str
    filter: dict[str, Any]
    sql: str
    values: tuple[Any, ...]


def run(bench: Bench) -> None:
    with main_window(bench.data_dir, bench.target, bench.username, bench.password) as window:
        bench.report.heading("Filters of three conditions and a group, to the painted first rows")
        for case in cases(bench):
            _first_rows(window, bench, case)
        bench.report.heading("The exact count that follows")
        for case in cases(bench):
            _exact(window, bench, case)
        window.customers.show_filter({})


def cases(bench: Bench) -> list[Case]:
    """Many matches, some, and few: by what the data has."""
    country, city = bench.floor.rows(
        "SELECT country, city FROM crm.customers WHERE country > '' AND city > '' ORDER BY id OFFSET 1000 LIMIT 1"
    )[0]
    met = {"field": "interactions", "operator": "has", "value": {"field": "type", "operator": "is", "value": "meeting"}}
    found = []
    for name, months, place in (("many", 0, ("country", country)), ("some", 6, ("country", country)),
                                ("few", 18, ("city", city))):  # fmt: skip
        clock = Clock()
        field, value = place
        before = clock.midnight(shifted(clock.today, months=-months))
        given: dict[str, Any] = {
            "all": [
                {"field": "status", "operator": "is", "value": "active"},
                {"field": "last_contact", "operator": "before", "value": {"months": -months}},
                met,
                {"any": [
                    {"field": "tier", "operator": "in", "value": ["gold", "platinum"]},
                    {"field": field, "operator": "is", "value": value},
                ]},
            ]
        }  # fmt: skip
        if name == "few":
            given["all"][3]["any"].pop(0)
        sql = (
            "c.status_key = 'active' AND c.last_contact < %s AND EXISTS (SELECT FROM crm.customer_interactions i"
            " WHERE i.customer_id = c.id AND i.type = 'meeting')"
            f" AND ({'' if name == 'few' else 'c.tier_rank IN (3, 4) OR '}c.{field}_key = crm.fold(%s))"
        )
        found.append(Case(name, given, sql, (before, value)))
    return found


def _apply(window: MainWindow, case: Case) -> None:
    window.customers.show_filter(case.filter)


def _clear(window: MainWindow, watch: Painted) -> None:
    if window.customers.filters.is_set:
        watch.rows_after(lambda: window.customers.show_filter({}))
    pause(BETWEEN)


def _first_rows(window: MainWindow, bench: Bench, case: Case) -> None:
    watch = Painted(window.customers.table)

    def ours() -> float:
        _clear(window, watch)
        began = time.perf_counter()
        watch.rows_after(lambda: _apply(window, case))
        return time.perf_counter() - began

    times = side_by_side(ours, lambda: bench.floor.filtered(case.sql, *case.values), bench.repeats)
    matches = bench.floor.filtered_count(case.sql, *case.values)
    bench.report.add(Line(f"{case.name}: {matches:,} match", *times, SEARCH))


def _exact(window: MainWindow, bench: Bench, case: Case) -> None:
    watch = Painted(window.customers.table)
    expected = bench.floor.filtered_count(case.sql, *case.values)

    def ours() -> float:
        _clear(window, watch)
        began = time.perf_counter()
        watch.count_after(lambda: _apply(window, case))
        model = window.customers.table.model
        wait(lambda: model.exact and model.rowCount() == expected)  # anything else waits in vain
        return time.perf_counter() - began

    def floor() -> None:
        bench.floor.filtered(case.sql, *case.values)
        bench.floor.filtered_count(case.sql, *case.values)

    times = side_by_side(ours, floor, bench.repeats)
    bench.report.add(Line(f"{case.name}: {expected:,} match", *times, Target(WHOLE_LIST.factor, 0.040)))
