"""Threads and timers that a test leaves behind fail it, and the failure names where each was started.

Works with and without Qt: the Qt part is used only when something else has already loaded PySide6.
"""

import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

PATIENCE_SECONDS = 2.0
_OWN_FILE = __file__


def _where() -> str:
    """The three innermost frames outside this file, innermost first."""
    frames = [
        frame
        for frame in reversed(traceback.extract_stack())
        if frame.filename != _OWN_FILE and not frame.filename.startswith("<") and "/_pytest/" not in frame.filename
    ]
    return "\n".join(f"      {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames[:3])


@dataclass(frozen=True)
class _Started:
    """Something that runs on its own: a weak reference to it, and where it was started."""

    subject: Callable[[], Any]
    where: str
    due: float = 0.0


class Watch:
    """Records what is started while it is installed."""

    def __init__(self) -> None:
        self.threads: list[_Started] = []
        self.timers: list[_Started] = []
        self.single_shots: list[_Started] = []
        self.qthreads: list[_Started] = []
        self.pools: list[_Started] = []

    def forget(self) -> None:
        for started in (self.threads, self.timers, self.single_shots, self.qthreads, self.pools):
            started.clear()

    def install(self, patch: pytest.MonkeyPatch) -> None:
        self._watch_starts(patch, threading.Thread, "start", self.threads)
        core = sys.modules.get("PySide6.QtCore")
        if core is not None:
            self._watch_starts(patch, core.QTimer, "start", self.timers)
            self._watch_starts(patch, core.QThread, "start", self.qthreads)
            self._watch_starts(patch, core.QThreadPool, "start", self.pools)
            self._watch_single_shots(patch, core)

    @staticmethod
    def _watch_starts(patch: pytest.MonkeyPatch, owner: Any, name: str, seen: list[_Started]) -> None:
        original = getattr(owner, name)

        def start(self: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(_Started(weakref.ref(self), _where()))
            return original(self, *args, **kwargs)

        patch.setattr(owner, name, start)

    def _watch_single_shots(self, patch: pytest.MonkeyPatch, core: Any) -> None:
        original = core.QTimer.singleShot

        def single_shot(milliseconds: int, *args: Any) -> Any:
            # Qt drops the call when its receiver dies: the context object, or the object of a bound method.
            receiver = next((a for a in args if isinstance(a, core.QObject)), None)
            receiver = receiver if receiver is not None else getattr(args[-1], "__self__", None)
            subject = weakref.ref(receiver) if isinstance(receiver, core.QObject) else core.QCoreApplication.instance
            self.single_shots.append(_Started(subject, _where(), time.monotonic() + milliseconds / 1000))
            return original(milliseconds, *args)

        patch.setattr(core.QTimer, "singleShot", staticmethod(single_shot))

    def leaks(self) -> list[str]:
        """What still runs, after a short patience for what is just ending."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self._running()) and time.monotonic() < deadline:
            _let_qt_finish()
            time.sleep(0.01)
        return found

    def _running(self) -> list[str]:
        found = []
        for started in self.threads:
            thread = started.subject()
            if thread is not None and thread.is_alive():
                found.append(f"thread {thread.name!r} still runs; it was started at\n{started.where}")
        for started in self.qthreads:
            thread = _alive(started.subject())
            if thread is not None and thread.isRunning():
                found.append(f"QThread {thread.objectName()!r} still runs; it was started at\n{started.where}")
        for started in self.pools:
            pool = _alive(started.subject())
            if pool is not None and pool.activeThreadCount():
                found.append(f"thread pool still works; its task was started at\n{started.where}")
        for started in self.timers:
            timer = _alive(started.subject())
            if timer is not None and timer.isActive():
                found.append(f"QTimer ({timer.interval()} ms) still ticks; it was started at\n{started.where}")
        now = time.monotonic()
        for started in self.single_shots:
            if started.due > now and _alive(started.subject()) is not None:
                left = int((started.due - now) * 1000)
                found.append(f"QTimer.singleShot fires in {left} ms; it was set at\n{started.where}")
        return found


def _alive(subject: Any) -> Any:
    """The Qt object, or None when Python or C++ has let go of it."""
    if subject is None:
        return None
    import shiboken6

    return subject if shiboken6.isValid(subject) else None


def _let_qt_finish() -> None:
    """Deferred deletions happen now: processEvents alone leaves them for an event loop that never comes."""
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
        core.QCoreApplication.processEvents()


@pytest.fixture(scope="session")
def _watch() -> Iterator[Watch]:
    patch = pytest.MonkeyPatch()
    watch = Watch()
    watch.install(patch)
    yield watch
    patch.undo()


@pytest.fixture(autouse=True)
def no_leaked_threads_or_timers(request: pytest.FixtureRequest, _watch: Watch) -> Iterator[None]:
    """Set up first and so torn down last: everything that the test and its fixtures started has to be over."""
    _watch.forget()
    yield
    _let_qt_finish()
    if request.node.get_closest_marker("keeps_running") is None and (leaks := _watch.leaks()):
        pytest.fail("Left behind:\n  - " + "\n  - ".join(leaks), pytrace=False)
