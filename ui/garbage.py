"""Garbage is collected on the GUI thread only.

Python collects in whichever thread happens to allocate. A worker that frees the Python half of a widget while Qt asks
that widget for its meta object, which PySide does without holding Python's lock, ends the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 1_000


class GarbageCollector(QObject):
    """Made on the GUI thread; collects there, generation by generation, as often as Python itself would."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what is due, the oldest generation that is: it takes the younger ones with it."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def keep_what_is_loaded(self) -> None:
        """Modules and classes stay for good: later collections need not look at them, and take less time."""
        gc.freeze()

    def close(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
