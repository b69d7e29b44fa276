"""A widget keeps its picture while something short is under way: what is over at once need not be painted."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

HOLD_MS = 120
"""So long nobody takes a picture that stands still for a program that does."""


class HeldPicture(QObject):
    """Belongs to one widget. What changes in it while it holds takes effect at once, and is seen afterwards."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._over = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._over.timeout.connect(self.release)

    def hold(self) -> None:
        """Paint nothing until `release`, or until it takes longer than that."""
        self._widget.setUpdatesEnabled(False)
        self._over.start()

    def release(self) -> None:
        """Paint again, beginning with what has changed."""
        self._over.stop()
        self._widget.setUpdatesEnabled(True)
