"""One of several values to choose from: a radio button and the whole value below it."""

from __future__ import annotations

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout

from ui.theme.tokens import XS, S
from ui.widgets.value_label import ValueLabel


class Option(QFrame):
    """Joins `group` under `number`. A click anywhere chooses it. `origin` says below the value whose it is."""

    def __init__(
        self, group: QButtonGroup, number: int, caption: str, shown: str, label: str, origin: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.radio = QRadioButton(caption)
        self.radio.setAccessibleName(
            ", ".join(part for part in (f"{label}: {caption}", shown or "empty", origin) if part)
        )
        group.addButton(self.radio, number)
        value = ValueLabel(shown or "empty", "" if shown else "muted", selectable=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, XS, S, S)
        column.setSpacing(XS)
        column.addWidget(self.radio)
        column.addWidget(value)
        if origin:
            column.addWidget(ValueLabel(origin, "caption", selectable=False))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.radio.setChecked(True)
        self.radio.setFocus()
        super().mousePressEvent(event)
