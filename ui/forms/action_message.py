"""A message box of a form with a way to act on it, or two."""

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
        self._act_otherwise: Callable[[], None] | None = None
        self.action_button = button("", self._on_action)
        self.other_button = button("", self._on_other)
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        for each in (self.other_button, self.action_button):
            each.hide()
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)

    def tell(
        self,
        tone: str,
        title: str,
        text: str = "",
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *,
        other_text: str = "",
        other: Callable[[], None] | None = None,
    ) -> None:
        """`tone`: danger, warning, success or info."""
        self._act, self._act_otherwise = action, other
        for made, words in ((self.action_button, action_text), (self.other_button, other_text)):
            made.setText(words)
            made.setVisible(bool(words))
        self.say(title, text, tone)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _on_action(self) -> None:
        if self._act is not None:
            self._act()

    def _on_other(self) -> None:
        if self._act_otherwise is not None:
            self._act_otherwise()
