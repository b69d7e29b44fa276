"""One column of the file: its name with examples, and what it holds."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.importing.preview import Column
from crm_desktop.importing.targets import LEAVE, NOTE, TARGETS, title_of
from ui.theme.tokens import L, S
from ui.widgets.badges import Badge
from ui.widgets.form import ComboBox
from ui.widgets.labels import ElidedLabel

SIDE_BY_SIDE = 520


class ColumnRow(QWidget):
    """`chosen` carries the new target."""

    chosen = Signal(str)

    def __init__(self, kind: str, column: Column, target: str) -> None:
        super().__init__()
        self.column = column
        self._kind = kind
        self.name = ElidedLabel(column.name, "subheading")
        examples = " · ".join(" ".join(example.split()) for example in column.examples)
        self.examples = ElidedLabel(examples or "No values in the first rows", "caption")
        self.badge = Badge("")
        self.box = ComboBox([])
        self.box.setAccessibleName(f"{column.name} holds")
        self.box.setAccessibleDescription(examples)
        group = ""
        for choice in TARGETS[kind]:
            if group and choice.group != group:
                self.box.insertSeparator(self.box.count())
            group = choice.group
            self.box.addItem(choice.title, choice.key)
        words = QVBoxLayout()
        words.setSpacing(2)
        top = QHBoxLayout()
        top.setSpacing(S)
        top.addWidget(self.name, 1)
        top.addWidget(self.badge)
        words.addLayout(top)
        words.addWidget(self.examples)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(L)
        self._row.addLayout(words, 3)
        self._row.addWidget(self.box, 2)
        self._showing = False
        self.set_target(target)
        self.box.value_changed.connect(self._on_chosen)

    def set_target(self, target: str) -> None:
        """Show what the column holds; nothing is told."""
        self._showing = True
        shown = target or NOTE
        if self.box.findData(shown) < 0:
            self.box.addItem(title_of(self._kind, shown), shown)
        self.box.set_value(shown)
        self._mark(target)
        self._showing = False

    def _mark(self, target: str) -> None:
        column = self.column
        if not target and not column.target:
            self.badge.set("Not recognised", "warning")
        elif target == column.target:
            self.badge.set("Recognised", "success")
        elif target == column.suggestion:
            self.badge.set("Suggested", "info")
        elif target in (LEAVE, NOTE):
            self.badge.set("Left out" if target == LEAVE else "Kept", "neutral")
        else:
            self.badge.set("Chosen", "accent")

    def _on_chosen(self, target: str) -> None:
        if not self._showing and target:
            self._mark(target)
            self.chosen.emit(target)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        letters = self.fontMetrics().averageCharWidth()
        wide = self.width() >= max(SIDE_BY_SIDE, letters * 60)
        wanted = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != wanted:
            self._row.setDirection(wanted)
            self._row.setSpacing(L if wide else S)
