"""A password field with a button that shows what was typed, and a word when Caps Lock is on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from ui.theme.icons import icon

# As much as PostgreSQL takes, and short enough for a sheet of paper.
LONGEST = 256


class PasswordField(QLineEdit):
    caps_lock = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(LONGEST)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self._caps = False
        self._reveal = self.addAction(icon("eye"), QLineEdit.ActionPosition.TrailingPosition)
        self._name_reveal("Show password")
        self._reveal.triggered.connect(lambda _checked=False: self.set_revealed(not self.revealed))

    @property
    def revealed(self) -> bool:
        return self.echoMode() == QLineEdit.EchoMode.Normal

    def set_revealed(self, revealed: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if revealed else QLineEdit.EchoMode.Password)
        self._reveal.setIcon(icon("eye-slash" if revealed else "eye"))
        self._name_reveal("Hide password" if revealed else "Show password")

    def _name_reveal(self, name: str) -> None:
        """For the tooltip and for screen readers, which see the button that Qt makes of the action."""
        self._reveal.setText(name)
        self._reveal.setToolTip(name)
        for made in self._reveal.associatedObjects():
            if isinstance(made, QToolButton):
                made.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt cannot be asked for Caps Lock: a letter that comes without Shift as a capital tells."""
        text = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self._tell(not self._caps)
        elif len(text) == 1 and text.isalpha() and text.upper() != text.lower():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._tell(text.isupper() != shift)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._tell(False)
        super().focusOutEvent(event)

    def _tell(self, on: bool) -> None:
        if on != self._caps:
            self._caps = on
            self.caps_lock.emit(on)
