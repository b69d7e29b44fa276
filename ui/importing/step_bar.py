"""Where in the wizard one is: all steps where there is room, else "Step 2 of 6"."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui.theme.tokens import PHONE, S
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label


class StepBar(QWidget):
    """Says it, does nothing."""

    def __init__(self, titles: tuple[str, ...]) -> None:
        super().__init__()
        self._titles = titles
        self._current = 0
        self.short = text_label("", "caption", wrap=False)
        self._labels: list[QLabel] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(self.short)
        for number, title in enumerate(titles):
            if number:
                row.addWidget(self._part("›", "step"))
            row.addWidget(self._part(title, "step"))
        row.addStretch(1)
        self.show_step(0)

    def _part(self, text: str, role: str) -> QLabel:
        label = text_label(text, role, wrap=False)
        self._labels.append(label)
        return label

    def show_step(self, number: int) -> None:
        """Mark one."""
        self._current = number
        self.short.setText(f"Step {number + 1} of {len(self._titles)}: {self._titles[number]}")
        self.setAccessibleName(self.short.text())
        for place, label in enumerate(self._labels):
            step, separator = divmod(place, 2)
            state = "" if separator else "current" if step == number else "done" if step < number else ""
            label.setProperty("state", state)
            restyle(label)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Words give way before the wizard becomes wider than the window."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = sum(label.sizeHint().width() + S for label in self._labels)
        short = self.width() < max(wanted, PHONE - 200)
        self.short.setVisible(short)
        for label in self._labels:
            label.setVisible(not short)
