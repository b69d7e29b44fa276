"""Importing pyqtgraph on the GUI thread without holding up the window: it crashes when another thread imports it.

PySide makes a class of Qt when it is first asked for, and pyqtgraph asks for all of them at once: two thirds of its
time. They are made a few at a time beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from ui.context import Signed

SLICE_S = 0.008


def when_imported(context: Signed, parent: QObject, then: Callable[[], None]) -> None:
    """Call `then` when charts can be made, and let the window go on until then; not after `parent` has gone."""

    def go_on(slices: Iterator[None]) -> None:
        try:
            next(slices)
        except StopIteration:
            then()
        else:
            QTimer.singleShot(0, parent, lambda: go_on(slices))

    context.operations.background(
        parent, lambda _progress: import_module("ui.analytics.without_qt"), lambda _module: go_on(in_slices())
    )


def in_slices() -> Iterator[None]:
    """Each step takes some milliseconds; the last ones are pyqtgraph itself and the page."""
    began = perf_counter()
    for name in ("QtCore", "QtGui", "QtWidgets"):
        module = import_module(f"PySide6.{name}")
        for each in dir(module):
            getattr(module, each)
            if perf_counter() - began > SLICE_S:
                yield
                began = perf_counter()
    for name in ("QtSvg", "QtOpenGL", "QtOpenGLWidgets", "QtTest"):
        import_module(f"PySide6.{name}")
    yield
    import_module("pyqtgraph")
    yield
    import_module("ui.analytics.page")
    yield
