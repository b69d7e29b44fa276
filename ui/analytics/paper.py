"""Charts on paper and in pictures: always dark on white, with title, period and the day on which they were made.

A chart is drawn by a widget that is never shown; it has to be on the GUI thread and takes some hundredths of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageLayout, QPainter, QPdfWriter, QResizeEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from crm_desktop.analytics.shapes import ChartData, Question
from ui.analytics.drawn_chart import DrawnChart
from ui.analytics.legend import draw_legend, entries
from ui.analytics.sentences import explained
from ui.printing.print_card import layout
from ui.theme.theme import FAMILY
from ui.theme.tokens import LIGHT, XL, L, M, S

WIDTH = 900
SHARPNESS = 2  # pixels of a picture for each of the screen's
MARGIN = 28
TEXT_PT = 9.5
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True)
class Caption:
    """What stands around charts: `title` of a whole dashboard (or ""), the period, the one before, and who made it."""

    period: str
    before: str = ""
    made: str = ""
    title: str = ""
    question: Question | None = None
    """What was asked, for workbooks; of charts that know no period, none."""


@dataclass(frozen=True)
class Sheet:
    """A chart to be put on paper."""

    data: ChartData
    lying: bool = False


class Press:
    """Draws one chart after the other with a widget that is laid out as if it were on screen. Has to be closed."""

    def __init__(self, points: float = TEXT_PT) -> None:
        self.points = points
        self._chart = DrawnChart(LIGHT, font=_font(points))
        self._chart.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._chart.show()

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *_: object) -> None:
        self._chart.hide()
        self._chart.deleteLater()

    def height(self, sheet: Sheet, width: float, before: str = "") -> float:
        """What `paint_titled` wants at a width."""
        data = sheet.data
        small = _font(self.points * 0.92)
        height = QFontMetricsF(_font(self.points * 1.25, bold=True)).height() + S
        height += _wrapped(_line(data), QFontMetricsF(small), width)
        found = entries(data, before)
        if found:
            probe = QImage(1, 1, QImage.Format.Format_ARGB32)
            with QPainter(probe) as painter:
                height += draw_legend(painter, QRectF(0, 0, width, 10_000), found, LIGHT, small) + S / 2
        if data.is_empty:
            return height + 2 * QFontMetricsF(small).height()
        self._lay_out(sheet, QSize(round(width), 400))
        return height + self._chart.wanted_height()

    def paint(self, painter: QPainter, rect: QRectF, sheet: Sheet) -> None:
        """The chart alone, into a rectangle of a device of the screen's resolution (see dpi)."""
        self._lay_out(sheet, rect.size().toSize())
        self._chart.paint_into(painter, rect)

    def paint_titled(self, painter: QPainter, rect: QRectF, sheet: Sheet, before: str = "") -> None:
        """The chart with title, explanation, note and legend above it. `before` is the earlier period in words."""
        data, small = sheet.data, _font(self.points * 0.92)
        y = rect.top() + _text(painter, rect, data.title, _font(self.points * 1.25, bold=True))
        y += _text(painter, _below(rect, y), _line(data), small, LIGHT.text_muted)
        found = entries(data, before)
        if found:
            y += S / 2
            y += draw_legend(painter, _below(rect, y), found, LIGHT, small)
        room = _below(rect, y + S / 2)
        if data.is_empty:
            _text(painter, room, "Nothing to show in this period.", small, LIGHT.text_muted)
        elif room.height() > 0:
            self.paint(painter, room, sheet)

    def _lay_out(self, sheet: Sheet, size: QSize) -> None:
        self._chart.set_lying(sheet.lying)
        if self._chart.size() != size:
            self._chart.resize(size)
            QApplication.sendEvent(self._chart, QResizeEvent(size, size))
        self._chart.set_data(sheet.data)


def paint_titled(painter: QPainter, rect: QRectF, data: ChartData, *, before: str = "", lying: bool = False) -> None:
    """Draw one chart with its title, explanation and legend; for several, a Press takes less time."""
    with Press() as press:
        press.paint_titled(painter, rect, Sheet(data, lying), before)


def png(sheets: Sequence[Sheet], caption: Caption) -> Iterator[bytes]:
    """One picture of all charts. Yields b"" between the charts, then the file."""
    room = WIDTH - 2 * MARGIN
    with Press() as press:
        heights = []
        for sheet in sheets:
            heights.append(press.height(sheet, room, caption.before))
            yield b""
        head = _head_height(caption, room)
        whole = round(2 * MARGIN + head + sum(heights) + XL * (len(sheets) - 1))
        image = QImage(WIDTH * SHARPNESS, whole * SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARPNESS)
        image.setDotsPerMeterX(round(dpi() * 1000 / 25.4))
        image.setDotsPerMeterY(round(dpi() * 1000 / 25.4))
        image.fill(QColor(LIGHT.surface))
        with QPainter(image) as painter:
            y = MARGIN + _paint_head(painter, QRectF(MARGIN, MARGIN, room, head), caption)
        for sheet, height in zip(sheets, heights, strict=True):
            with QPainter(image) as painter:
                press.paint_titled(painter, QRectF(MARGIN, y, room, height), sheet, caption.before)
            y += height + XL
            yield b""
    with _Octets() as octets:
        image.save(octets.buffer, "PNG")  # type: ignore[call-overload]
    yield octets.all


