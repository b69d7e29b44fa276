"""Drawing bars, points and cells: a series is told by its colour and by its pattern, or by the shape of its points."""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from ui.theme import Tokens

ROUND = 3.0
SPACING = 6.0
POINT = 3.6
READABLE = 4.5
SHAPES = 5  # circle, square, triangle, diamond, triangle on its head


def colour_of(tokens: Tokens, colour: int) -> QColor:
    """The colour of a series by its number."""
    return QColor(tokens.series[colour % len(tokens.series)])


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """`share` of the other colour in the first."""
    parts = zip((one.redF(), one.greenF(), one.blueF()), (other.redF(), other.greenF(), other.blueF()), strict=True)
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in parts))


def draw_bar(
    painter: QPainter,
    rect: QRectF,
    tokens: Tokens,
    colour: int,
    *,
    lying: bool,
    is_end: bool,
    patterned: bool,
    lit: bool,
) -> None:
    """A bar that is round at its end; where there are several series, with the pattern of its own."""
    fill = colour_of(tokens, colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mixed(fill, QColor(tokens.text), 0.18) if lit else fill)
    if is_end and min(rect.width(), rect.height()) > 2 * ROUND:
        painter.drawPath(_rounded(rect, lying=lying))
    else:
        painter.drawRect(rect)
    if patterned:
        draw_pattern(painter, rect, QColor(tokens.surface), colour)


def draw_pattern(painter: QPainter, rect: QRectF, ink: QColor, colour: int) -> None:
    """Lines or dots over a bar; the first series and the grey one stay plain. Nothing is clipped: SVG knows no such."""
    which = colour % 7
    if which in (0, 6) or rect.width() < 3 or rect.height() < 3:
        return
    ink.setAlphaF(0.6)
    painter.setBrush(ink)
    painter.setPen(QPen(ink, 1.2))
    inside = rect.adjusted(0.6, 0.6, -0.6, -0.6)
    if which == 2:
        painter.setPen(Qt.PenStyle.NoPen)
        for number, y in enumerate(_steps(inside.top() + 3, inside.bottom() - 1)):
            for x in _steps(inside.left() + (3 if number % 2 else 6), inside.right() - 1):
                painter.drawEllipse(QPointF(x, y), 1.0, 1.0)
        return
    lines: list[QLineF] = []
    if which in (1, 5):
        lines += _slanted(inside, rising=True)
    if which in (3, 5):
        lines += _slanted(inside, rising=False)
    if which == 4:
        lines += [QLineF(inside.left(), y, inside.right(), y) for y in _steps(inside.top() + 3, inside.bottom())]
    painter.drawLines(lines)


def draw_point(painter: QPainter, at: QPointF, fill: QColor, ground: QColor, colour: int, size: float = POINT) -> None:
    """The point of a line, with the shape of its series."""
    painter.setPen(QPen(ground, 1.2))
    painter.setBrush(fill)
    match colour % SHAPES:
        case 0:
            painter.drawEllipse(at, size, size)
        case 1:
            painter.drawRect(QRectF(at.x() - size * 0.9, at.y() - size * 0.9, size * 1.8, size * 1.8))
        case 2:
            painter.drawPolygon(_polygon(at, size * 1.3, 3, -pi / 2))
        case 3:
            painter.drawPolygon(_polygon(at, size * 1.3, 4, 0))
        case _:
            painter.drawPolygon(_polygon(at, size * 1.3, 3, pi / 2))


def draw_line(painter: QPainter, points: list[QPointF], ink: QColor, *, dashed: bool = False) -> None:
    """A line through points; the one of the period before is thin and dashed."""
    pen = QPen(ink, 1.6 if dashed else 2.2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashed else Qt.PenCapStyle.RoundCap)
    if dashed:
        pen.setDashPattern([3.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))


def cell_colour(tokens: Tokens, strength: float) -> QColor:
    """The ground of a cell: from hardly any colour to all of it."""
    return mixed(QColor(tokens.surface_alt), colour_of(tokens, 0), 0.08 + 0.92 * strength)


def ink_on(ground: QColor, tokens: Tokens) -> QColor:
    """The text colour of the theme where it can be read on it, else black or white, one of which always can."""
    inks = (QColor(tokens.text), QColor("#ffffff"), QColor("#000000"))
    return next((ink for ink in inks if contrast(ink, ground) >= READABLE), inks[0])


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def _rounded(rect: QRectF, *, lying: bool) -> QPainterPath:
    """Round at the end that tells the value, square where it stands."""
    side = 2 * ROUND
    path = QPainterPath()
    if lying:
        path.moveTo(rect.topLeft())
        path.arcTo(QRectF(rect.right() - side, rect.top(), side, side), 90, -90)
        path.arcTo(QRectF(rect.right() - side, rect.bottom() - side, side, side), 0, -90)
        path.lineTo(rect.bottomLeft())
    else:
        path.moveTo(rect.bottomLeft())
        path.arcTo(QRectF(rect.left(), rect.top(), side, side), 180, -90)
        path.arcTo(QRectF(rect.right() - side, rect.top(), side, side), 90, -90)
        path.lineTo(rect.bottomRight())
    path.closeSubpath()
    return path


def _steps(first: float, last: float) -> list[float]:
    return [first + number * SPACING for number in range(max(0, int((last - first) // SPACING) + 1))]


def _slanted(rect: QRectF, *, rising: bool) -> list[QLineF]:
    """Lines at 45 degrees that end at the edges."""
    lines = []
    width, height = rect.width(), rect.height()
    for far in _steps(SPACING / 2, width + height):
        start = QPointF(min(far, width), max(0.0, far - width))
        end = QPointF(max(0.0, far - height), min(far, height))
        if rising:
            lines.append(QLineF(rect.topLeft() + start, rect.topLeft() + end))
        else:
            mirror = (QPointF(width - start.x(), start.y()), QPointF(width - end.x(), end.y()))
            lines.append(QLineF(rect.topLeft() + mirror[0], rect.topLeft() + mirror[1]))
    return lines


def _polygon(at: QPointF, size: float, corners: int, turn: float) -> QPolygonF:
    angles = (turn + 2 * pi * number / corners for number in range(corners))
    return QPolygonF([QPointF(at.x() + size * cos(angle), at.y() + size * sin(angle)) for angle in angles])
