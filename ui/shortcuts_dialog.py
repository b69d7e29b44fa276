"""F1: the map of keys, drawn from the registry."""

from __future__ import annotations

from PySide6.QtCore import Qt
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
        for group in GROUPS:
            section = QVBoxLayout()
            section.setSpacing(S)
            section.addWidget(text_label(group, "subheading"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(XL)
            grid.setVerticalSpacing(S)
            grid.setColumnStretch(0, 3)
            grid.setColumnStretch(1, 2)
            for row, key in enumerate(k for k in KEYS if k.group == group):
                grid.addWidget(text_label(key.text), row, 0, Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(_keys(key.keys), row, 1, Qt.AlignmentFlag.AlignVCenter)
            section.addLayout(grid)
            section.addSpacing(M)
            self.body.addLayout(section)
        self.body.addStretch(1)
        self.body.setSpacing(L)
        close = self.add_button("Close", "primary")
        close.setDefault(True)
        close.clicked.connect(lambda _c=False: self.accept())


def _keys(keys: tuple[str, ...]) -> QWidget:
    holder = QWidget()
    row = FlowLayout(holder, spacing=6)
    for text in keys:
        row.addWidget(Badge(QKeySequence(text).toString(QKeySequence.SequenceFormat.NativeText)))
    return holder
