"""A search field: magnifier, clear button, and a signal for what is typed."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme.icons import icon

_NONE = Qt.KeyboardModifier.NoModifier
BURST_MS = 60
"""Keystrokes closer together than this (a held key, a paste in parts) are one."""


class SearchField(QLineEdit):
    """`searched` comes with the stripped text of each keystroke, of a burst once it is over. Esc clears.

    `entered` comes with Return and with Down, once what was typed has been searched for.
    """

    searched = Signal(str)
    entered = Signal()

    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder or name)
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self.addAction(icon("close"), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setToolTip("Clear")
        self._clear.setVisible(False)
        self._clear.triggered.connect(lambda _c=False: self.clear())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._emit)
        self._since_key = QElapsedTimer()
        self._last = ""
        self.textChanged.connect(self._changed)
        self.returnPressed.connect(self._enter)

    def set_text_quietly(self, text: str) -> None:
        """Without emitting `searched`."""
        self._last = text.strip()
        self.setText(text)
        self._timer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._emit()
            return
        if event.key() == Qt.Key.Key_Down and event.modifiers() in (_NONE, Qt.KeyboardModifier.KeypadModifier):
            self._enter()  # and on to whoever lists what was found below the field
        super().keyPressEvent(event)

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        in_burst = self._since_key.isValid() and self._since_key.elapsed() < BURST_MS
        self._since_key.start()
        self._timer.start(BURST_MS if in_burst else 0)

    def _enter(self) -> None:
        self._emit()
        self.entered.emit()

    def _emit(self) -> None:
        self._timer.stop()
        text = self.text().strip()
        if text != self._last:
            self._last = text
            self.searched.emit(text)
