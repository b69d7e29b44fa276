"""What the colours, patterns and lines of a chart mean: as widgets in a card, and drawn on paper."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from crm_desktop.analytics.shapes import ChartData
from ui.analytics import marks
from ui.analytics.numbers import value_text
from ui.theme import Tokens, tokens
from ui.theme.tokens import L, S
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label

SIDE = 14
GAP = 6


@dataclass(frozen=True)
class Entry:
    """One thing to explain. `colour` -1 is the period before; `line` says that it is a line with points."""

    words: str
    colour: int
    line: bool = False


def entries(data: ChartData, before: str = "") -> list[Entry]:
    """The series where there are several, with their sums where these mean something; then the period before, which is
    `before` in words. A grid explains itself."""
    if data.kind == "grid":
        return []
    line = data.kind == "lines"
    made = []
    if len(data.series) > 1 or (data.kind == "stacked" and data.series):  # a single part has to be named, too
        adds_up = data.unit != "%" and data.unit != "hours" and data.unit != "days"
        for series in data.series:
            total = f" {value_text(series.total, data.unit)}" if adds_up and not line else ""
            made.append(Entry(f"{series.name}{total}", series.colour, line))
    if data.compares:
        made.append(Entry(before or "Period before", -1, line))
    return made


def draw_swatch(painter: QPainter, rect: QRectF, entry: Entry, theme: Tokens) -> None:
    """The sample that stands before the words."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = rect.center()
    ends = [QPointF(rect.left(), middle.y()), QPointF(rect.right(), middle.y())]
    if entry.colour < 0:
        if entry.line:
            marks.draw_line(painter, ends, QColor(theme.text_muted), dashed=True)
        else:
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.drawLine(*ends)
    elif entry.line:
        ink = marks.colour_of(theme, entry.colour)
        marks.draw_line(painter, ends, ink)
        marks.draw_point(painter, middle, ink, QColor(theme.surface), entry.colour)
    else:
        marks.draw_bar(painter, rect, theme, entry.colour, lying=False, is_end=False, patterned=True, lit=False)


class Swatch(QWidget):
    """The sample in a card; it follows the theme."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry = entry
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(SIDE + (8 if self._entry.line else 0), SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_swatch(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self._entry, tokens())
        painter.end()


class Legend(QWidget):
    """All entries of a chart, hidden where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = FlowLayout(self, spacing=L, line_spacing=S // 2)
        self._shown: list[Entry] = []
        self.hide()

    def show_entries(self, found: list[Entry]) -> None:
        """Explain another chart."""
        if found == self._shown:
            return
        self._shown = found
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for entry in found:
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(GAP)
            row.addWidget(Swatch(entry))
            row.addWidget(text_label(entry.words, "caption", wrap=False))
            self._layout.addWidget(holder)
        self.setVisible(bool(found))


def draw_legend(painter: QPainter, room: QRectF, found: list[Entry], theme: Tokens, font: QFont) -> float:
    """The entries from left to right, in as many lines as they need; returns their height."""
    metrics = QFontMetricsF(font)
    line = max(metrics.height(), SIDE) + 4
    x, y = room.left(), room.top()
    painter.setFont(font)
    for entry in found:
        side = SIDE + (8 if entry.line else 0)
        width = side + GAP + metrics.horizontalAdvance(entry.words)
        if x > room.left() and x + width > room.right():
            x, y = room.left(), y + line
        draw_swatch(painter, QRectF(x, y + (line - SIDE) / 2, side, SIDE).adjusted(1, 1, -1, -1), entry, theme)
        painter.setPen(QColor(theme.text_muted))
        box = QRectF(x + side + GAP, y, room.right() - x - side - GAP, line)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), entry.words)
        x += width + L
    return y + line - room.top() if found else 0.0
