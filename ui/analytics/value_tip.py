"""The values beside the pointer or the keyboard's cursor: a part of the chart, so that nothing flickers or lags."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

GAP = 14


class ValueTip(QLabel):
    """Stays within the chart and beside the place that it tells of."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setProperty("role", "value-tip")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def tell(self, words: str, at: QPoint) -> None:
        """Show words near a place of the parent."""
        if words != self.text():
            self.setText(words)
        room = self._room.rect()
        self.setWordWrap(False)
        size = self.sizeHint()
        if size.width() > room.width():  # large text on a narrow chart goes on in a second line
            self.setWordWrap(True)
            size = QSize(room.width(), self.heightForWidth(room.width()))
        self.resize(size)
        x = at.x() + GAP
        if x + self.width() > room.right():
            x = at.x() - GAP - self.width()
        y = at.y() - self.height() - GAP // 2
        if y < room.top():
            y = at.y() + GAP
        place = QRect(QPoint(x, y), self.size())
        place.moveLeft(max(room.left(), min(place.left(), room.right() + 1 - place.width())))
        place.moveTop(max(room.top(), min(place.top(), room.bottom() + 1 - place.height())))
        self.move(place.topLeft())
        self.show()
        self.raise_()
