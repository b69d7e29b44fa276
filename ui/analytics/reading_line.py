"""The line below a chart that takes its time: that it is being counted, as of when it is, and how to go on."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.interactions.local_time import full_text, now_wall, to_wall
from ui.theme.tokens import XS, S
from ui.widgets.buttons import button
from ui.widgets.labels import text_label
from ui.widgets.progress import BusyLine

AFTER_MS = 1_000
"""What takes no longer than this needs no words."""


class ReadingLine(QWidget):
    """Hidden as long as there is nothing to say."""

    cancel_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.words = text_label("", "caption", wrap=False)
        self.cancel_button = button("Cancel", self.cancel_wanted.emit, kind="link")
        self.cancel_button.setAccessibleName(f"{title}: stop counting")
        self.again_button = button("Count again", self.again_wanted.emit, kind="link")
        self.again_button.setAccessibleName(f"{title}: count again")
        self._busy = BusyLine()
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.words)
        row.addWidget(self.cancel_button)
        row.addWidget(self.again_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(self._busy)
        column.addLayout(row)
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(lambda: self._say("Counting…", counting=True))
        self.hide()

    def start(self) -> None:
        """It is being read from now on; said only when it goes on for a while."""
        self._soon.start()

    def stop(self) -> None:
        """Nothing to say any more."""
        self._soon.stop()
        self._busy.set_busy(False)
        self.hide()

    def tell(self, counted_at: datetime, *, stale: bool) -> None:
        """As of when the figures are; `stale`: something has changed since."""
        self._soon.stop()
        when = to_wall(counted_at)
        time = f"{when:%H:%M}" if when.date() == now_wall().date() else full_text(when)
        self._say(f"As of {time}; there have been changes since." if stale else f"As of {time}.", again=stale)

    def _say(self, words: str, *, counting: bool = False, again: bool = False) -> None:
        self.words.setText(words)
        self._busy.set_busy(counting)
        self._busy.setVisible(counting)
        self.cancel_button.setVisible(counting)
        self.again_button.setVisible(again)
        self.show()
