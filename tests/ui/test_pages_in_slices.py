"""A page that takes long to import comes a little at a time, and the window goes on meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.ui.desk import Desk
from ui.shell.page import ShellPage
from ui.shell.pages import Pages, PageSpec


def test_the_window_goes_on_between_the_slices(desk: Desk, qtbot: QtBot) -> None:
    happened: list[str] = []

    def slices() -> Iterator[None]:
        for number in range(3):
            happened.append(f"slice {number}")
            QTimer.singleShot(0, desk.context.operations, lambda: happened.append("window"))
            yield

    def build(_context: object) -> ShellPage:
        happened.append("built")
        return ShellPage()

    spec = PageSpec("slow", "Slow", "tab_analytics", build, beforehand="json", slices=slices)
    pages = Pages(desk.context, (spec,))
    qtbot.addWidget(pages)
    pages.open(0)
    pages.open(0)  # once is enough
    qtbot.waitUntil(lambda: "built" in happened, timeout=10_000)
    assert happened == ["slice 0", "window", "slice 1", "window", "slice 2", "window", "built"]
    assert pages.made == (pages.page("slow"),)


def test_a_page_that_is_needed_at_once_does_not_wait_for_its_slices(desk: Desk, qtbot: QtBot) -> None:
    built: list[ShellPage] = []

    def build(_context: object) -> ShellPage:
        built.append(ShellPage())
        return built[-1]

    spec = PageSpec("slow", "Slow", "tab_analytics", build, beforehand="json", slices=lambda: iter([None, None]))
    pages = Pages(desk.context, (spec,))
    qtbot.addWidget(pages)
    pages.open(0)
    assert pages.page("slow") is built[0]
    desk.settle()
    qtbot.wait(50)
    assert len(built) == 1


def test_the_charts_are_imported_in_many_small_steps() -> None:
    script = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from ui.analytics import importing
import ui.analytics.without_qt
assert "numpy" in sys.modules and "pyqtgraph" not in sys.modules
importing.SLICE_S = 0.001
steps = importing.in_slices()
for number, _ in enumerate(steps):
    if "pyqtgraph" in sys.modules:
        break
assert number > 5, number
assert "ui.analytics.page" not in sys.modules
list(steps)
assert "ui.analytics.page" in sys.modules
"""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
