"""A list and the card of what is chosen in it: side by side, the card sliding over the list, or one column."""

from PySide6.QtCore import QEasingCurve, QElapsedTimer, QPoint, QPropertyAnimation, QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.shell.shape import Shape

SIDE_WIDTH = 420
OVER_WIDTH = 460
OVER_WIDTH_MORE = 180
"""A card that has the room side by side gets so much more of it above its list."""
SLIDE_MS = 160


class Scrim(QWidget):
    """Darkens the list under a card that lies over it; a click on it closes the card."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = QElapsedTimer()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shown.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 90))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The second click of a double click on the row that opened the card is meant for the row.
        if self._shown.hasExpired(QApplication.doubleClickInterval()):
            self.clicked.emit()


class CardPane(QWidget):
    """`content` keeps its place; `card` comes and goes. Side by side the card is a strip beside the content or, with a
    `content_width`, has the room and the content is the strip."""

    closed = Signal()

    def __init__(self, content: QWidget, parent: QWidget | None = None, *, content_width: int = 0) -> None:
        super().__init__(parent)
        self._content, self._content_width = content, content_width
        self._shape = Shape.WIDE
        self._card: QWidget | None = None
        self._open = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(content, 1)
        self._scrim = Scrim(self)
        self._scrim.hide()
        self._scrim.clicked.connect(self.close_card)
        self._holder = QFrame(self)
        self._holder.setProperty("role", "card-pane")
        self._holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._holder.hide()
        self._inside = QVBoxLayout(self._holder)
        self._inside.setContentsMargins(1, 0, 0, 0)
        self._slide = QPropertyAnimation(self._holder, b"pos", self)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)

    def set_card(self, card: QWidget) -> None:
        """The card, built when it is first needed."""
        self._card = card
        self._inside.addWidget(card)

    @property
    def is_open(self) -> bool:
        """Whether the card is on screen."""
        return self._open

    @property
    def covers(self) -> bool:
        """Whether an open card lies over the list."""
        return self._shape is not Shape.WIDE

    def set_shape(self, shape: Shape) -> None:
        """Another width of the window."""
        if shape is self._shape:
            return
        self._shape = shape
        self._place()

    def open_card(self) -> None:
        """Bring the card in."""
        if self._open:
            return
        self._open = True
        self._place()
        if self.covers:
            end = self._over_rect().topLeft()
            self._slide.stop()
            self._slide.setStartValue(QPoint(self.width(), end.y()))
            self._slide.setEndValue(end)
            self._slide.start()

    def close_card(self) -> None:
        """Take the card away."""
        if not self._open:
            return
        self._open = False
        self._slide.stop()
        self._place()
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.covers:
            self._slide.stop()
            self._place()

    def _over_rect(self) -> QRect:
        most = OVER_WIDTH + (OVER_WIDTH_MORE if self._content_width else 0)
        width = self.width() if self._shape is Shape.NARROW else min(most, self.width())
        return QRect(self.width() - width, 0, width, self.height())

    def _place(self) -> None:
        covers = self.covers
        self._row.removeWidget(self._holder)
        strip = self._content_width if self._open and not covers else 0
        self._content.setMinimumWidth(strip)
        self._content.setMaximumWidth(strip or 16_777_215)
        if covers:
            self._holder.setMinimumWidth(0)
            self._holder.setMaximumWidth(16_777_215)
            self._scrim.setGeometry(self.rect())
            self._scrim.setVisible(self._open and self._shape is Shape.MEDIUM)
            self._holder.setGeometry(self._over_rect())
            self._scrim.raise_()
            self._holder.raise_()
        else:
            self._scrim.hide()
            if self._content_width:
                self._holder.setMaximumWidth(16_777_215)
            else:
                self._holder.setFixedWidth(SIDE_WIDTH)
            self._row.addWidget(self._holder, 1 if self._content_width else 0)
        self._holder.setVisible(self._open)
