"""A message box of a form with a way to act on it, or two."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.tokens import XS, S
from ui.widgets.buttons import button
from ui.widgets.frames import Message

BELOW_LETTERS = 56


class ActionMessage(Message):
    """Screen readers hear it when it appears."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act: Callable[[], None] | None = None
        self._act_otherwise: Callable[[], None] | None = None
        self.action_button = button("", self._on_action)
        self.other_button = button("", self._on_other)
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(S)
        for each in (self.other_button, self.action_button):
            each.hide()
            buttons.addWidget(each)
        self._are_below = False
        self._place_buttons()

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside the words, or below them where they would leave them no room."""
        super().resizeEvent(event)
        below = self.width() < self.fontMetrics().averageCharWidth() * BELOW_LETTERS
        if below != self._are_below:
            self._are_below = below
            self._place_buttons()

    def _place_buttons(self) -> None:
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        words = row.itemAt(1).layout()  # type: ignore[union-attr]
        assert isinstance(words, QVBoxLayout)
        for layout in (row, words):
            layout.removeWidget(self._buttons)
        apart = XS if self._are_below else 0
        self._buttons.setContentsMargins(0, apart, 0, apart)
        if self._are_below:
            words.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            row.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignVCenter)

    def _on_action(self) -> None:
        if self._act is not None:
            self._act()

    def _on_other(self) -> None:
        if self._act_otherwise is not None:
            self._act_otherwise()
