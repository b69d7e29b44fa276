"""One chart of any kind: values under the pointer, a cursor for the keyboard, and the way to the customers behind."""

from __future__ import annotations

from math import ceil

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.analytics.shapes import ChartData
from ui.analytics.canvas import Canvas, bar_text
from ui.analytics.numbers import YEAR_MARK, short_text, steps_between, thin
from ui.analytics.plan import Plan, plan
from ui.analytics.sentences import rows_html, sentence, summary
from ui.analytics.value_tip import ValueTip
from ui.theme import Tokens

LABEL_GAP = 14
ROW, CELL = 30, 26
HEIGHT = 230
MOST_OF_NAMES = 0.4
KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
LYING_KEYS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Left: (0, -1),
}


class Chart(pg.PlotWidget):  # type: ignore[misc]
    """`opened` carries (category, series): a click, or Return at the cursor, where a value has customers behind it."""

    opened = Signal(int, int)

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
        self._tip = ValueTip(self)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._place: tuple[int, int] | None = None
        self._pressed: tuple[int, int] | None = None

    # What is shown

    @property
    def plan(self) -> Plan | None:
        """What is drawn now."""
        return self._plan

    @property
    def cursor_place(self) -> tuple[int, int] | None:
        """Where the keyboard is: (category, series)."""
        return self._place

    @property
    def tip(self) -> ValueTip:
        """The values beside the pointer or the cursor."""
        return self._tip

    def set_data(self, data: ChartData) -> None:
        """Show other figures."""
        same = self._data is not None and (self._data.key, len(self._data.categories)) == (
            data.key,
            len(data.categories),
        )
        self._data = data
        self._place = self._place if same else None
        self._canvas.lit = None
        self._tip.hide()
        self._lay_out()
        self.setAccessibleDescription(summary(data))
        self._show_cursor()
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
            self._tip.hide()
            if height != self.wanted_height():
                self.updateGeometry()

    def close(self) -> bool:
        """As every widget: pyqtgraph would take scene and viewport apart, which Qt does not always live through."""
        return QWidget.close(self)

    # The pointer

    def mark_rect(self, category: int, series: int) -> QRect:
        """Where a bar, point or cell is in the viewport."""
        assert self._plan is not None
        mark = self._plan.mark(category, series)
        assert mark is not None
        return self._canvas.rect(mark).toAlignedRect()

    def _at(self, place: QPointF) -> tuple[int, int] | None:
        mark = self._canvas.at(place)
        return None if mark is None else (mark.category, mark.series)

    def _opens(self, place: tuple[int, int] | None) -> bool:
        return place is not None and self._data is not None and self._data.series[place[1]].filter(place[0]) is not None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        self._light(place)
        if place is not None:
            self._tell(place, event.position().toPoint())
        else:
            self._tip.hide()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._at(event.position())
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is not None and place == self._pressed and event.button() == Qt.MouseButton.LeftButton:
            self._place = place
            self._tell(place, event.position().toPoint())
            if self._opens(place):
                self.opened.emit(*place)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._light(None)
        self._tip.hide()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    def _light(self, place: tuple[int, int] | None) -> None:
        if place == self._canvas.lit:
            return
        self._canvas.lit = place
        self._canvas.update()
        pointing = self._opens(place)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)

    def _tell(self, place: tuple[int, int], at: QPoint) -> None:
        assert self._data is not None
        self._tip.tell(rows_html(self._data, *place, self._tokens), at)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._place is not None and self._opens(self._place):
                self.opened.emit(*self._place)
                return
        elif event.key() == Qt.Key.Key_Escape and self._tip.isVisible():
            self._tip.hide()
            return
        elif self._walk(event.key()):
            return
        QWidget.keyPressEvent(self, event)

    def _walk(self, key: int) -> bool:
        made = self._plan
        if made is None or not made.marks:
            return False
        steps = LYING_KEYS if made.lying else KEYS
        step = steps.get(Qt.Key(key))
        if step is None and key not in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return False
        if self._place is None or made.mark(*self._place) is None:
            found: tuple[int, int] | None = self._first()
        elif step is not None:
            found = made.beside(*self._place, step)
        else:
            own = [mark.category for mark in made.marks if mark.series == self._place[1]]
            found = ((min if key == Qt.Key.Key_Home else max)(own), self._place[1])
        if found is not None:
            self._place = found
            self._show_cursor(announce=True)
        return True

    def _first(self) -> tuple[int, int]:
        """Where the cursor begins: with the latest of what follows in time, else with the first."""
        assert self._plan is not None
        data, made = self._plan.data, self._plan.marks
        mark = max(made, key=lambda m: (m.category, -m.series)) if data.over_time and data.kind != "grid" else made[0]
        return mark.category, mark.series

    def _show_cursor(self, *, announce: bool = False) -> None:
        made, place = self._plan, self._place
        shown = self.hasFocus() and made is not None and place is not None and made.mark(*place) is not None
        self._canvas.cursor = place if shown else None
        self._canvas.update()
        if not shown or made is None or place is None:
            return
        words = sentence(made.data, *place)
        self.setAccessibleDescription(words)
        rect = self.mark_rect(*place)
        self._tell(place, QPoint(rect.center().x(), rect.top()))
        if announce:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and self._plan is not None and self._plan.marks:
            self._place = self._place if self._place and self._plan.mark(*self._place) else self._first()
            self._show_cursor(announce=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._canvas.cursor = None
        self._canvas.update()
        self._tip.hide()

    # On paper

    def paint_into(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the chart as it is now into a rectangle of another device."""
        self._canvas.lit = None
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)  # pyqtgraph fills its ground with whatever brush was used last
        self.render(painter, rect, self.viewport().rect(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.restore()
