"""Bars, upright or lying, stacked by series: values under the pointer, clicks that say which bar."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ui.analytics.series import ChartData, nice_step, short, thin
from ui.theme import Tokens
from ui.widgets.labels import tooltip

THICKNESS = 0.62
THICKNESS_OF_FEW = 0.42
LABEL_GAP = 16
LEAST_ROWS = 6


class _Bar(pg.GraphicsObject):  # type: ignore[misc]
    """One part of one stack."""

    def __init__(self, rect: QRectF, colour: QColor) -> None:
        super().__init__()
        self._rect = rect
        self._colour = colour
        self._lit = False

    def set_lit(self, lit: bool) -> None:
        if lit != self._lit:
            self._lit = lit
            self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, *_: object) -> None:
        path = QPainterPath()
        path.addRect(self._rect)
        painter.fillPath(path, self._colour.lighter(118) if self._lit else self._colour)


class BarChart(pg.PlotWidget):  # type: ignore[misc]
    """Draws ChartData. `bar_clicked` carries (category, series)."""

    bar_clicked = Signal(int, int)

    def __init__(self, tokens: Tokens, *, lying: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=tokens.surface)
        self._tokens = tokens
        self._lying = lying
        self._clickable = False
        self._data = ChartData((), (), "")
        self._bars: dict[tuple[int, int], tuple[QRectF, _Bar]] = {}
        self._labels: list[pg.TextItem] = []
        self._hovered: tuple[int, int] | None = None
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.getViewBox().setDefaultPadding(0)
        if lying:
            plot.getViewBox().invertY(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._style_axes()

    def sizeHint(self) -> QSize:
        return QSize(320, 190)

    def set_clickable(self, clickable: bool) -> None:
        """Whether bars open what they count."""
        self._clickable = clickable

    def set_data(self, data: ChartData) -> None:
        """Show other figures."""
        self._data = data
        self._draw()

    def set_tokens(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self.setBackground(tokens.surface)
        self._style_axes()
        self._draw()

    def _style_axes(self) -> None:
        plot, tokens = self.getPlotItem(), self._tokens
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        for side in ("bottom", "left"):
            axis = plot.getAxis(side)
            axis.setTextPen(tokens.text_muted)
            axis.setTickFont(small)
            axis.setStyle(tickLength=0, tickTextOffset=8)
        category, value = ("left", "bottom") if self._lying else ("bottom", "left")
        plot.getAxis(category).setPen(tokens.border_strong)
        plot.getAxis(value).setPen(None)
        self._grid_pen = pg.mkPen(tokens.border, width=1)

    def _draw(self) -> None:
        plot, data = self.getPlotItem(), self._data
        plot.clear()
        self._bars.clear()
        self._hovered = None
        if not data.categories:
            return
        highest = max(1, *data.totals)
        step = nice_step(highest)
        top = step * -(-highest // step)
        if not self._shows_totals:
            self._draw_grid(step, top)
        thickness = THICKNESS if self._lying or len(data.categories) > 3 else THICKNESS_OF_FEW
        colours = [QColor(self._tokens.series[series.colour]) for series in data.series]
        for place in range(len(data.categories)):
            base = 0.0
            for number, series in enumerate(data.series):
                value = series.values[place]
                if value:
                    across = place - thickness / 2
                    rect = (
                        QRectF(base, across, value, thickness)
                        if self._lying
                        else QRectF(across, base, thickness, value)
                    )
                    bar = _Bar(rect, colours[number])
                    plot.addItem(bar)
                    self._bars[place, number] = (rect, bar)
                base += value
            if self._shows_totals:
                self._draw_total(place, data.totals[place])
        self._set_range()
        self._label_axes(step, top)

    def _set_range(self) -> None:
        """Room for the longest bar, and behind its end for the number that is written there."""
        data, plot, metrics = self._data, self.getPlotItem(), self.fontMetrics()
        highest, last = max(1, *data.totals), len(data.categories)
        step = nice_step(highest)
        top = step * -(-highest // step)
        if self._lying:
            names = max(metrics.horizontalAdvance(name) for name in data.categories)
            label, length = metrics.horizontalAdvance(f"{highest:,}0"), self.width() - names - 24
        else:
            label, length = round(1.5 * metrics.height()), self.height() - 2 * metrics.height()
        share = label / max(2 * label, length) if self._shows_totals else 0.02
        room = (highest if self._shows_totals else top) / (1 - share)
        if self._lying:
            plot.setRange(xRange=(0, room), yRange=(-0.6, max(last, LEAST_ROWS) - 0.4), padding=0)
        else:
            plot.setRange(xRange=(-0.6, last - 0.4), yRange=(0, room), padding=0)

    @property
    def _shows_totals(self) -> bool:
        return len(self._data.categories) <= 8

    def _draw_grid(self, step: int, top: int) -> None:
        angle = 90 if self._lying else 0
        for value in range(step, top + 1, step):
            self.getPlotItem().addItem(pg.InfiniteLine(value, angle=angle, pen=self._grid_pen))

    def _draw_total(self, place: int, total: int) -> None:
        label = pg.TextItem(f"{total:,}", color=self._tokens.text, anchor=(0, 0.5) if self._lying else (0.5, 1))
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        font.setWeight(font.Weight.DemiBold)
        label.setFont(font)
        label.setPos(total, place) if self._lying else label.setPos(place, total)
        self.getPlotItem().addItem(label)

    def _label_axes(self, step: int, top: int) -> None:
        category, value = ("left", "bottom") if self._lying else ("bottom", "left")
        labels = self._data.categories
        widest = max(self.fontMetrics().horizontalAdvance(label) for label in labels) + LABEL_GAP
        most = len(labels) if self._lying else max(2, self.width() // widest)
        self.getPlotItem().getAxis(category).setTicks([thin(labels, most)])
        # Bars that carry their number need no scale beside them.
        numbers = [] if self._shows_totals else [(number, short(number)) for number in range(0, top + 1, step)]
        self.getPlotItem().getAxis(value).setTicks([numbers])

    def bar_rect(self, category: int, series: int) -> QRect:
        """Where a bar stands in the viewport."""
        rect, _bar = self._bars[category, series]
        scene = self.getPlotItem().getViewBox().mapViewToScene
        corners = (self.mapFromScene(scene(rect.topLeft())), self.mapFromScene(scene(rect.bottomRight())))
        return QRect(*corners).normalized()

    def _at(self, place: QPoint) -> tuple[int, int] | None:
        point = self.getPlotItem().getViewBox().mapSceneToView(self.mapToScene(place))
        point = QPointF(point.x(), point.y())
        return next((key for key, (rect, _bar) in self._bars.items() if rect.contains(point)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        self._hover(self._at(place))
        if self._hovered is not None:
            words = tooltip(self._data.sentence(*self._hovered))
            QToolTip.showText(event.globalPosition().toPoint(), words, self)
        else:
            QToolTip.hideText()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hit = self._at(event.position().toPoint())
        if hit is not None and event.button() == Qt.MouseButton.LeftButton and self._clickable:
            self.bar_clicked.emit(*hit)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if getattr(self, "_data", None) is not None and self._data.categories:
            highest = max(1, *self._data.totals)
            step = nice_step(highest)
            self._set_range()
            self._label_axes(step, step * -(-highest // step))

    def _hover(self, key: tuple[int, int] | None) -> None:
        if key == self._hovered:
            return
        if self._hovered in self._bars:
            self._bars[self._hovered][1].set_lit(False)
        self._hovered = key
        if key is not None:
            self._bars[key][1].set_lit(True)
        pointer = Qt.CursorShape.PointingHandCursor if key and self._clickable else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(pointer)
