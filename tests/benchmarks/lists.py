"""The customers' list: first page by each column, jumps, exact count, scrolling; opening a card; the Analytics tab."""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QApplication

from crm_desktop.listing.request import ListRequest
from tests.benchmarks.analytics import standard_charts
from tests.benchmarks.floors import SORT_KEYS
from tests.benchmarks.measure import TO_PAINTED, WHOLE_LIST, Line, Report, Target, side_by_side
from tests.benchmarks.run import Bench
from tests.benchmarks.window import Painted, main_window, painted, pause, wait
from ui.shell.pages import ANALYTICS, CUSTOMERS

if TYPE_CHECKING:
    from ui.main_window import MainWindow

SUMMARIES = Target(0.3)


def run(bench: Bench) -> None:
    with main_window(bench.data_dir, bench.target, bench.username, bench.password) as window:
        bench.report.heading("The list, to painted")
        _first_pages(window, bench)
        _jumps(window, bench)
        _whole_list(window, bench)
        _cards(window, bench)
        _scrolling(window, bench.report)
        bench.report.heading("Analytics")
        _analytics(window, bench)


def _first_pages(window: MainWindow, bench: Bench) -> None:
    table = window.customers.table
    watch = Painted(table)
    for sort in SORT_KEYS:

        def ours(sort: str = sort) -> None:
            watch.rows_after(lambda: table.model.set_request(_sorted(window, sort)))

        def floor(sort: str = sort) -> None:
            bench.floor.first_page(sort)

        times = side_by_side(ours, floor, bench.repeats)
        bench.report.add(Line(f"first page by {sort.replace('_', ' ')}", *times, TO_PAINTED))


def _sorted(window: MainWindow, sort: str) -> ListRequest:
    return replace(window.customers.table.request, sort=sort, descending=False)


def _by_name(window: MainWindow) -> None:
    window.customers.table.model.set_request(_sorted(window, "name"))
    wait(lambda: window.customers.table.model.exact)


def _jumps(window: MainWindow, bench: Bench) -> None:
    _by_name(window)
    table = window.customers.table
    bar = table.view.verticalScrollBar()
    watch = Painted(table)
    total = table.model.rowCount()
    for name, share in (("end", 1.0), ("middle", 0.5)):
        place = bench.floor.place(int((total - 1) * share) // 500 * 500)

        def ours(share: float = share) -> float:
            # Somewhere else first, and with nothing remembered: a jump to what was just read would cost nothing.
            bar.setValue(0)
            table.model.refresh()
            pause(1.5)  # until nothing is under way: refreshing forgets the pages that were read
            began = time.perf_counter()
            watch.sight_after(lambda: bar.setValue(int(bar.maximum() * share)))
            return time.perf_counter() - began

        def floor(place: tuple[str, UUID] = place) -> None:
            bench.floor.page_from(place)

        bench.report.add(Line(f"jump to the {name}", *side_by_side(ours, floor, bench.repeats), TO_PAINTED))


def _whole_list(window: MainWindow, bench: Bench) -> None:
    table = window.customers.table
    watch = Painted(table)

    def ours() -> None:
        watch.count_after(lambda: table.model.set_request(_sorted(window, "name")))

    times = side_by_side(ours, bench.floor.anchors, bench.repeats)
    bench.report.add(Line("exact count and anchors, whole list", *times, WHOLE_LIST))


def _cards(window: MainWindow, bench: Bench) -> None:
    _by_name(window)
    ids = [
        row[0] for row in bench.floor.rows("SELECT id FROM crm.customers ORDER BY name_key, id OFFSET 5000 LIMIT 60")
    ]
    taken = iter(ids * 2)
    page = window.customers

    def ours() -> None:
        wanted = next(taken)
        page.show_customer(wanted)
        wait(lambda: page._card is not None and page._card.customer is not None and page._card.customer.id == wanted)
        assert page._card is not None
        painted(page._card)

    def floor() -> None:
        bench.floor.card(next(taken))

    bench.report.add(Line("open a card", *side_by_side(ours, floor, bench.repeats), TO_PAINTED))


def _scrolling(window: MainWindow, report: Report) -> None:
    """How long the GUI thread is busy at a stretch while somebody drags the scroll bar over the whole list."""
    _by_name(window)
    app = QApplication.instance()
    assert app is not None
    bar = window.customers.table.view.verticalScrollBar()
    rng = random.Random(7)
    steps: list[float] = []
    for number in range(600):
        value = int(bar.maximum() * (number % 200) / 200) if number % 3 else rng.randint(0, bar.maximum())
        began = time.perf_counter()
        bar.setValue(value)
        app.processEvents()  # everything that is due, painting included
        steps.append(time.perf_counter() - began)
        pause(0.012)
    ordered = sorted(steps)
    median, p99 = statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.99)] * 1000
    verdict = "met" if median <= 16 and p99 <= 50 else "MISSED"
    report.fact(
        f"dragging the scroll bar: GUI thread busy {median:.1f} ms at the median, {p99:.1f} ms at p99; "
        f"targets 16 and 50 ms: {verdict}"
    )


def _analytics(window: MainWindow, bench: Bench) -> None:
    window.customers.clear_customer()  # everybody's figures, not those of the card that is open
    from ui.analytics.page import AnalyticsPage

    window.open_tab(ANALYTICS)
    wait(lambda: isinstance(window.pages.currentWidget(), AnalyticsPage))
    page = window.pages.currentWidget()
    assert isinstance(page, AnalyticsPage)

    def ours() -> None:
        page.refresh()
        wait(lambda: not page.reading)
        painted(page)

    def floor() -> None:
        standard_charts(bench.floor, page.period.question())

    bench.report.add(Line("the Analytics tab", *side_by_side(ours, floor, bench.repeats), SUMMARIES))
    window.open_tab(CUSTOMERS)
