"""Work that leaves the GUI thread: delivery, cancelling, failures, broadcasts. The database here is a stand-in."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.errors import Cancelled, CrmError, NotFound
from ui.garbage import GarbageCollector
from ui.operations import DataChange, Operations, Progress
from ui.workers import WorkerPool


class StandIn:
    """Sessions that only remember how they ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    @contextmanager
    def session(self, cancellation: Cancellation | None = None) -> Iterator[Any]:
        try:
            if cancellation is not None:
                cancellation.raise_if_cancelled()
            yield self
        except BaseException:
            self.ended.append("rolled back")
            raise
        self.ended.append("committed")


@pytest.fixture
def database() -> StandIn:
    return StandIn()


@pytest.fixture
def operations(qtbot: QtBot, database: StandIn) -> Iterator[Operations]:
    made = Operations(database)  # type: ignore[arg-type]
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def in_place(qtbot: QtBot, database: StandIn) -> Iterator[Operations]:
    made = Operations(database, synchronous=True)  # type: ignore[arg-type]
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def asker(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def fail(error: Exception) -> Any:
    def work(_given: object) -> None:
        raise error

    return work


def test_works_elsewhere_and_answers_here(qtbot: QtBot, operations: Operations, asker: QWidget) -> None:
    answers: list[tuple[object, bool]] = []
    worked_in: list[threading.Thread] = []

    def work(_session: object) -> int:
        worked_in.append(threading.current_thread())
        return 42

    operations.query(asker, work, lambda value: answers.append((value, QThread.isMainThread())))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(42, True)]
    assert worked_in[0] is not threading.main_thread()
    assert operations.idle


def test_a_change_commits_and_then_tells(in_place: Operations, database: StandIn, asker: QWidget) -> None:
    order: list[object] = []
    in_place.data_changed.connect(order.append)
    in_place.change(asker, lambda _s: "id", order.append, changed=frozenset({"customers"}))
    assert order == ["id", DataChange(frozenset({"customers"}), None, asker)]
    assert database.ended == ["committed"]


def test_a_change_can_say_which_rows(in_place: Operations, asker: QWidget) -> None:
    told: list[DataChange] = []
    in_place.data_changed.connect(told.append)
    row = UUID(int=7)
    in_place.change(
        asker, lambda _s: row, lambda _made: None, changed=frozenset({"customers"}), ids=lambda made: (made,)
    )
    assert [change.ids for change in told] == [(row,)]


def test_what_nobody_waits_for_begins_after_what_somebody_does(
    qtbot: QtBot, operations: Operations, asker: QWidget
) -> None:
    order: list[str] = []
    go = threading.Event()
    operations.query(asker, lambda _s: order.append("figures"), lambda _none: None, patient=True)
    operations.query(asker, lambda _s: go.wait(5), lambda _v: order.append("card"))
    qtbot.wait(50)
    assert order == [] and not operations.idle
    go.set()
    qtbot.waitUntil(lambda: operations.idle)
    assert order == ["card", "figures"]


def test_patient_work_leaves_a_worker_free(qtbot: QtBot, operations: Operations, asker: QWidget) -> None:
    go = threading.Event()
    for _ in range(5):
        operations.query(asker, lambda _s: go.wait(5), lambda _v: None, patient=True)
    qtbot.wait(20)
    answers: list[str] = []
    operations.query(asker, lambda _s: "there", answers.append)
    qtbot.waitUntil(lambda: answers == ["there"])
    go.set()
    qtbot.waitUntil(lambda: operations.idle)


def test_patient_work_is_given_up_while_it_waits(qtbot: QtBot, operations: Operations, asker: QWidget) -> None:
    done: list[str] = []
    go = threading.Event()
    operations.query(asker, lambda _s: go.wait(5), lambda _v: None)
    handle = operations.query(asker, lambda _s: done.append("worked"), lambda _v: done.append("told"), patient=True)
    handle.cancel()
    go.set()
    qtbot.waitUntil(lambda: operations.idle)
    assert done == []


def test_a_failed_change_tells_nobody(in_place: Operations, database: StandIn, asker: QWidget) -> None:
    told: list[object] = []
    in_place.data_changed.connect(told.append)
    in_place.error.connect(told.append)
    error = NotFound("It has gone.")
    in_place.change(asker, fail(error), told.append, changed=frozenset({"customers"}))
    assert told == [error]
    assert database.ended == ["rolled back"]


def test_a_failure_goes_to_who_asked_for_it(in_place: Operations, asker: QWidget) -> None:
    failed: list[CrmError] = []
    surfaced: list[object] = []
    in_place.error.connect(surfaced.append)
    error = NotFound("It has gone.")
    in_place.query(asker, fail(error), lambda _v: None, failed=failed.append)
    assert failed == [error]
    assert surfaced == []


def test_a_bug_goes_to_the_excepthook(in_place: Operations, asker: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[type] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: caught.append(kind))
    failed: list[CrmError] = []
    in_place.query(asker, fail(ZeroDivisionError()), lambda _v: None, failed=failed.append)
    assert caught == [ZeroDivisionError]
    assert failed == []


def test_nothing_is_delivered_to_what_has_gone(qtbot: QtBot, operations: Operations) -> None:
    asker = QObject()
    go = threading.Event()
    answers: list[object] = []
    handle = operations.query(asker, lambda _s: go.wait(5), answers.append)
    shiboken6.delete(asker)
    with qtbot.waitSignal(handle.finished):
        go.set()
    assert answers == []


