"""A list with what stands above it: a search, filters, what it comes to, and buttons for the row in hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.shell.shape import Shape
from ui.tables.paged_view import PagedTable
from ui.theme.tokens import XL, L, S
from ui.widgets.frames import separator
from ui.widgets.labels import ElidedLabel
from ui.widgets.search_field import SearchField

LEAST_TABLE = 140
LETTERS_BESIDE = 80
"""From this width on, in letters, the search stands beside the filters."""


class ListFrame(QWidget):
    """Lays the parts out for the width there is; the list is compact on a narrow window."""

    letters_across = 120
    """The width in letters from which on everything above the list fits in one line."""

    def __init__(self, table: PagedTable, search_name: str, placeholder: str) -> None:
        super().__init__()
        self.table = table
        table.setMinimumHeight(LEAST_TABLE)
        self.search = SearchField(search_name, placeholder)
        self.search.setMaximumWidth(self.fontMetrics().averageCharWidth() * 44)
        self.count = ElidedLabel("", "muted")
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setSpacing(S)
        self._narrowing = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._narrowing.setSpacing(S)
        self._below = QHBoxLayout()

    def lay_out(self, filters: QWidget | None, tools: Sequence[QWidget], chips: QWidget | None = None) -> None:
        """Once, when all parts are made."""
        self._narrowing.addWidget(self.search, 1)
        if filters is not None:
            self._narrowing.addWidget(filters, 2)
        else:
            self._narrowing.addStretch(1)
        self._bar.addLayout(self._narrowing, 1)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.count, 1)
        for tool in tools:
            row.addWidget(tool)
        self._bar.addLayout(row)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._bar)
        if chips is not None:
            self._below.addWidget(chips)
            box.addLayout(self._below)
        box.addWidget(separator())
        box.addWidget(self.table, 1)

    def on_shape(self, shape: Shape) -> None:
        """Another width."""

    def minimumSizeHint(self) -> QSize:
        """What stands side by side gives way before it forces the window wider."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.layout() is not None:
            self._fit()

    def _fit(self) -> None:
        shape = Shape.of(self.width())
        narrow = shape is Shape.NARROW
        letters = self.width() / self.fontMetrics().averageCharWidth()
        across = shape is Shape.WIDE and letters >= self.letters_across
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._bar.setDirection(beside if across else below)
        self._narrowing.setDirection(below if narrow or letters < LETTERS_BESIDE else beside)
        end = Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft
        self.count.setAlignment(end | Qt.AlignmentFlag.AlignVCenter)
        self.search.setMaximumWidth(self.fontMetrics().averageCharWidth() * 44 if across else 16_777_215)
        edge = L if narrow else XL
        self._bar.setContentsMargins(edge, S, edge, S)
        self._below.setContentsMargins(edge, 0, edge, 0)
        self.table.set_compact(narrow)
        self.on_shape(shape)
        QTimer.singleShot(0, self, self._lay_out_again)

    def _lay_out_again(self) -> None:
        """The layout was under way when the width told it to turn: it would keep the height of before."""
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()
