"""A message box of a form with a way to act on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.widgets.buttons import button
from ui.widgets.frames import Message


class ActionMessage(Message):
    """Screen readers hear it when it appears."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act: Callable[[], None] | None = None
        self.action_button = button("", self._on_action)
        self.action_button.hide()
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignVCenter)

    def tell(
        self, tone: str, title: str, text: str = "", action_text: str = "", action: Callable[[], None] | None = None
    ) -> None:
        """`tone`: danger, warning, success or info."""
        self._act = action
        self.action_button.setText(action_text)
        self.action_button.setVisible(bool(action_text))
        self.say(title, text, tone)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _on_action(self) -> None:
        if self._act is not None:
            self._act()
