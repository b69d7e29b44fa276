"""Search as you type: from the keystroke to the painted first rows, then to the exact count."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.benchmarks.measure import SEARCH, WHOLE_LIST, Line, Target, side_by_side
from tests.benchmarks.run import Bench
from tests.benchmarks.window import Painted, main_window, pause, wait

if TYPE_CHECKING:
    from ui.main_window import MainWindow

BETWEEN_KEYS = 0.15
"""Seconds: a quick typist. Keys that come faster than the field's burst are searched for together."""


def run(bench: Bench) -> None:
    with main_window(bench.data_dir, bench.target, bench.username, bench.password) as window:
        bench.report.heading("Each keystroke of a search, to the painted first rows")
        for name, text, patterns in terms(bench):
            _first_rows(window, bench, name, text, patterns)
        bench.report.heading("The exact count that follows")
        for name, text, patterns in terms(bench):
            _exact(window, bench, name, text, patterns)


def terms(bench: Bench) -> list[tuple[str, str, tuple[str, ...]]]:
    """What is typed, and the pattern that finds the same in SQL. Taken from the data, so that there is something."""
    surname, email, phone = bench.floor.rows(
        "SELECT split_part(name_key, ' ', -1), email_key, phone_digits FROM crm.customers"
        " WHERE customer_type = 'individual' AND email_key > '' AND phone_e164 IS NOT NULL"
        " ORDER BY id OFFSET 1000 LIMIT 1"
    )[0]
    middle = email[len(email) // 2 - 3 : len(email) // 2 + 4]
    return [
        (f"2 letters: {surname[:2]}", surname[:2], (f"% {surname[:2]}%",)),
        (f"3 letters: {surname[:3]}", surname[:3], (f"%{surname[:3]}%",)),
        (f"a surname: {surname}", surname, (f"%{surname}%",)),
        (f"middle of an email: {middle}", middle, (f"%{middle}%",)),
        (f"last 4 digits of a phone: {phone[-4:]}", phone[-4:], (f"%{phone[-4:]}%",)),
        ("no match", "qqxyzzyq", ("%qqxyzzyq%",)),
    ]


def _type(window: MainWindow, text: str) -> None:
    window.header.search.setText(text)


def _clear(window: MainWindow, watch: Painted) -> None:
    if window.header.search.text():
        watch.rows_after(lambda: _type(window, ""))


def _first_rows(window: MainWindow, bench: Bench, name: str, text: str, patterns: tuple[str, ...]) -> None:
    watch = Painted(window.customers.table)

    def ours() -> float:
        # All but the last letter is there already, as it is for somebody who types.
        _clear(window, watch)
        if text[:-1]:
            watch.rows_after(lambda: _type(window, text[:-1]))
        pause(BETWEEN_KEYS)
        began = time.perf_counter()
        watch.rows_after(lambda: _type(window, text))
        return time.perf_counter() - began

    def floor() -> None:
        bench.floor.search(*patterns)

    bench.report.add(Line(name, *side_by_side(ours, floor, bench.repeats), SEARCH))


def _exact(window: MainWindow, bench: Bench, name: str, text: str, patterns: tuple[str, ...]) -> None:
    watch = Painted(window.customers.table)

    def ours() -> float:
        _clear(window, watch)
        pause(BETWEEN_KEYS)
        began = time.perf_counter()
        watch.count_after(lambda: _type(window, text))
        wait(lambda: window.customers.table.model.exact)
        return time.perf_counter() - began

    def floor() -> None:
        bench.floor.search(*patterns)
        bench.floor.exact_count(*patterns)

    bench.report.add(Line(name, *side_by_side(ours, floor, bench.repeats), Target(WHOLE_LIST.factor, 0.040)))
