"""The real window on a real database, offscreen: do something, and wait until what was asked for has been painted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.database.target import Target
from crm_desktop.settings import Preferences, Profile
from ui.garbage import GarbageCollector
from ui.session import Session
from ui.sign_in import work
from ui.tables.paged_model import Phase
from ui.tables.paged_view import PagedTable
from ui.tasks import Tasks
from ui.theme import Theme

if TYPE_CHECKING:
    from ui.main_window import MainWindow

PATIENCE = 120.0


class PaintWatch(QObject):
    """Says when a widget was painted while a condition held."""

    def __init__(self, widget: QWidget, condition: Callable[[], bool], done: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._condition, self._done = widget, condition, done
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._condition():
            # The event comes before the painting: what is queued behind it runs when the pixels are there.
            self.stop()
            QTimer.singleShot(0, self._done)
        return False

    def stop(self) -> None:
        self._widget.removeEventFilter(self)


class Painted:
    """Waits for a table to have painted what it was asked for."""

    def __init__(self, table: PagedTable) -> None:
        self._table = table
        self._fresh = False
        table.model.modelReset.connect(self._reset)

    def _reset(self) -> None:
        self._fresh = True

    def first_rows(self, done: Callable[[], None]) -> None:
        """Calls `done` when the first rows of the request under way are on screen."""
        PaintWatch(self._table.view.viewport(), lambda: self._table.model.phase is Phase.READY, done)
        if self._table.model.phase is Phase.READY:
            self._table.view.viewport().update()

    def rows_after(self, action: Callable[[], None]) -> None:
        """Runs `action`, which asks for other rows, and waits until they (or the words for none) are on screen."""
        self._fresh = False
        done: list[bool] = []
        watch = PaintWatch(self._table.view.viewport(), self._is_fresh, lambda: done.append(True))
        action()
        wait(lambda: bool(done) or (self._is_fresh() and not self._table.model.rowCount()))
        watch.stop()

    def _is_fresh(self) -> bool:
        return self._fresh and self._table.model.phase is Phase.READY

    def count_after(self, action: Callable[[], None]) -> None:
        """Runs `action` and waits until the exact count is known."""
        self._fresh = False
        action()
        wait(lambda: self._fresh and self._table.model.exact)

    def sight_after(self, action: Callable[[], None]) -> None:
        """Runs `action`, which scrolls, and waits until every row in sight is painted with its text."""
        action()
        self._paint(self._all_there)

    def _all_there(self) -> bool:
        view, model = self._table.view, self._table.model
        first = view.rowAt(0)
        last = view.rowAt(view.viewport().height() - 1)
        last = model.rowCount() - 1 if last < 0 else last
        return first >= 0 and bool(model.texts(first)) and bool(model.texts(last))

    def _paint(self, condition: Callable[[], bool]) -> None:
        done: list[bool] = []
        PaintWatch(self._table.view.viewport(), condition, lambda: done.append(True))
        self._table.view.viewport().update()
        wait(lambda: bool(done))


def wait(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Runs the event loop until `condition` holds, asleep in between: a busy loop would take the workers' time."""
    app = QApplication.instance()
    assert app is not None
    tick = QTimer(interval=2)
    tick.start()
    deadline = time.perf_counter() + patience
    while not condition():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > deadline:
            raise TimeoutError("the window did not get there")


def pause(seconds: float) -> None:
    """Lets the window go on by itself."""
    deadline = time.perf_counter() + seconds
    wait(lambda: time.perf_counter() > deadline)


def painted(widget: QWidget) -> None:
    """Waits until the widget has been painted once more."""
    done: list[bool] = []
    PaintWatch(widget, lambda: True, lambda: done.append(True))
    widget.update()
    wait(lambda: bool(done))


@contextmanager
def main_window(data_dir: Path, target: Target, username: str, password: str) -> Iterator[MainWindow]:
    """The main window, signed in and showing its first rows with their exact count."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    remembered = data_dir / "benchmark-preferences.json"
    remembered.unlink(missing_ok=True)  # a filter or an order that another run left on
    preferences = Preferences(remembered)
    tasks = Tasks()
    # As in the program: no worker collects in the middle of what is measured, and nobody collects the windows that were
    # there before while Qt goes through them to put on a style.
    garbage = GarbageCollector(tasks)
    theme = Theme(app, "light", 1.0)
    account = work.sign_in(target, username, password)
    garbage.keep_what_is_loaded()
    session = Session(account, Profile("Benchmark", "local", data_dir), preferences, theme, tasks)
    window = cast("MainWindow", session.window)
    window.resize(1440, 900)
    session.start()
    try:
        wait(lambda: window.customers.table.model.exact)
        yield window
    finally:
        window.hide()
        session.close()
        tasks.close()
        garbage.close()