def test_a_cancelled_answer_is_dropped(qtbot: QtBot, operations: Operations, asker: QWidget) -> None:
    go = threading.Event()
    answers: list[object] = []
    handle = operations.query(asker, lambda _s: go.wait(5), answers.append, failed=answers.append)
    handle.cancel()
    with qtbot.waitSignal(handle.finished):
        go.set()
    assert answers == []
    assert handle.cancelled


def test_what_waits_in_the_queue_never_starts_after_a_cancel(
    qtbot: QtBot, operations: Operations, asker: QWidget
) -> None:
    go = threading.Event()
    started: list[int] = []
    blockers = [operations.query(asker, lambda _s: go.wait(5), lambda _v: None) for _ in range(3)]
    waiting = operations.query(asker, lambda _s: started.append(1), lambda _v: None)
    waiting.cancel()
    go.set()
    qtbot.waitUntil(lambda: operations.idle)
    assert started == []
    assert all(handle.over for handle in blockers)


def test_slow_work_reports_and_stops_when_cancelled(qtbot: QtBot, operations: Operations, asker: QWidget) -> None:
    seen: list[tuple[float, str]] = []
    failed: list[CrmError] = []
    running, listening = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        listening.wait(5)
        progress.report(0.5, "Half")
        running.set()
        while True:
            progress.check()
            time.sleep(0.001)

    handle = operations.background(asker, work, lambda _v: None, failed=failed.append)
    handle.progress.connect(lambda share, text: seen.append((share, text)))
    listening.set()
    qtbot.waitUntil(lambda: running.is_set() and bool(seen))
    with qtbot.waitSignal(handle.finished):
        handle.cancel()
    assert seen == [(0.5, "Half")]
    assert failed == []


def test_a_long_change_tells_how_it_ended_although_it_was_cancelled(
    qtbot: QtBot, operations: Operations, database: StandIn, asker: QWidget
) -> None:
    ended: list[object] = []
    running = threading.Event()

    def endless(_session: object, progress: Progress) -> None:
        running.set()
        while True:
            progress.check()
            time.sleep(0.001)

    def too_late(_session: object, progress: Progress) -> str:
        running.set()
        while not progress.cancelled:
            time.sleep(0.001)
        return "committed"

    for work in (endless, too_late):
        running.clear()
        handle = operations.long_change(asker, work, ended.append, failed=lambda error: ended.append(type(error)))
        qtbot.waitUntil(running.is_set)
        with qtbot.waitSignal(handle.finished):
            handle.cancel()
    assert ended == [Cancelled, "committed"]
    assert database.ended == ["rolled back", "committed"]


def test_busy_shows_only_after_a_while(qtbot: QtBot, operations: Operations, asker: QWidget) -> None:
    busy: list[bool] = []
    operations.busy.connect(busy.append)
    operations.query(asker, lambda _s: None, lambda _v: None)
    qtbot.waitUntil(lambda: operations.idle)
    assert busy == []
    go = threading.Event()
    operations.query(asker, lambda _s: go.wait(5), lambda _v: None)
    qtbot.waitUntil(lambda: busy == [True])
    go.set()
    qtbot.waitUntil(lambda: busy == [True, False])


def test_cancelled_work_is_no_failure(in_place: Operations, asker: QWidget) -> None:
    surfaced: list[object] = []
    in_place.error.connect(surfaced.append)
    in_place.query(asker, fail(Cancelled()), lambda _v: None)
    assert surfaced == []


def test_many_answers_arrive_in_full(qtbot: QtBot, operations: Operations, asker: QWidget) -> None:
    answers: list[int] = []
    for number in range(200):
        operations.query(asker, lambda _s, n=number: n, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 200)
    assert sorted(answers) == list(range(200))


def test_a_pool_is_bounded_and_ends() -> None:
    pool = WorkerPool("test", 2)
    lock, go = threading.Lock(), threading.Event()
    now = most = 0

    def job() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        go.wait(5)
        with lock:
            now -= 1

    for _ in range(6):
        pool.submit(job)
    go.set()
    assert pool.close(5)
    assert most <= 2
    pool.submit(lambda: pytest.fail("closed"))


def test_work_is_freed_on_the_gui_thread(qtbot: QtBot, operations: Operations, asker: QWidget) -> None:
    freed_in: list[threading.Thread] = []

    class Held:
        def __del__(self) -> None:
            freed_in.append(threading.current_thread())

    def ask() -> None:
        held = Held()
        operations.query(asker, lambda _session: id(held), lambda _value: None)

    for _ in range(50):
        ask()
    qtbot.waitUntil(lambda: len(freed_in) == 50)
    assert set(freed_in) == {threading.main_thread()}


def test_garbage_is_collected_on_the_gui_thread_only(qtbot: QtBot) -> None:
    parent = QObject()
    collector = GarbageCollector(parent)
    try:
        assert not gc.isenabled()
        freed_in: list[threading.Thread] = []

        class Knot:
            def __init__(self) -> None:
                self.me = self

            def __del__(self) -> None:
                freed_in.append(threading.current_thread())

        def tie() -> None:
            for _ in range(1_000):
                Knot()

        thread = threading.Thread(target=tie)
        thread.start()
        thread.join()
        assert freed_in == []
        collector.look()
        assert set(freed_in) == {threading.main_thread()}
    finally:
        collector.close()
    assert gc.isenabled()
