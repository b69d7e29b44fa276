"""How a segment looks in the list: its name, below it what it is for, and at the right how many are in it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.segments.list_model import SegmentModel
from ui.segments.words import count_text
from ui.theme.icons import icon_side, paint_icon
from ui.theme.tokens import XL, L, M, tokens

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
GAP = 2


class SegmentDelegate(QStyledItemDelegate):
    """`narrow`: rows for fingers."""

    def __init__(self, model: SegmentModel) -> None:
        super().__init__(model)
        self._model = model
        self.narrow = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, max(64 if self.narrow else 56, 2 * QFontMetrics(option.font).height() + GAP + 2 * M))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = self._model.rows[index.row()]
        theme, rect = tokens(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.accent_soft))
            painter.fillRect(QRect(rect.x(), rect.y(), 3, rect.height()), QColor(theme.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(theme.surface_alt))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), QColor(theme.border))
        edge = L if self.narrow else XL
        inside = rect.adjusted(edge, 0, -edge, 0)
        line = QFontMetrics(option.font).height()
        top = inside.y() + (inside.height() - 2 * line - GAP) // 2
        width = self._paint_count(painter, inside, index.row(), option.font)
        words = QRect(inside.x(), top, inside.width() - width - M, line)
        about = " ".join(row.description.split()) if row.is_active else "Not in use"
        if not about:
            words.moveTop(inside.y() + (inside.height() - line) // 2)
        strong = QFont(option.font)
        strong.setWeight(QFont.Weight.DemiBold)
        self._paint_line(painter, words, row.name, strong, theme.text if row.is_active else theme.text_muted)
        self._paint_line(painter, words.translated(0, line + GAP), about, option.font, theme.text_muted)
        painter.restore()

    def _paint_count(self, painter: QPainter, rect: QRect, place: int, font: QFont) -> int:
        """At the right of `rect`; returns the width that it takes."""
        theme, count = tokens(), self._model.counts.of(self._model.rows[place].id)
        if count is not None and count.fault:
            side = icon_side()
            box = QRect(rect.right() - side, rect.center().y() - side // 2, side, side)
            paint_icon(painter, box, "warning", QColor(theme.warning))
            return side
        text = "…" if count is None else count_text(count.number, exact=count.exact)
        strong = QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setFont(strong)
        painter.setPen(QColor(theme.text if self._model.rows[place].is_active else theme.text_muted))
        painter.drawText(rect, _RIGHT, text)
        return QFontMetrics(strong).horizontalAdvance(text)

    def _paint_line(self, painter: QPainter, rect: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _LEFT, elided)
