"""How a row of the palette looks: icon, title, detail, key; headings in small letters."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.palette.rows import ROW, PaletteRow
from ui.theme.icons import icon_side, paint_icon
from ui.theme.tokens import RADIUS_SMALL, XS, L, M, S, tokens

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RowDelegate(QStyledItemDelegate):
    """Paints; the model says what."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row: PaletteRow = index.data(ROW)
        line = QFontMetrics(option.font).height()
        return QSize(0, line + S + XS if row.run is None else max(40, line + L))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: PaletteRow = index.data(ROW)
        theme = tokens()
        rect = option.rect.adjusted(S, 0, -S, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        if row.run is None:
            small = QFont(option.font)
            small.setWeight(QFont.Weight.DemiBold)
            painter.setFont(small)
            painter.setPen(QColor(theme.text_muted))
            painter.drawText(rect.adjusted(S, XS, -S, 0), _LEFT, row.title)
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft))
            painter.drawRoundedRect(rect, RADIUS_SMALL, RADIUS_SMALL)
        self._paint_texts(painter, rect, row, option.font)
        painter.restore()

    def _paint_texts(self, painter: QPainter, rect: QRect, row: PaletteRow, font: QFont) -> None:
        theme, metrics, side = tokens(), QFontMetrics(font), icon_side()
        place = QRect(rect.left() + M, rect.center().y() - side // 2, side, side)
        paint_icon(painter, place, row.icon or "chevron-right", QColor(theme.text_muted))
        left, right = place.right() + M, rect.right() - M
        if row.keys:
            painter.setPen(QColor(theme.text_muted))
            painter.drawText(QRect(left, rect.top(), right - left, rect.height()), _RIGHT, row.keys)
            right -= metrics.horizontalAdvance(row.keys) + M
        title = metrics.elidedText(row.title, Qt.TextElideMode.ElideRight, right - left)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRect(left, rect.top(), right - left, rect.height()), _LEFT, title)
        left += metrics.horizontalAdvance(title) + M
        if row.detail and right - left > metrics.averageCharWidth() * 6:
            painter.setPen(QColor(theme.text_muted))
            detail = metrics.elidedText(row.detail, Qt.TextElideMode.ElideRight, right - left)
            painter.drawText(QRect(left, rect.top(), right - left, rect.height()), _LEFT, detail)
