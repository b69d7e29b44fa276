"""A row of choices of which one is on: filters by type, status, due."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class SegmentedFilter(QFrame):
    """`options` are (value, text). The arrow keys move between them."""

    changed = Signal(str)

    def __init__(self, name: str, options: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "segments")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for value, text in options:
            segment = QPushButton(text)
            segment.setProperty("kind", "segment")
            segment.setCheckable(True)
            segment.setAutoDefault(False)
            segment.setCursor(Qt.CursorShape.PointingHandCursor)
            segment.setAccessibleName(f"{name}: {text}")
            segment.clicked.connect(lambda _checked=False, chosen=value: self.changed.emit(chosen))
            self._group.addButton(segment)
            self._buttons[value] = segment
            row.addWidget(segment)
        if options:
            self.set_value(options[0][0])

    @property
    def value(self) -> str:
        return next((value for value, made in self._buttons.items() if made.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Without emitting `changed`."""
        if value in self._buttons:
            self._buttons[value].setChecked(True)

    def set_text(self, value: str, text: str) -> None:
        self._buttons[value].setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        values = list(self._buttons)
        chosen = values[(values.index(self.value) + step) % len(values)]
        self._buttons[chosen].setFocus(Qt.FocusReason.TabFocusReason)
        if chosen != self.value:
            self.set_value(chosen)
            self.changed.emit(chosen)
