"""One of several values to choose from: a radio button and the whole value below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout

from ui.theme.tokens import XS, S
from ui.widgets.labels import text_label


class Option(QFrame):
    """Joins `group` under `number`. A click anywhere chooses it."""

    def __init__(self, group: QButtonGroup, number: int, caption: str, shown: str, label: str) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.radio = QRadioButton(caption)
        self.radio.setAccessibleName(f"{label}: {caption}, {shown or 'empty'}")
        group.addButton(self.radio, number)
        value = text_label(shown or "empty", "" if shown else "muted")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, XS, S, S)
        column.setSpacing(XS)
        column.addWidget(self.radio)
        column.addWidget(value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.radio.setChecked(True)
        self.radio.setFocus()
        super().mousePressEvent(event)
