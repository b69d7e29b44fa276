"""A list with what stands above it: a search, filters, what it comes to, and buttons for the row in hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.shell.shape import Shape
from ui.tables.paged_view import PagedTable
from ui.theme.tokens import XL, L, S
from ui.widgets.frames import separator
from ui.widgets.labels import ElidedLabel
from ui.widgets.search_field import SearchField

LEAST_TABLE = 140


class ListFrame(QWidget):
    """Lays the parts out for the width there is; the list is compact on a narrow window."""

    def __init__(self, table: PagedTable, search_name: str, placeholder: str) -> None:
        super().__init__()
        self.table = table
        table.setMinimumHeight(LEAST_TABLE)
        self.search = SearchField(search_name, placeholder)
        self.search.setMaximumWidth(self.fontMetrics().averageCharWidth() * 44)
        self.count = ElidedLabel("", "muted")
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setSpacing(S)
        self._below = QHBoxLayout()

    def lay_out(self, filters: QWidget | None, tools: Sequence[QWidget], chips: QWidget | None = None) -> None:
        """Once, when all parts are made."""
        self._bar.addWidget(self.search, 1)
        if filters is not None:
            self._bar.addWidget(filters, 2)
        else:
            self._bar.addStretch(1)
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
        shape = Shape.of(self.width())
        narrow = shape is Shape.NARROW
        across = shape is Shape.WIDE
        self._bar.setDirection(QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom)
        end = Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft
        self.count.setAlignment(end | Qt.AlignmentFlag.AlignVCenter)
        self.search.setMaximumWidth(self.fontMetrics().averageCharWidth() * 44 if across else 16_777_215)
        left, right = (L, S) if narrow else (XL, L)
        self._bar.setContentsMargins(left, S, right, S)
        self._below.setContentsMargins(left, 0, right, 0)
        self.table.set_compact(narrow)
        self.on_shape(shape)
        QTimer.singleShot(0, self, self._lay_out_again)

    def _lay_out_again(self) -> None:
        """The layout was under way when the width told it to turn: it would keep the height of before."""
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()
