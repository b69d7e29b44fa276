"""F1: the map of keys, drawn from the registry."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.shortcuts import GROUPS, KEYS
from ui.theme.tokens import XL, L, M, S
from ui.widgets.badges import Badge
from ui.widgets.dialog import Dialog
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label


class ShortcutsDialog(Dialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Keys", parent, width=620, height=640)
        window = parent.window() if parent is not None else None
        letters = self.fontMetrics().averageCharWidth()
        is_narrow = window is not None and window.width() < letters * 60
        for group in GROUPS:
            section = QVBoxLayout()
            section.setSpacing(S)
            section.addWidget(text_label(group, "subheading"))
            section.addLayout(_rows(group, narrow=is_narrow))
            section.addSpacing(M)
            self.body.addLayout(section)
        self.body.addStretch(1)
        self.body.setSpacing(L)
        close = self.add_button("Close", "primary")
        close.setDefault(True)
        close.clicked.connect(lambda _c=False: self.accept())


def _rows(group: str, *, narrow: bool) -> QGridLayout:
    """What each key does, and the key: beside it, or below where there is no room."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(XL)
    grid.setVerticalSpacing(S)
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(1, 0 if narrow else 2)
    for number, key in enumerate(key for key in KEYS if key.group == group):
        row, at = (2 * number, (2 * number + 1, 0)) if narrow else (number, (number, 1))
        grid.addWidget(text_label(key.text), row, 0)
        grid.addWidget(_keys(key.keys), *at)
    return grid


def _keys(keys: tuple[str, ...]) -> QWidget:
    holder = QWidget()
    row = FlowLayout(holder, spacing=6)
    for text in keys:
        row.addWidget(Badge(QKeySequence(text).toString(QKeySequence.SequenceFormat.NativeText)))
    return holder
