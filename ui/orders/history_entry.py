"""One order in a customer's history."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from crm_desktop.orders.currencies import money
from crm_desktop.orders.rows import OrderRow
from crm_desktop.words import counted
from ui.interactions.local_time import day_text, full_text, now_wall, to_wall
from ui.orders.words import STATUS_WORDS
from ui.theme.tokens import XS, S
from ui.widgets.badges import Badge, tone_of
from ui.widgets.labels import ElidedLabel, text_label, tooltip


class HistoryEntry(QFrame):
    """Return, Space or a click opens it. It can be given another order."""

    opened = Signal(object)  # OrderRow
    menu_wanted = Signal(object, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.row: OrderRow
        self.setProperty("role", "entry")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._number = text_label("", "subheading", wrap=False)
        self._status = Badge()
        self._total = text_label("", "subheading", wrap=False)
        self._summary = ElidedLabel("", "muted")
        self._points = text_label("", "muted", wrap=False)
        top = QHBoxLayout()
        top.setSpacing(S)
        for each in (self._number, self._status):
            top.addWidget(each)
        top.addStretch(1)
        top.addWidget(self._total)
        below = QHBoxLayout()
        below.setSpacing(S)
        below.addWidget(self._summary, 1)
        below.addWidget(self._points)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(XS)
        column.addLayout(top)
        column.addLayout(below)

    def show_row(self, row: OrderRow) -> None:
        """Show this order."""
        self.row = row
        status, total = STATUS_WORDS.get(row.status, row.status), money(row.total, row.currency)
        day = day_text(to_wall(row.ordered_at).date(), now_wall().date())
        self._number.setText(row.order_number)
        self._status.set(status, tone_of(row.status))
        self._total.setText(total)
        self._summary.setText(" · ".join(part for part in (day, row.summary) if part))
        self._points.setText(counted(row.points, "point") if row.points else "")
        words = [f"Order {row.order_number}", status, full_text(to_wall(row.ordered_at)), total, row.summary]
        words += [f"ordered by {row.contact}"] if row.contact else []
        words += [f"{counted(row.points, 'point')} earned"] if row.points else []
        self.setAccessibleName(", ".join(word for word in words if word))
        self.setToolTip(tooltip("\n".join(part for part in (full_text(to_wall(row.ordered_at)), row.summary) if part)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self.opened.emit(self.row)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.row, event.globalPos())
