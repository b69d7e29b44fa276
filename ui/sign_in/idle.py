"""Notices when nobody has touched keyboard or pointer for some minutes."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletMove,
    }
)
_LOOK_EVERY_MS = 5_000


class IdleWatch(QObject):
    """`idle` once after `minutes` without input; 0 minutes: never.

    It listens to windows, not to the application: a filter there would run Python for every event of every widget.
    """

    idle = Signal()

    def __init__(self, minutes: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seconds = minutes * 60
        self._last = time.monotonic()
        self._told = False
        self._windows: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)
        self._watch(QGuiApplication.focusWindow())
        self._timer.start()

    def set_minutes(self, minutes: float) -> None:
        self._seconds = minutes * 60
        self.touch()

    def touch(self) -> None:
        """Somebody is there."""
        self._last = time.monotonic()
        self._told = False

    def look(self) -> None:
        """Tell if it is time to."""
        if self._seconds and not self._told and time.monotonic() - self._last >= self._seconds:
            self._told = True
            self.idle.emit()

    def stop(self) -> None:
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.touch()
        return False

    def _watch(self, window: QWindow | None) -> None:
        if window is None:
            return
        self.touch()
        identity = int(window.winId())
        if identity not in self._windows:
            self._windows.add(identity)
            window.installEventFilter(self)
