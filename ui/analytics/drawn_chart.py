"""A chart of any kind as it is drawn: axes, range and room for what is written, on screen and on paper."""

from __future__ import annotations

from math import ceil

import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.analytics.shapes import ChartData
from ui.analytics.canvas import Canvas, bar_text
from ui.analytics.numbers import YEAR_MARK, short_text, steps_between, thin
from ui.analytics.plan import Plan, plan
from ui.theme import Tokens

LABEL_GAP = 14
ROW, CELL = 30, 26
HEIGHT = 230
MOST_OF_NAMES = 0.4


class DrawnChart(pg.PlotWidget):  # type: ignore[misc]
    """Shows figures; what can be done with them is added by `Chart`."""

    def __init__(
        self, tokens: Tokens, *, lying: bool = False, font: QFont | None = None, parent: QWidget | None = None
    ) -> None:
        """`font` other than the application's: for paper."""
        super().__init__(parent, background=tokens.surface)
        self._tokens = tokens
        self._font = font
        self._lies = lying
        self._plan: Plan | None = None
        self._data: ChartData | None = None
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.getViewBox().setDefaultPadding(0)
        plot.setContentsMargins(0, 0, 0, 0)
        self._canvas = Canvas(plot, tokens, self._small())
        self.setFrameShape(self.Shape.NoFrame)

    @property
    def plan(self) -> Plan | None:
        """What is drawn now."""
        return self._plan

    def set_data(self, data: ChartData) -> None:
        """Show other figures."""
        self._data = data
        self._canvas.lit = None
        self._lay_out()
        self.updateGeometry()

    def set_lying(self, lying: bool) -> None:
        """Whether bars go from left to right; those of other charts do so where their names need the room."""
        self._lies = lying

    def set_tokens(self, tokens: Tokens) -> None:
        """Another theme, or another size of text."""
        self._tokens = tokens
        self._canvas.tokens, self._canvas.font = tokens, self._small()
        self.setBackground(tokens.surface)
        self._lay_out()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(320, self.wanted_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.wanted_height())

    def wanted_height(self) -> int:
        """A row for each bar that lies and for each row of cells."""
        larger = self._larger()
        if self._plan is None or not self._plan.lying:
            return round(HEIGHT * larger)
        return round(max(150, len(self._plan.data.categories) * self._row() + 34) * larger)

    def _larger(self) -> float:
        """How much larger than usual the text is."""
        metrics = QFontMetricsF(self._font) if self._font is not None else self.fontMetrics()
        return max(1.0, float(metrics.height()) / 17)  # 17: a line of the normal text size

    def _row(self) -> int:
        """What a row of bars or cells wants, in pixels of the normal text size."""
        assert self._plan is not None
        if self._plan.data.kind == "grid":
            return CELL
        return max(ROW, 16 * len(self._plan.data.series) + 8) if self._plan.data.kind == "bars" else ROW

    def _small(self) -> QFont:
        font = QFont(self._font if self._font is not None else QApplication.font())
        font.setPointSizeF(font.pointSizeF() * 0.88)
        return font

    # Layout

    def _lay_out(self) -> None:
        data = self._data
        if data is None or not data.categories or not data.series:
            self._plan = self._canvas.plan = None
            self._canvas.update()
            return
        metrics = QFontMetricsF(self._canvas.font)
        widest = max(metrics.horizontalAdvance(each.label) for each in data.categories)
        slot = (self.width() - 48) / len(data.categories)
        self._plan = self._canvas.plan = plan(data, narrow=self._lies or widest + 8 > slot)
        self._canvas.numbered = self._numbers_fit(metrics)
        self._style_axes()
        self._set_range(metrics)
        self._canvas.resized()

    def _numbers_fit(self, metrics: QFontMetricsF) -> bool:
        made, data = self._plan, self._data
        assert made is not None and data is not None
        if data.kind in ("grid", "lines"):
            return False
        if made.lying:
            per_bar = len(data.series) if data.kind == "bars" else 1
            height = self.height() if self.isVisible() else self.wanted_height()
            return (height - 34) * 0.8 / (len(data.categories) * per_bar) >= metrics.height() * 0.85
        bars = len(data.categories) * (len(data.series) if data.kind == "bars" else 1)
        values = data.totals if data.kind == "stacked" else [v or 0 for s in data.series for v in s.values]
        widest = max(metrics.horizontalAdvance(bar_text(float(value), data.unit)) for value in values)
        return bool((self.width() - 30) * 0.9 / max(1, bars) >= widest + 6)

    def _style_axes(self) -> None:
        made, data, tokens = self._plan, self._data, self._tokens
        assert made is not None and data is not None
        plot, metrics = self.getPlotItem(), QFontMetricsF(self._canvas.font)
        plot.getViewBox().invertY(made.lying)
        grid = data.kind == "grid"
        for side in ("left", "bottom", "top"):
            plot.showAxis(side, side != ("bottom" if grid else "top"))
            axis = plot.getAxis(side)
            axis.setTextPen(tokens.text_muted)
            axis.setPen(None)
            axis.setTickFont(self._canvas.font)
            axis.setStyle(
                tickLength=0, tickTextOffset=6, tickAlpha=0, hideOverlappingLabels=False, autoExpandTextSpace=False
            )
        line = round(metrics.height()) + 8
        numbers = [] if self._canvas.numbered else [
            (value, short_text(value)) for value in steps_between(made.low, made.high, made.step)
        ]  # fmt: skip
        left, below = plot.getAxis("left"), plot.getAxis("top" if grid else "bottom")
        if made.lying:
            most = self.width() * MOST_OF_NAMES
            names = [metrics.elidedText(c.label, Qt.TextElideMode.ElideRight, most) for c in data.categories]
            left.setWidth(max(metrics.horizontalAdvance(name) for name in names) + 14)
            left.setTicks([list(enumerate(names))])
            if grid:
                numbers = self._heads(metrics, self.width() - left.width())
            below.setTicks([numbers])
            below.setHeight(line if numbers else 2)
        else:
            widest = max((metrics.horizontalAdvance(text) for _, text in numbers), default=0)
            left.setWidth(widest + 12 if numbers else 6)
            left.setTicks([numbers])
            labels = [each.label for each in data.categories]
            room = self.width() - left.width()
            each = max(metrics.horizontalAdvance(label) for label in labels) + LABEL_GAP
            monthly = data.over_time and any(YEAR_MARK in label for label in labels)
            shown = thin(labels, max(2, int(room // each)), monthly=monthly)
            below.setTicks([[(place, labels[place]) for place in shown]])
            below.setHeight(line)
        plot.layout.setContentsMargins(0, 2, 2 if made.lying else self._overhang(metrics), 0)

    def _overhang(self, metrics: QFontMetricsF) -> float:
        """How far the last label below the chart reaches beyond its category."""
        assert self._data is not None
        slot = (self.width() - 48) / len(self._data.categories)
        label = metrics.horizontalAdvance(self._data.categories[-1].label)
        return max(2.0, float(label - slot) / 2 + 2)

    def _heads(self, metrics: QFontMetricsF, room: float) -> list[tuple[float, str]]:
        """The names of a grid's columns; only some where they would run into each other."""
        assert self._data is not None
        names = [series.name for series in self._data.series]
        widths = [metrics.horizontalAdvance(name) + 6 for name in names]
        cell = room / len(names)
        step = max(1, ceil(sorted(widths)[len(names) * 3 // 4] / cell))
        shown = range((len(names) - 1) % step, len(names), step)
        fitting = (
            (place, metrics.elidedText(names[place], Qt.TextElideMode.ElideRight, step * cell)) for place in shown
        )
        return [(float(place), name) for place, name in fitting if len(name) > 2 or name == names[place]]

    def _set_range(self, metrics: QFontMetricsF) -> None:
        """Room for the longest bar, and behind its end for the number that is written there."""
        made, data = self._plan, self._data
        assert made is not None and data is not None
        low, high = made.low, made.high
        if data.kind != "grid":
            ends = [0.0, *(m.top for m in made.marks), *(e.value for e in made.before)]
            share = 0.0
            if self._canvas.numbered:
                high = max(ends) or 1
                texts = [bar_text(float(end), data.unit) for end in ends]
                label = (
                    max(metrics.horizontalAdvance(text) for text in texts) + 12 if made.lying else metrics.height() + 4
                )
                left = self.getPlotItem().getAxis("left").width()
                length = self.width() - left if made.lying else max(self.height(), 100) - 30
                share = min(0.5, label / max(1, length))
            else:
                share = 8 / max(60, self.height())
            high = low + (high - low) / (1 - share)
        along = made.along
        plot = self.getPlotItem()
        if made.lying:
            slots = (self.height() - 30) / (1.6 * self._row() * self._larger())  # few bars do not grow fat
            along = (along[0], max(along[1], min(slots, 40) - 0.5) if self.isVisible() else along[1])
            plot.setRange(xRange=(low, high), yRange=along, padding=0)
        else:
            plot.setRange(xRange=along, yRange=(low, high), padding=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if getattr(self, "_data", None) is not None:
            height = self.wanted_height()
            self._lay_out()
            if height != self.wanted_height():
                self.updateGeometry()

    def close(self) -> bool:
        """As every widget: pyqtgraph would take scene and viewport apart, which Qt does not always live through."""
        return QWidget.close(self)

    def mark_rect(self, category: int, series: int) -> QRect:
        """Where a bar, point or cell is in the viewport."""
        assert self._plan is not None
        mark = self._plan.mark(category, series)
        assert mark is not None
        return self._canvas.rect(mark).toAlignedRect()

    def paint_into(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the chart as it is now into a rectangle of another device."""
        self._canvas.lit = None
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)  # pyqtgraph fills its ground with whatever brush was used last
        self.render(painter, rect, self.viewport().rect(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.restore()
