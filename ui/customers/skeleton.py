"""Grey shapes where a card will be, while it loads."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.tokens import L, M, tokens

# Width of each line as a share of the room, and its height in lines of text; 0 is a gap.
_LINES = ((0.45, 1.6), (0.3, 0.9), (0, 1.0), (0.9, 2.2), (0, 1.0), (0.7, 0.9), (0.55, 0.9), (0.65, 0.9), (0.4, 0.9),
          (0, 1.0), (0.3, 1.1), (0.85, 2.4), (0.85, 2.4), (0.85, 2.4))  # fmt: skip


class Skeleton(QWidget):
    """Still, on purpose: an animation would cost more than most loads take."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Loading")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().neutral_soft))
        line = self.fontMetrics().height()
        y = float(L)
        for share, lines in _LINES:
            if share:
                painter.drawRoundedRect(QRectF(L, y, (self.width() - 2 * L) * share, line * lines), 6, 6)
                y += line * lines + M
            else:
                y += line * lines - M / 2
        painter.end()
