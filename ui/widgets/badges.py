"""Badges (a word on its colour) and chips (a removable word); the colours of the specification's values."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from ui.widgets.buttons import icon_button
from ui.widgets.frames import restyle
from ui.widgets.labels import ElidedLabel

# A value of the specification -> the tone that shows it, in badges and in the tables' cells.
TONES = {
    "active": "success",
    "inactive": "neutral",
    "prospect": "info",
    "pending": "info",
    "completed": "success",
    "cancelled": "neutral",
    "open": "info",
    "paid": "accent",
    "shipped": "warning",
    "refunded": "danger",
    "low": "neutral",
    "medium": "neutral",
    "high": "warning",
    "urgent": "danger",
    "overdue": "danger",
    "today": "warning",
    "bronze": "bronze",
    "silver": "silver",
    "gold": "gold",
    "platinum": "platinum",
    "admin": "accent",
    "employee": "neutral",
    "user": "neutral",
    "deactivated": "neutral",
}


def tone_of(value: str) -> str:
    return TONES.get(value, "neutral")


class Badge(QLabel):
    """A short word on a quiet background."""

    def __init__(self, text: str = "", tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "badge")
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set(self, text: str, tone: str = "neutral") -> None:
        self.setText(text)
        self.setProperty("tone", tone)
        restyle(self)


class Chip(QFrame):
    """A word that can be taken away."""

    removed = Signal(str)

    def __init__(self, text: str, removable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self.setProperty("role", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0 if removable else 2, 0 if removable else 8, 0 if removable else 2)
        row.setSpacing(2)
        row.addWidget(ElidedLabel(text))
        if removable:
            remove = icon_button("close", f"Remove {text}", lambda: self.removed.emit(self.text), small=True, side=12)
            row.addWidget(remove)
