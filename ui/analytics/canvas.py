"""Draws a plan into the area that pyqtgraph's axes leave: marks, grid lines, numbers, what is lit and the cursor.

Everything is drawn in pixels rather than in the axes' units, so that corners stay round and patterns even.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from crm_desktop.analytics.shapes import Value, is_currency
from ui.analytics import marks
from ui.analytics.numbers import number_text, short_text, steps_between
from ui.analytics.plan import Mark, Plan, runs, steps, strength
from ui.theme import Tokens

NEAR = 26.0
LEAST_SIDE = 6.0
GAP = 1.0
LEAST_GAP_OF_POINTS = 13.0


class Canvas(pg.GraphicsObject):  # type: ignore[misc]
    """Lies over a plot. `lit` and `cursor` are (category, series)."""

    def __init__(self, plot: pg.PlotItem, tokens: Tokens, font: QFont) -> None:
        super().__init__(plot)
        self._plot = plot
        self.tokens = tokens
        self.font = font
        self.plan: Plan | None = None
        self.lit: tuple[int, int] | None = None
        self.cursor: tuple[int, int] | None = None
        self.numbered = False
        self.setZValue(10)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        return QRectF(self._plot.rect())

    def resized(self) -> None:
        """The plot has another size."""
        self.prepareGeometryChange()
        self.update()

    # Places

    @property
    def area(self) -> QRectF:
        """Where the marks are."""
        return QRectF(self._plot.getViewBox().geometry())

    def point(self, along: float, value: float) -> QPointF:
        """A place of the plan in pixels."""
        area, (x_range, y_range) = self.area, self._plot.getViewBox().viewRange()
        lying = self.plan is not None and self.plan.lying
        x, y = (value, along) if lying else (along, value)
        left = area.left() + (x - x_range[0]) / (x_range[1] - x_range[0]) * area.width()
        share = (y - y_range[0]) / (y_range[1] - y_range[0])
        return QPointF(left, area.top() + (share if lying else 1 - share) * area.height())

    def rect(self, mark: Mark) -> QRectF:
        """Where a mark is drawn."""
        made = QRectF(self.point(mark.first, mark.base), self.point(mark.last, mark.top)).normalized()
        if self.plan is not None and self.plan.data.kind == "grid":
            return made.adjusted(GAP, GAP, -GAP, -GAP)
        return made

    def at(self, place: QPointF) -> Mark | None:
        """The mark under the pointer, or the point that is nearest to it; a thin bar is wider to the pointer."""
        if self.plan is None:
            return None
        if self.plan.data.kind == "lines":
            return self._nearest(place)
        for mark in self.plan.marks:
            rect = self.rect(mark)
            wider = max(0.0, (LEAST_SIDE - min(rect.width(), rect.height())) / 2)
            if rect.adjusted(-wider, -wider, wider, wider).contains(place):
                return mark
        return None

    def _nearest(self, place: QPointF) -> Mark | None:
        """In the nearest category, the nearest series."""
        assert self.plan is not None
        if not self.area.adjusted(-NEAR, -NEAR, NEAR, NEAR).contains(place):
            return None
        points = [(mark, self.point(mark.first, mark.top)) for mark in self.plan.marks]
        if not points:
            return None
        return min(points, key=lambda each: (round(abs(each[1].x() - place.x())), abs(each[1].y() - place.y())))[0]

    # Drawing

    def paint(self, painter: QPainter, *_: object) -> None:
        if self.plan is None or not self.plan.data.categories:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font)
        kind = self.plan.data.kind
        if kind == "grid":
            self._paint_cells(painter)
        else:
            self._paint_scale(painter)
            if kind == "lines":
                self._paint_lines(painter)
            else:
                self._paint_bars(painter)
        self._paint_cursor(painter)

    def _paint_scale(self, painter: QPainter) -> None:
        plan = self.plan
        assert plan is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        low, high = plan.along
        for value in steps_between(plan.low, plan.high, plan.step):
            if value and self.numbered:
                continue
            painter.setPen(QPen(QColor(self.tokens.border if value else self.tokens.border_strong), 1))
            painter.drawLine(self.point(low, value), self.point(high, value))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_bars(self, painter: QPainter) -> None:
        plan = self.plan
        assert plan is not None
        several = len(plan.data.series) > 1
        for mark in plan.marks:
            rect = self.rect(mark)
            if not mark.is_end and several:  # a seam between what is stacked
                rect = rect.adjusted(0, 0, -GAP, 0) if plan.lying else rect.adjusted(0, GAP, 0, 0)
            if several and plan.data.kind == "bars":
                rect = rect.adjusted(0, GAP, 0, -GAP) if plan.lying else rect.adjusted(GAP, 0, -GAP, 0)
            if rect.width() <= 0 or rect.height() <= 0:
                continue
            marks.draw_bar(
                painter, rect, self.tokens, plan.data.series[mark.series].colour, lying=plan.lying,
                is_end=mark.is_end and mark.top >= 0, patterned=several, lit=self.lit == (mark.category, mark.series),
            )  # fmt: skip
        self._paint_before(painter)
        if self.numbered:
            self._paint_numbers(painter)

    def _paint_before(self, painter: QPainter) -> None:
        """A line across each bar, a little longer than it, where it ended in the period before."""
        plan = self.plan
        assert plan is not None
        for earlier in plan.before:
            over = 0.1 * (earlier.last - earlier.first)
            ends = (self.point(earlier.first - over, earlier.value), self.point(earlier.last + over, earlier.value))
            painter.setPen(QPen(QColor(self.tokens.surface), 4))
            painter.drawLine(*ends)
            painter.setPen(QPen(QColor(self.tokens.text), 2))
            painter.drawLine(*ends)

    def _paint_numbers(self, painter: QPainter) -> None:
        """At the ends of the bars; the lines of the period before are stepped over."""
        plan = self.plan
        assert plan is not None
        painter.setPen(QColor(self.tokens.text))
        metrics = QFontMetricsF(self.font)
        lines = [QRectF(self.point(e.first, e.value), self.point(e.last, e.value)).normalized() for e in plan.before]
        for words, at in self._numbers():
            box = QRectF(0, 0, metrics.horizontalAdvance(words) + 2, metrics.height())
            if plan.lying:
                box.moveTopLeft(QPointF(at.x() + 6, at.y() - box.height() / 2))
                hit = next((line for line in lines if line.adjusted(-4, 0, 4, 0).intersects(box)), None)
                if hit is not None:
                    box.moveLeft(hit.right() + 6)
            else:
                box.moveTopLeft(QPointF(at.x() - box.width() / 2, at.y() - box.height() - 2))
                hit = next((line for line in lines if line.adjusted(0, -2, 0, 2).intersects(box)), None)
                if hit is not None:
                    box.moveBottom(hit.top() - 3)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _numbers(self) -> list[tuple[str, QPointF]]:
        """What stands at the ends of bars, and where they end."""
        plan = self.plan
        assert plan is not None
        data = plan.data
        if data.kind == "stacked":
            totals = [float(total) for total in data.totals]
            shown = [(place, total) for place, total in enumerate(totals) if total or not data.over_time]
            return [(bar_text(total, data.unit), self.point(place, max(total, 0))) for place, total in shown]
        return [
            (bar_text(mark.top, data.unit), self.point((mark.first + mark.last) / 2, max(mark.top, 0)))
            for mark in plan.marks
            if mark.top or not data.over_time
        ]

    def _paint_lines(self, painter: QPainter) -> None:
        plan = self.plan
        assert plan is not None
        data = plan.data
        for number, series in enumerate(data.series):
            for run in runs(plan, number, earlier=True):
                ink = marks.mixed(marks.colour_of(self.tokens, series.colour), QColor(self.tokens.surface), 0.3)
                marks.draw_line(painter, [self.point(*place) for place in run], ink, dashed=True)
        spacing = self.area.width() / max(1, len(data.categories))
        for number, series in enumerate(data.series):
            ink = marks.colour_of(self.tokens, series.colour)
            for step in steps(plan, number) if data.holds else ():
                marks.draw_line(painter, [self.point(*place) for place in step], ink, dashed=True)
            crowded = data.holds and self.area.width() / max(1, len(plan.marks)) < LEAST_GAP_OF_POINTS
            parts = runs(plan, number)
            for run in parts:
                points = [self.point(*place) for place in run]
                marks.draw_line(painter, points, ink)
                if crowded and run is not parts[-1]:
                    continue  # steps say where it was
                alone = len(points) == 1
                for at in points if alone or spacing >= LEAST_GAP_OF_POINTS else [points[-1]]:
                    marks.draw_point(painter, at, ink, QColor(self.tokens.surface), series.colour)
        lit = self._lit_mark()
        if lit is not None:
            at = self.point(lit.first, lit.top)
            series = data.series[lit.series]
            painter.setPen(QPen(QColor(self.tokens.border_strong), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at.x(), self.area.top()), QPointF(at.x(), self.area.bottom()))
            ink = marks.colour_of(self.tokens, series.colour)
            marks.draw_point(painter, at, ink, QColor(self.tokens.surface), series.colour, marks.POINT * 1.5)

    def _paint_cells(self, painter: QPainter) -> None:
        plan = self.plan
        assert plan is not None
        data, font = plan.data, QFont(self.font)
        font.setPointSizeF(font.pointSizeF() * 0.92)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        texts = {
            (mark.category, mark.series): cell_text(data.series[mark.series].values[mark.category], data.unit)
            for mark in plan.marks
        }
        widest = max((metrics.horizontalAdvance(text) for text in texts.values()), default=0.0)
        sides = self.rect(plan.marks[0]) if plan.marks else QRectF()
        readable = sides.width() >= widest + 1 and sides.height() >= metrics.height() * 0.9
        for mark in plan.marks:
            rect = self.rect(mark)
            value = data.series[mark.series].values[mark.category]
            assert value is not None
            ground = marks.cell_colour(self.tokens, strength(data, value))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, 3, 3)
            if self.lit == (mark.category, mark.series):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self.tokens.text_muted), 1.5))
                painter.drawRoundedRect(rect, 3, 3)
            if readable:
                painter.setPen(marks.ink_on(ground, self.tokens))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, texts[mark.category, mark.series])

    def _paint_cursor(self, painter: QPainter) -> None:
        mark = self.plan.mark(*self.cursor) if self.plan is not None and self.cursor is not None else None
        if mark is None:
            return
        rect = self.rect(mark).adjusted(-3, -3, 3, 3)
        if min(rect.width(), rect.height()) < 16:
            more = (16 - min(rect.width(), rect.height())) / 2
            rect.adjust(-max(0.0, more), -max(0.0, more), max(0.0, more), max(0.0, more))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.tokens.surface), 5))
        painter.drawRoundedRect(rect, 5, 5)
        painter.setPen(QPen(QColor(self.tokens.accent), 2.5))
        painter.drawRoundedRect(rect, 5, 5)

    def _lit_mark(self) -> Mark | None:
        return self.plan.mark(*self.lit) if self.plan is not None and self.lit is not None else None


def cell_text(value: Value | None, unit: str) -> str:
    """A number in a cell: no more than it takes to compare."""
    if value is None:
        return ""
    return f"{float(value):.0f}" if unit == "%" else bar_text(float(value), unit)


def bar_text(value: float, unit: str) -> str:
    """A number at the end of a bar: short where it is large or is money."""
    if abs(value) >= 100_000 or (is_currency(unit) and abs(value) >= 1_000):
        return short_text(value)
    whole = int(value) if float(value).is_integer() else value
    return number_text(whole, unit)
