"""What a table shows before its first rows have come."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.tables.ink import Ink
from ui.tables.painting import PADDING, PLACEHOLDER_SHARES, draw_placeholders

ROW = 40


class LoadingRows(QWidget):
    """Bars where rows will be; shown only when the first rows take noticeably long."""

    def __init__(self, ink: Ink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ink = ink
        self.setAccessibleName("Loading")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.ink.colour("surface"))
        columns = max(1, self.width() // 180)
        width = self.width() // columns
        bars = []
        for row in range(self.height() // ROW + 1):
            painter.fillRect(0, (row + 1) * ROW - 1, self.width(), 1, self.ink.colour("border"))
            for column in range(columns):
                share = PLACEHOLDER_SHARES[(row + column) % len(PLACEHOLDER_SHARES)]
                bar = round((width - 2 * PADDING) * share)
                bars.append(QRect(column * width + PADDING, row * ROW + ROW // 2 - 4, bar, 8))
        draw_placeholders(painter, bars, self.ink)
        painter.end()
