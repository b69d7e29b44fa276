"""Tabs above parts of a page or a card."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QTabBar


def tab_bar(name: str, titles: Iterable[str]) -> QTabBar:
    """`name` is what screen readers call it."""
    bar = QTabBar()
    bar.setProperty("kind", "card")
    bar.setExpanding(False)
    bar.setDrawBase(False)
    bar.setAccessibleName(name)
    for title in titles:
        bar.addTab(title)
    return bar
