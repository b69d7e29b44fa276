"""Short lists on the loyalty tab: a heading, and lines with a number at their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.tokens import XS, M, S
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label


@dataclass(frozen=True)
class Line:
    """`tone` colours the number; `aside` stands below it, `detail` below the title."""

    title: str
    number: str
    detail: str = ""
    aside: str = ""
    tone: str = ""
    tooltip: str = ""


class LineRow(QWidget):
    """One line; it can be given another."""

    def __init__(self) -> None:
        super().__init__()
        self.title = text_label("")
        self.detail = text_label("", "caption")
        self.number = text_label("", "amount", wrap=False)
        self.aside = text_label("", "caption", wrap=False)
        words, numbers = QVBoxLayout(), QVBoxLayout()
        for column, upper, lower in ((words, self.title, self.detail), (numbers, self.number, self.aside)):
            column.setSpacing(0)
            column.addWidget(upper)
            column.addWidget(lower)
            column.addStretch(1)
        for label in (self.number, self.aside):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, XS, 0, XS)
        row.setSpacing(M)
        row.addLayout(words, 1)
        row.addLayout(numbers)

    def show_line(self, line: Line) -> None:
        """Fill in the words."""
        for label, text in (
            (self.title, line.title), (self.detail, line.detail), (self.number, line.number), (self.aside, line.aside),
        ):  # fmt: skip
            label.setText(text)
            label.setHidden(not text)
        self.number.setProperty("tone", line.tone)
        restyle(self.number)
        self.setToolTip(line.tooltip)
        self.setAccessibleName(", ".join(filter(None, (line.title, line.number, line.detail, line.aside))))


class Lines(QWidget):
    """Rows are made once and filled again. Hidden while there is nothing, unless `none` says so."""

    def __init__(self, heading: str, none: str = "") -> None:
        super().__init__()
        self.setAccessibleName(heading)
        self._spare: list[LineRow] = []
        self.rows: list[LineRow] = []
        self._none = text_label(none, "muted")
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(text_label(heading, "subheading"))
        column.addWidget(self._none)
        column.addLayout(self._column)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these."""
        while len(self.rows) < len(lines):
            row = self._spare.pop() if self._spare else LineRow()
            self.rows.append(row)
            self._column.addWidget(row)
        while len(self.rows) > len(lines):
            self._spare.append(self.rows.pop())
            self._spare[-1].hide()
        for row, line in zip(self.rows, lines, strict=True):
            row.show_line(line)
            row.show()
        self._none.setVisible(not lines and bool(self._none.text()))
        self.setHidden(not lines and not self._none.text())
