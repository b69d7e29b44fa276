"""Paints the cells of a paged table straight from its rows, without asking the model role by role."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from crm_desktop.listing.search import highlight, terms
from ui.tables.columns import LEFT, RIGHT, Column, CompactRow, no_parts
from ui.tables.ink import Ink
from ui.tables.paged_model import PagedModel
from ui.tables.painting import (
    CHIP_GAP,
    PADDING,
    Spans,
    badge_width,
    draw_badge,
    draw_chips,
    draw_words,
)

LEAD = 24
MARKING_LEAD = 32
COMPACT_LEAD = 16
_NONE: Spans = ()


class CellDelegate(QStyledItemDelegate):
    """Draws words, badges and chips; in a compact table the whole two-line row."""

    def __init__(self, model: PagedModel, ink: Ink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.ink = ink
        self.compact: CompactRow | None = None
        self.first_section = 0
        self.is_chosen: Callable[[int], bool] = lambda _row: False
        self.lead = LEAD
        self._terms: list[str] = []
        self._spans: dict[str, Spans] = {}

    def set_search(self, text: str) -> None:
        """Mark these words from now on."""
        self._terms = list(terms(text))
        self._spans.clear()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell. Backgrounds and lines of rows are the view's."""
        number = index.row()
        rect: QRect = option.rect
        lead = self.lead if index.column() == self.first_section else PADDING
        inner = QRect(rect.x() + lead, rect.y(), rect.width() - lead - PADDING, rect.height())
        texts = self._model.texts(number)
        row = self._model.row_at(number)
        if not texts or row is None:
            return  # still to come: the view draws a bar in its place
        if self.compact is not None:
            self._paint_compact(painter, inner, row, self.compact, chosen=self.is_chosen(number))
        else:
            column, text = self._model.columns[index.column()], texts[index.column()]
            self._paint_column(painter, inner, column, row, text, chosen=self.is_chosen(number))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """What the cell needs; asked only for the rows in sight, when somebody double-clicks a header's edge."""
        texts = self._model.texts(index.row())
        if not texts:
            return QSize(0, 0)
        column = self._model.columns[index.column()]
        text = texts[index.column()]
        if column.kind == "chips":
            width = sum(
                badge_width(part, self.ink) + CHIP_GAP for part in column.parts(self._model.row_at(index.row()))
            )
        elif column.kind == "badge":
            width = badge_width(text, self.ink)
        else:
            face = self.ink.strong if column.strong else self.ink.body
            width = round(face.metrics.horizontalAdvance(text)) + 2
        return QSize(width + 2 * PADDING, round(self.ink.body.metrics.height()))

    def _paint_column(
        self, painter: QPainter, rect: QRect, column: Column, row: object, text: str, *, chosen: bool
    ) -> None:
        if not text and column.others is no_parts:
            return
        if column.kind == "badge":
            draw_badge(painter, rect, text, self.ink, column.tone(row), outlined=chosen)
        elif column.kind == "chips":
            draw_chips(painter, rect, column.parts(row), self.ink, outlined=chosen)
        else:
            face = self.ink.strong if column.strong else self.ink.body
            text, spans = self._found_in(text, column.others, row) if column.searchable else (text, _NONE)
            draw_words(painter, rect, text, face, self.ink, column.tone(row), column.alignment, spans)

    def _paint_compact(self, painter: QPainter, rect: QRect, row: object, compact: CompactRow, *, chosen: bool) -> None:
        ink = self.ink
        line = round(ink.body.metrics.height())
        top = rect.y() + (rect.height() - 2 * line - 4) // 2
        upper, lower = QRect(rect.x(), top, rect.width(), line), QRect(rect.x(), top + line + 4, rect.width(), line)
        if compact.badge is not None:
            text = compact.badge.format(row)
            if text:
                width = badge_width(text, ink)
                place = QRect(rect.x() + rect.width() - width, upper.y(), width, line)
                draw_badge(painter, place, text, ink, compact.badge.tone(row), outlined=chosen)
                upper.setWidth(upper.width() - width - PADDING)
        if compact.aside is not None:
            text = compact.aside.format(row)
            if text:
                width = round(ink.body.metrics.horizontalAdvance(text)) + 1
                draw_words(painter, lower, text, ink.body, ink, compact.aside.tone(row), RIGHT, _NONE)
                lower.setWidth(max(0, lower.width() - width - PADDING))
        title, detail = compact.title(row), compact.detail(row)
        found = self._found(title)
        detail, spans = (detail, self._found(detail)) if found else self._found_in(detail, compact.others, row)
        draw_words(painter, upper, title, ink.strong, ink, "text", LEFT, found)
        draw_words(painter, lower, detail, ink.body, ink, "muted", LEFT, spans)

    def _found_in(self, text: str, others: Callable[[Any], tuple[str, ...]], row: object) -> tuple[str, Spans]:
        """What is shown: another value than usual where that is what was searched for."""
        spans = self._found(text)
        if not spans and self._terms:
            for other in others(row):
                found = self._found(other)
                if found:
                    return other, found
        return text, spans

    def _found(self, text: str) -> Spans:
        if not self._terms:
            return _NONE
        spans = self._spans.get(text)
        if spans is None:
            if len(self._spans) > 20_000:
                self._spans.clear()
            spans = self._spans[text] = highlight(text, self._terms)
        return spans
