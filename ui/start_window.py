"""The window before the main window: a brand panel where there is room, and one page at a time."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ui.theme.icons import paint_icon
from ui.theme.tokens import PHONE, XL, XXL, tokens
from ui.widgets.frames import scrolled

COLUMN = 420
BRAND_FROM = 860


class StartPage(QWidget):
    """A page of the start window: a column of at most COLUMN pixels, centred, scrolled when the window is low."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(16)
        holder = QWidget()
        holder.setMaximumWidth(COLUMN)
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        holder.setLayout(self.column)
        content = QWidget()
        self._around = QHBoxLayout(content)
        centred = QVBoxLayout()
        centred.addStretch(2)
        centred.addWidget(holder)
        centred.addStretch(3)
        self._around.addStretch(1)
        self._around.addLayout(centred, 1000)
        self._around.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(content))
        self._set_margin(XXL)

    def arrived(self) -> None:
        """Called when the page comes to the front: put the focus where typing starts."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margin(XL if self.width() < PHONE else XXL)

    def _set_margin(self, margin: int) -> None:
        self._around.setContentsMargins(margin, margin, margin, margin)


class BrandPanel(QWidget):
    """The product's face: its name over quiet shapes. Decoration, invisible to screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        ground = QLinearGradient(area.topLeft(), area.bottomRight())
        ground.setColorAt(0.0, QColor("#2b3a86" if theme.dark else "#3353d6"))
        ground.setColorAt(1.0, QColor("#161d3f" if theme.dark else "#1f3796"))
        painter.fillRect(area, ground)
        self._paint_cards(painter, area)
        self._paint_words(painter, area)

    def _paint_cards(self, painter: QPainter, area: QRectF) -> None:
        """Customer cards, tilted and without words, running out of the panel's corner."""
        painter.save()
        painter.translate(area.width() * 0.30, area.height() * 0.52)
        painter.rotate(-9)
        for step, alpha in enumerate((34, 26, 18)):
            card = QRectF(step * 38, step * 132, 420, 112)
            painter.setPen(QPen(QColor(255, 255, 255, alpha + 24), 1))
            painter.setBrush(QColor(255, 255, 255, alpha))
            painter.drawRoundedRect(card, 14, 14)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(255, 255, 255, alpha + 46))
            painter.drawEllipse(QPointF(card.left() + 46, card.center().y()), 22, 22)
            for line, (width, height) in enumerate(((130, 10), (190, 8), (96, 8))):
                bar = QRectF(card.left() + 88, card.top() + 26 + line * 24, width, height)
                painter.drawRoundedRect(bar, height / 2, height / 2)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        white = QColor("#ffffff")
        left, top = 40.0, 44.0
        paint_icon(painter, QRectF(left, top, 32, 32).toRect(), "handshake", white)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(white)
        painter.drawText(QRectF(left + 44, top, area.width(), 32), Qt.AlignmentFlag.AlignVCenter, "CRM Desktop")
        font.setPointSizeF(self.font().pointSizeF() * 2.0)
        painter.setFont(font)
        box = QRectF(left, top + 84, area.width() - 2 * left, area.height() * 0.4)
        painter.drawText(
            box,
            int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap),
            "Every customer.\nEvery conversation.\nAt hand.",
        )


class StartWindow(QWidget):
    """Holds the pages; `closed` when the person closes it."""

    closed = Signal()
    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("CRM Desktop")
        room = self.screen().availableSize()
        self.resize(min(1000, room.width()), min(680, room.height()))
        self.setMinimumSize(340, 420)
        self._brand = BrandPanel()
        self._pages = QStackedWidget()
        self._pages.setProperty("role", "surface")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._brand, 43)
        row.addWidget(self._pages, 57)
        self._has_painted = False

    @property
    def page(self) -> StartPage | None:
        current = self._pages.currentWidget()
        return current if isinstance(current, StartPage) else None

    def show_page(self, page: StartPage) -> None:
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        page.arrived()

    def drop_page(self, page: StartPage) -> None:
        self._pages.removeWidget(page)
        page.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._brand.setVisible(self.width() >= BRAND_FROM)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            self.painted.emit()

    def closeEvent(self, event: object) -> None:
        self.closed.emit()
