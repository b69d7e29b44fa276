"""The thin line along the top of something that is being read."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.progress import BusyLine

PATIENCE_MS = 180
"""Shorter waits show nothing: a flash of "loading" feels slower than none."""


class WaitingLine(BusyLine):
    """Lies over its parent, which calls `place` when it is resized."""

    appeared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._below = parent
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._appear)
        self.hide()

    def start(self) -> None:
        """From now on it is waited for."""
        self._patience.start()

    def stop(self) -> None:
        """It is there, or will not come."""
        self._patience.stop()
        self.set_busy(False)
        self.hide()

    def place(self) -> None:
        """Along the top."""
        self.setGeometry(0, 0, self._below.width(), self.sizeHint().height())

    def _appear(self) -> None:
        self.set_busy(True)
        self.show()
        self.raise_()
        self.appeared.emit()
