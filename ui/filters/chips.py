"""A line of chips: the conditions that are on, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from ui.theme.tokens import S
from ui.widgets.buttons import button, icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import ElidedLabel

WIDEST = 420


class ChipLine(QWidget):
    """`removed` and `opened` carry a chip's place; hidden while there is none."""

    removed = Signal(int)
    cleared = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Conditions")
        self.chips: list[ConditionChip] = []
        self._flow = FlowLayout(self, spacing=6)
        self.clear_button = button("Clear all", self.cleared.emit, kind="link")
        self.clear_button.setAccessibleName("Clear all conditions")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def set_margin_below(self, margin: int) -> None:
        """Room below the chips, while there are any."""
        self._flow.setContentsMargins(0, 0, 0, margin)

    def show_conditions(self, words: Sequence[str]) -> None:
        """One chip for each."""
        if [chip.text for chip in self.chips] == list(words):
            return
        had_focus = any(chip.remove_button.hasFocus() for chip in self.chips)
        while self._flow.takeAt(0) is not None:
            pass
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = [self._chip(place, text) for place, text in enumerate(words)]
        for chip in self.chips:
            self._flow.addWidget(chip)
        self._flow.addWidget(self.clear_button)
        self.setVisible(bool(self.chips))
        if had_focus and self.chips:
            self.chips[-1].remove_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.updateGeometry()

    def _chip(self, place: int, text: str) -> ConditionChip:
        chip = ConditionChip(text)
        chip.removed.connect(lambda: self.removed.emit(place))
        return chip


class ConditionChip(QFrame):
    """One condition; long ones end in an ellipsis and are whole in the tooltip and for screen readers."""

    removed = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self.setProperty("role", "chip")
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(WIDEST)
        row = QHBoxLayout(self)
        row.setContentsMargins(S, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(ElidedLabel(text), 1)
        self.remove_button = icon_button("close", f"Remove {text}", self.removed.emit, small=True, side=12)
        row.addWidget(self.remove_button)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(min(hint.width(), WIDEST), hint.height())