def svg(sheet: Sheet, caption: Caption) -> bytes:
    """A drawing of one chart that stays sharp at any size."""
    room = WIDTH - 2 * MARGIN
    head = _head_height(caption, room)
    with Press() as press, _Octets() as octets:
        height = press.height(sheet, room, caption.before)
        whole = QRect(0, 0, WIDTH, round(2 * MARGIN + head + height))
        made = QSvgGenerator()
        made.setOutputDevice(octets.buffer)
        made.setResolution(dpi())
        made.setSize(whole.size())
        made.setViewBox(whole)
        made.setTitle(sheet.data.title)
        made.setDescription(f"{sheet.data.explanation}. {_lines(caption)}")
        with QPainter(made) as painter:
            painter.fillRect(whole, QColor(LIGHT.surface))
            y = MARGIN + _paint_head(painter, QRectF(MARGIN, MARGIN, room, head), caption)
            press.paint_titled(painter, QRectF(MARGIN, y, room, height), sheet, caption.before)
    return octets.all


def pdf(sheets: Sequence[Sheet], caption: Caption) -> Iterator[bytes]:
    """Pages with the charts below each other. Yields b"" between the charts, then the file."""
    with _Octets() as octets:
        writer = QPdfWriter(octets.buffer)
        writer.setTitle(caption.title or sheets[0].data.title)
        writer.setCreator("CRM Desktop")
        writer.setResolution(dpi())
        writer.setPageLayout(page_layout())
        with QPainter(writer) as painter:
            page = QRectF(0, 0, writer.width(), writer.height())
            for _ in paint_pages(painter, page, writer.newPage, sheets, caption):
                yield b""
        del painter, writer  # writes the end of the file
    yield octets.all


def paint_pages(
    painter: QPainter, page: QRectF, new_page: Callable[[], object], sheets: Sequence[Sheet], caption: Caption
) -> Iterator[None]:
    """Charts below each other on the pages of a printer or a PDF file; yields after each."""
    foot = QFontMetricsF(_font(TEXT_PT * 0.85)).height()
    bottom = page.bottom() - foot - S
    number = 1
    _paint_foot(painter, page, foot, caption, number)
    y = page.top() + _paint_head(painter, page, caption)
    with Press() as press:
        for sheet in sheets:
            height = min(press.height(sheet, page.width(), caption.before), bottom - page.top())
            if sheet is not sheets[0] and y + height > bottom:
                new_page()
                number += 1
                _paint_foot(painter, page, foot, caption, number)
                y = page.top()
            rect = QRectF(page.left(), y, page.width(), min(height, bottom - y))
            press.paint_titled(painter, rect, sheet, caption.before)
            y += height + XL
            yield


def page_layout() -> QPageLayout:
    """The paper of the country with room around the charts."""
    made = layout()
    made.setMargins(QMarginsF(16, 16, 16, 16))
    return made


def dpi() -> int:
    """Of the screen, for which charts are drawn."""
    screen = QApplication.primaryScreen()
    return round(screen.logicalDotsPerInchX()) if screen is not None else 96


class _Octets:
    """A file in memory."""

    def __init__(self) -> None:
        self.buffer = QBuffer()
        self.all = b""

    def __enter__(self) -> _Octets:
        self.buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        return self

    def __exit__(self, *_: object) -> None:
        self.all = bytes(self.buffer.data().data())
        self.buffer.close()


def _font(points: float, *, bold: bool = False) -> QFont:
    font = QFont(FAMILY)
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def _text(painter: QPainter, room: QRectF, words: str, font: QFont, colour: str = LIGHT.text) -> float:
    """Wrapped words; returns their height."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(room, LEFT, words)
    return _wrapped(words, QFontMetricsF(font), room.width())


def _wrapped(words: str, metrics: QFontMetricsF, width: float) -> float:
    return metrics.boundingRect(QRectF(0, 0, width, 10_000), LEFT, words).height()


def _below(rect: QRectF, y: float) -> QRectF:
    return QRectF(rect.left(), y, rect.width(), max(0.0, rect.bottom() - y))


def _line(data: ChartData) -> str:
    """What a chart shows, in one line: unit and note with it."""
    return " · ".join(filter(None, (explained(data), data.note)))


def _lines(caption: Caption) -> str:
    before = f"compared with {caption.before}" if caption.before else ""
    return " · ".join(filter(None, (caption.period, before, caption.made)))


def _head_height(caption: Caption, width: float) -> float:
    title = QFontMetricsF(_font(TEXT_PT * 1.8, bold=True)).height() if caption.title else 0.0
    return title + _wrapped(_lines(caption), QFontMetricsF(_font(TEXT_PT * 0.92)), width) + (L if caption.title else M)


def _paint_head(painter: QPainter, room: QRectF, caption: Caption) -> float:
    y = room.top()
    if caption.title:
        y += _text(painter, QRectF(room.left(), y, room.width(), 400), caption.title, _font(TEXT_PT * 1.8, bold=True))
    small = _font(TEXT_PT * 0.92)
    _text(painter, QRectF(room.left(), y, room.width(), 400), _lines(caption), small, LIGHT.text_muted)
    return _head_height(caption, room.width())


def _paint_foot(painter: QPainter, page: QRectF, height: float, caption: Caption, number: int) -> None:
    painter.setFont(_font(TEXT_PT * 0.85))
    painter.setPen(QColor(LIGHT.text_muted))
    box = QRectF(page.left(), page.bottom() - height, page.width(), height)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft, caption.title)
    painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(number))
