"""The guard itself: a leak is found and its place is named; what ends in time is not."""

import threading
from collections.abc import Iterator

import pytest

from tests.helpers import leaks
from tests.helpers.leaks import Watch


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr(leaks, "PATIENCE_SECONDS", 0.2)
    watch = Watch()
    with pytest.MonkeyPatch.context() as patch:
        watch.install(patch)
        yield watch


def test_a_running_thread_is_named_with_its_place(watch: Watch) -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="forgotten")
    thread.start()
    try:
        (leak,) = watch.leaks()
        assert "'forgotten'" in leak
        assert "test_leaks.py" in leak
    finally:
        release.set()
        thread.join()
    assert watch.leaks() == []


def test_a_thread_about_to_end_is_no_leak(watch: Watch) -> None:
    thread = threading.Timer(0.05, lambda: None)
    thread.start()
    assert watch.leaks() == []


def test_a_ticking_timer_is_named_until_it_stops(watch: Watch, qapp: object) -> None:
    core = pytest.importorskip("PySide6.QtCore")
    timer = core.QTimer()
    timer.start(60_000)
    (leak,) = watch.leaks()
    assert "60000 ms" in leak
    assert "test_leaks.py" in leak
    timer.stop()
    assert watch.leaks() == []


def test_a_timer_that_died_with_its_parent_is_no_leak(watch: Watch, qapp: object) -> None:
    core = pytest.importorskip("PySide6.QtCore")
    parent = core.QObject()
    timer = core.QTimer(parent)
    timer.start(60_000)
    parent.deleteLater()
    assert watch.leaks() == []


def test_a_pending_single_shot_is_a_leak_while_its_receiver_lives(watch: Watch, qapp: object) -> None:
    core = pytest.importorskip("PySide6.QtCore")
    receiver = core.QObject()
    core.QTimer.singleShot(5_000, receiver, lambda: None)
    (leak,) = watch.leaks()
    assert "singleShot" in leak
    receiver.deleteLater()
    assert watch.leaks() == []


def test_a_working_pool_is_a_leak(watch: Watch, qapp: object) -> None:
    core = pytest.importorskip("PySide6.QtCore")
    release = threading.Event()
    pool = core.QThreadPool()
    pool.start(release.wait)
    try:
        (leak,) = watch.leaks()
        assert "thread pool" in leak
    finally:
        release.set()
        pool.waitForDone()
    assert watch.leaks() == []
