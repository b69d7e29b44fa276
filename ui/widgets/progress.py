"""Progress: a panel with text, bar and Cancel; and a thin line on top of a window for work that just takes a moment."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ui.theme.tokens import M, S
from ui.widgets.buttons import button
from ui.widgets.labels import text_label


class ProgressPanel(QWidget):
    """Says what is going on and how far it is. `cancellable` adds a Cancel button."""

    cancelled = Signal()

    def __init__(self, text: str = "", *, cancellable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text_label(text)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        self._bar.setRange(0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self._text)
        row = QHBoxLayout()
        row.setSpacing(M)
        row.addWidget(self._bar, 1)
        self.cancel_button = button("Cancel", self.cancelled.emit)
        self.cancel_button.setVisible(cancellable)
        row.addWidget(self.cancel_button)
        column.addLayout(row)

    def report(self, fraction: float, text: str = "") -> None:
        """`fraction` from 0 to 1, negative when not known. Fits Handle.progress."""
        if text:
            self._text.setText(text)
            self.setAccessibleName(text)
        if fraction < 0:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(fraction * 1000))

    @property
    def text(self) -> str:
        return self._text.text()


class BusyLine(QProgressBar):
    """Three pixels that move while something is running; keeps its place when it is not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "thin")
        self.setTextVisible(False)
        self.setAccessibleName("Working")
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        self.setRange(0, 0 if busy else 1)
        self.setValue(0)
