"""The report of a month on paper: its figures, then every chart with its table, page by page.

Charts are drawn by widgets, so this is done on the GUI thread, in slices: the window goes on between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from crm_desktop.analytics.report import Headline, Report
from crm_desktop.analytics.shapes import ChartData
from crm_desktop.analytics.tables import Cell, Table, table
from ui.analytics.numbers import change_text, number_text, value_text
from ui.analytics.paper import Press, Sheet
from ui.reports.blocks import Block, pages
from ui.theme.theme import FAMILY
from ui.theme.tokens import LIGHT, XL, L, M, S

TEXT_PT, SMALL_PT = 9.5, 8.0
CARDS_IN_A_ROW = 3
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass
class Paper:
    """Where to draw: a page of a printer or of a PDF file, and how to begin the next."""

    painter: QPainter
    page: QRectF
    new_page: Callable[[], object]
    drawn: int = field(default=0)


def paint_report(paper: Paper, report: Report, made: str) -> Iterator[None]:
    """Draws all pages; yields now and then. `made` says when and by whom."""
    foot = QFontMetricsF(_font(SMALL_PT)).height()
    room = QRectF(paper.page.left(), paper.page.top(), paper.page.width(), paper.page.height() - foot - M)
    with Press() as press:
        blocks = [_title(report, made, room.width()), *_headlines(report, room.width())]
        for group, charts in _groups(report).items():
            blocks.append(_heading(group))
            for sheet in charts:
                blocks += _chart(press, sheet, room, report)
                yield
        laid_out = pages(blocks, room.height())
        for number, placed in enumerate(laid_out, 1):
            if number > 1:
                paper.new_page()
            _foot(paper, foot, report.title, f"Page {number} of {len(laid_out)}")
            for each in placed:
                top = room.top() + each.y
                each.block.draw(paper.painter, QRectF(room.left(), top, room.width(), each.block.height))
            paper.drawn = number
            yield


def _groups(report: Report) -> dict[str, list[Sheet]]:
    found: dict[str, list[Sheet]] = {}
    for spec, data in report.charts:
        found.setdefault(spec.group, []).append(Sheet(data, spec.lying))
    return found


# Blocks


def _title(report: Report, made: str, width: float) -> Block:
    words = " · ".join(filter(None, (f"compared with {report.before}" if report.before else "", made)))
    big, small = _font(20, bold=True), _font(TEXT_PT)
    height = QFontMetricsF(big).height()

    def draw(painter: QPainter, rect: QRectF) -> None:
        _write(painter, QRectF(rect.left(), rect.top(), width, height), report.title, big)
        line = QRectF(rect.left(), rect.top() + height, width, QFontMetricsF(small).height())
        _write(painter, line, words[:1].upper() + words[1:], small, LIGHT.text_muted)

    return Block(height + QFontMetricsF(small).height() + L, draw)


def _headlines(report: Report, width: float) -> list[Block]:
    """The figures in rows of cards."""
    found = report.headlines
    return [
        _cards(found[first : first + CARDS_IN_A_ROW], width) for first in range(0, len(found), CARDS_IN_A_ROW)
    ]  # fmt: skip


def _cards(row: tuple[Headline, ...], width: float) -> Block:
    name, value, change = _font(TEXT_PT), _font(16, bold=True), _font(SMALL_PT)
    heights = [QFontMetricsF(font).height() for font in (name, value, change)]
    card = (width - M * (CARDS_IN_A_ROW - 1)) / CARDS_IN_A_ROW
    height = sum(heights) + 2 * M

    def draw(painter: QPainter, rect: QRectF) -> None:
        for place, each in enumerate(row):
            box = QRectF(rect.left() + place * (card + M), rect.top(), card, height)
            painter.setPen(QPen(QColor(LIGHT.border), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 6, 6)
            inside, y = box.adjusted(M, M, -M, -M), box.top() + M
            changed = change_text(each.value, each.previous)
            beside = (
                f"{changed} · {value_text(each.previous, each.unit)} before"
                if changed
                else (f"{value_text(each.previous, each.unit)} before")
            )
            for font, step, words, colour in (
                (name, heights[0], each.title, LIGHT.text_muted),
                (value, heights[1], value_text(each.value, each.unit), LIGHT.text),
                (change, heights[2], beside, LIGHT.text_muted),
            ):
                _write(painter, QRectF(inside.left(), y, inside.width(), step), words, font, colour)
                y += step

    return Block(height + M, draw)


def _heading(words: str) -> Block:
    font = _font(15, bold=True)
    height = QFontMetricsF(font).height()

    def draw(painter: QPainter, rect: QRectF) -> None:
        _write(painter, QRectF(rect.left(), rect.top() + M, rect.width(), height), words, font)
        line = rect.top() + M + height + S / 2
        painter.setPen(QPen(QColor(LIGHT.border_strong), 1))
        painter.drawLine(QPointF(rect.left(), line), QPointF(rect.right(), line))

    return Block(M + height + L, draw, glued=True)


def _chart(press: Press, sheet: Sheet, room: QRectF, report: Report) -> list[Block]:
    before = report.before if sheet.data.compares else ""
    height = min(press.height(sheet, room.width(), before), room.height() * 0.8)

    def draw(painter: QPainter, rect: QRectF) -> None:
        press.height(sheet, rect.width(), before)  # others were measured since: axes find their width in two rounds
        press.paint_titled(painter, QRectF(rect.left(), rect.top(), rect.width(), height), sheet, before)

    rows = [] if sheet.data.kind == "grid" else _rows(sheet.data, room.width())  # a grid is its own table
    gap = M if rows else XL
    return [Block(height + gap, draw, glued=bool(rows)), *rows]


def _rows(data: ChartData, width: float) -> list[Block]:
    shown = table(data)
    wide = _widths(shown, width)
    head = _row(tuple(column.title for column in shown.columns), shown, wide, bold=True, line="below")
    head = Block(head.height, head.draw, glued=True)
    made = [head, *(_row(row, shown, wide, header=head) for row in shown.rows)]
    if shown.total:
        made.append(_row(shown.total, shown, wide, header=head, bold=True, line="above"))
    made.append(Block(XL, lambda _painter, _rect: None))
    return made


def _row(
    cells: tuple[Cell, ...],
    shown: Table,
    wide: list[float],
    *,
    header: Block | None = None,
    bold: bool = False,
    line: str = "",
) -> Block:
    font = _font(SMALL_PT, bold=bold)
    height = QFontMetricsF(font).height() + 4

    def draw(painter: QPainter, rect: QRectF) -> None:
        x = rect.left()
        for place, (cell, column) in enumerate(zip(cells, shown.columns, strict=True)):
            words = cell if isinstance(cell, str) else number_text(cell, column.unit)
            box = QRectF(x + S / 2, rect.top(), wide[place] - S, height)
            _write(painter, box, words, font, aligned=_RIGHT if place else _LEFT)
            x += wide[place]
        if line:
            y = rect.top() + (0 if line == "above" else height - 1)
            painter.setPen(QPen(QColor(LIGHT.border_strong), 1))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.left() + sum(wide), y))

    return Block(height, draw, header=header)


def _widths(shown: Table, width: float) -> list[float]:
    """Columns as wide as what is in them, together at most the page; the names give way."""
    metrics = QFontMetricsF(_font(SMALL_PT, bold=True))

    def wanted(place: int) -> float:
        unit = shown.columns[place].unit
        words = [shown.columns[place].title]
        for row in (*shown.rows, *([shown.total] if shown.total else [])):
            cell = row[place]
            words.append(cell if isinstance(cell, str) else number_text(cell, unit))
        return max(metrics.horizontalAdvance(each) for each in words) + 2 * S

    numbers = [wanted(place) for place in range(1, len(shown.columns))]
    most = max(width * 0.25, width - sum(numbers))
    scale = min(1.0, (width - width * 0.25) / sum(numbers)) if sum(numbers) > width * 0.75 else 1.0
    return [min(wanted(0), most), *(each * scale for each in numbers)]


def _foot(paper: Paper, height: float, title: str, number: str) -> None:
    box = QRectF(paper.page.left(), paper.page.bottom() - height, paper.page.width(), height)
    font = _font(SMALL_PT)
    _write(paper.painter, box, title, font, LIGHT.text_muted)
    _write(paper.painter, box, number, font, LIGHT.text_muted, aligned=_RIGHT)


def _font(points: float, *, bold: bool = False) -> QFont:
    font = QFont(FAMILY)
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def _write(
    painter: QPainter,
    box: QRectF,
    words: str,
    font: QFont,
    colour: str = LIGHT.text,
    *,
    aligned: Qt.AlignmentFlag = _LEFT,
) -> None:
    """One line, with an ellipsis where it is too long."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    elided = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, aligned, elided)
