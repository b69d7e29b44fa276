"""A value to be read and copied: selectable text that is never cut, however long its words and narrow its room."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

BREAK = "\u200b"  # a place where a line may end; never copied with Ctrl+C


class ValueLabel(QLabel):
    """Breaks a word only where it does not fit, as email addresses and links on narrow windows."""

    def __init__(self, text: str = "", role: str = "", *, selectable: bool = True) -> None:
        super().__init__(text)
        self.value = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        if role:
            self.setProperty("role", role)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # selectable by keyboard once there, no stop for Tab
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_value(self, text: str) -> None:
        """Show another value."""
        self.value = text
        self.setText(text)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 12, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        widest = max((self.fontMetrics().horizontalAdvance(word) for word in re.split(r"[\s-]", self.value)), default=0)
        text = self.value if widest <= self.width() else breakable(self.value)
        if text != self.text():
            self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            QGuiApplication.clipboard().setText(self.selectedText().replace(BREAK, ""))
        else:
            super().keyPressEvent(event)


def breakable(text: str) -> str:
    """The text with places to break within its long words."""
    return " ".join(BREAK.join(word) if len(word) > 12 else word for word in text.split(" "))
