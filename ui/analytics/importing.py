"""Importing pyqtgraph on the GUI thread without holding up the window: it crashes when another thread imports it.

PySide makes a class of Qt when it is first asked for, and pyqtgraph asks for all of them at once: two thirds of its
time. They are made a few at a time beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from time import perf_counter

SLICE_S = 0.008


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
