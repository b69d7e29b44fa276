"""Draws what a cell holds: words with found parts marked, badges, chips, and the blank of a row still to come."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTextLayout

from ui.tables.columns import Tone
from ui.tables.ink import Face, Ink, Line
from ui.theme.icons import paint_icon

PADDING = 10  # as the header's in the stylesheet
CHIP_GAP = 4
_CHIP_PADDING = 8
PLACEHOLDER_SHARES = (0.7, 0.5, 0.62, 0.8, 0.45)
Spans = Sequence[tuple[int, int]]


def draw_words(
    painter: QPainter,
    rect: QRect,
    text: str,
    face: Face,
    ink: Ink,
    tone: Tone,
    alignment: Qt.AlignmentFlag,
    spans: Spans,
) -> None:
    """One line of text in `rect`, cut to fit, with `spans` (start, length) marked as found."""
    line = face.line(text, rect.width())
    left = float(rect.x())
    if alignment & Qt.AlignmentFlag.AlignRight:
        left = rect.x() + rect.width() - line.width
    top = rect.y() + (rect.height() - line.height) / 2
    if spans:
        _mark_found(painter, left, top, line, face, ink, spans)
        tone = "text"
    painter.setFont(face.font)
    painter.setPen(ink.text(tone))
    painter.drawStaticText(QPointF(left, top), line.glyphs)


def _mark_found(painter: QPainter, left: float, top: float, line: Line, face: Face, ink: Ink, spans: Spans) -> None:
    text = line.text
    layout = QTextLayout(text, face.font)
    layout.beginLayout()
    laid = layout.createLine()
    layout.endLayout()
    if not laid.isValid():
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.colour("found"))
    last = len(text) - 1
    for start, length in spans:
        # What stands behind the cut is marked at the ellipsis.
        start = min(start, last)
        begin, end = _x(laid.cursorToX(start)), _x(laid.cursorToX(min(len(text), start + length)))
        box = QRectF(QPointF(left + min(begin, end) - 1, top), QPointF(left + max(begin, end) + 1, top + line.height))
        painter.drawRoundedRect(box, 3, 3)


def _x(position: object) -> float:
    # PySide gives (x, cursor) here: only the x counts.
    return float(position[0] if isinstance(position, tuple | list) else position)  # type: ignore[arg-type]


def badge_width(text: str, ink: Ink) -> int:
    """Pixels a badge with this text takes."""
    return round(ink.small.metrics.horizontalAdvance(text)) + 2 * _CHIP_PADDING


def draw_badge(painter: QPainter, rect: QRect, text: str, ink: Ink, tone: Tone, *, outlined: bool = False) -> int:
    """A pill at the left of `rect`, centred vertically; returns its width. `outlined` on the ground of a chosen row,
    which is hardly told from the pill's own."""
    if not text:
        return 0
    width = min(badge_width(text, ink), rect.width())
    height = round(ink.small.metrics.height()) + 6
    box = QRectF(rect.x(), rect.y() + (rect.height() - height) / 2, width, height)
    painter.setBrush(ink.soft(tone))
    painter.setPen(QPen(ink.text(tone), 1) if outlined else Qt.PenStyle.NoPen)
    inset = 0.5 if outlined else 0.0
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), height / 2, height / 2)
    line = ink.small.line(text, max(0, width - _CHIP_PADDING))
    painter.setFont(ink.small.font)
    painter.setPen(ink.text(tone))
    place = QPointF(box.x() + (width - line.width) / 2, box.y() + (height - line.height) / 2)
    painter.drawStaticText(place, line.glyphs)
    return width


def draw_chips(painter: QPainter, rect: QRect, parts: Sequence[str], ink: Ink, *, outlined: bool = False) -> None:
    """As many chips as fit, then "+2" for those that do not."""
    left = rect.x()
    end = rect.x() + rect.width()
    for number, part in enumerate(parts):
        rest = len(parts) - number - 1
        reserve = badge_width(f"+{rest}", ink) + CHIP_GAP if rest else 0
        width = badge_width(part, ink)
        if left + width + reserve > end and number:
            place = QRect(left, rect.y(), end - left, rect.height())
            draw_badge(painter, place, f"+{rest + 1}", ink, "neutral", outlined=outlined)
            return
        room = max(0, end - reserve - left)
        place = QRect(left, rect.y(), room, rect.height())
        left += draw_badge(painter, place, part, ink, "neutral", outlined=outlined) + CHIP_GAP


def draw_box(painter: QPainter, rect: QRect, ink: Ink, *, marked: bool) -> None:
    """The box of a row: empty, or with a tick."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if marked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.colour("accent"))
        painter.drawRoundedRect(rect, 4, 4)
        paint_icon(painter, rect.adjusted(2, 2, -2, -2), "check-bold", ink.colour("on_accent"))
    else:
        painter.setPen(QPen(ink.colour("border_strong"), 1.5))
        painter.setBrush(ink.colour("surface"))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
    painter.restore()


def draw_placeholders(painter: QPainter, bars: Sequence[QRect], ink: Ink) -> None:
    """Quiet bars where words will be."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.colour("neutral_soft"))
    painter.drawRects(list(bars))
