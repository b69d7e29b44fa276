"""Where the words of an entry stand. Entries paint themselves: labels would cost ten times as much."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from ui.theme.tokens import RADIUS_SMALL, Tokens

LINES, LETTERS = 4, 280
_ELIDE = Qt.TextElideMode.ElideRight
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
GAP, LINE_GAP, PADDING = 8.0, 3.0, 8.0


@dataclass(frozen=True)
class Mark:
    """A badge, or with an empty tone plain words in the line of the badges."""

    text: str
    tone: str


@dataclass
class EntryLayout:
    """Made for one width and one font."""

    height: float = 0.0
    texts: list[tuple[QTextLayout, QPointF, str]] = field(default_factory=list)
    badges: list[tuple[QRectF, Mark]] = field(default_factory=list)
    small: QFont = field(default_factory=QFont)

    def paint(self, painter: QPainter, at: QPointF, theme: Tokens) -> None:
        """Draw everything with its upper left corner there."""
        for layout, place, colour in self.texts:
            painter.setPen(QColor(getattr(theme, colour)))
            layout.draw(painter, at + place)
        painter.setFont(self.small)
        for rect, mark in self.badges:
            box = rect.translated(at)
            if mark.tone:
                painter.setPen(QColor(0, 0, 0, 0))
                painter.setBrush(QColor(getattr(theme, f"{mark.tone}_soft")))
                painter.drawRoundedRect(box, RADIUS_SMALL, RADIUS_SMALL)
            ink = theme.text_muted if mark.tone in ("", "neutral") else getattr(theme, mark.tone)
            painter.setPen(QColor(ink))
            words = QFontMetricsF(self.small).elidedText(mark.text, _ELIDE, box.width())
            painter.drawText(box, words, _CENTRE if mark.tone else _LEFT)


def shortened(text: str) -> str:
    """The beginning of a long text; the dialog shows all of it."""
    lines = "\n".join(text.splitlines()[:LINES])
    short = lines if len(lines) <= LETTERS else lines[:LETTERS].rsplit(" ", 1)[0]
    return short if short == text else f"{short.rstrip()} …"


def add_text(made: EntryLayout, text: str, font: QFont, colour: str, width: float) -> None:
    """Below what is there already."""
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(40.0, width))
        line.setPosition(QPointF(0.0, y))
        y += line.height()
    layout.endLayout()
    made.texts.append((layout, QPointF(0.0, made.height), colour))
    made.height += y + LINE_GAP


def add_marks(made: EntryLayout, found: list[Mark], width: float) -> None:
    """In a line of their own, or in as many as they need."""
    if not found:
        return
    metrics = QFontMetricsF(made.small)
    height = metrics.height() + 4.0
    x, y = 0.0, made.height
    for mark in found:
        wanted = metrics.horizontalAdvance(mark.text) + (2 * PADDING if mark.tone else 1.0)
        if x > 0 and x + wanted > width:
            x, y = 0.0, y + height + LINE_GAP
        made.badges.append((QRectF(x, y, min(wanted, max(40.0, width)), height), mark))
        x += wanted + GAP
    made.height = y + height + LINE_GAP
