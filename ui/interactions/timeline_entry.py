"""One interaction in a timeline."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from crm_desktop.interactions.rows import InteractionRow
from ui.interactions.entry_layout import DUE_TONES, EntryLayout, about, lay_out, marks
from ui.interactions.local_time import due, due_text, full_text, to_wall
from ui.interactions.rights import Rights
from ui.interactions.words import type_icon
from ui.theme.icons import icon, paint_icon
from ui.theme.tokens import RADIUS_SMALL, XS, M, S, tokens
from ui.widgets.buttons import icon_button

ICON = 20
WIDTHS_KEPT = 8  # layouts ask about several widths before they settle on one


class TimelineEntry(QWidget):
    """Enter or a double click opens it; the buttons and the context menu hold what the person may do with it.

    It can be given another row: an entry costs more to make than to fill.
    """

    opened = Signal(object)  # InteractionRow, as in the signals below
    completed = Signal(object)
    cancelled = Signal(object)
    deleted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.row: InteractionRow
        self.rights: Rights
        self._now: datetime
        self._laid_out: dict[int, EntryLayout] = {}
        self._shown: object = None
        self._first = True
        self._hovered = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.done_button = icon_button("complete", "Complete", lambda: self.completed.emit(self.row), small=True)
        self.more_button = icon_button("more-vertical", "More", small=True)
        self.more_button.clicked.connect(
            lambda _c=False: self._show_menu(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))
        )
        for button in (self.done_button, self.more_button):
            button.setParent(self)
            button.ensurePolished()  # its size is asked for before it shows

    def show_row(self, row: InteractionRow, rights: Rights, now: datetime, *, first: bool) -> bool:
        """Show this interaction; the first of a list has no line above it. False when it looks as before."""
        spoken = _spoken(row, now)
        shown = (row, rights, spoken, marks(row, now))
        is_same = shown == self._shown
        if first != self._first:
            self._first = first
            self.update()
        self._now = now
        if is_same:
            return False
        self._shown = shown
        self.row, self.rights = row, rights
        self._laid_out.clear()
        self.setAccessibleName(spoken)
        logged = f"Logged {full_text(to_wall(row.created_at))}" if row.created_at is not None else ""
        follow_up = f"Follow up {full_text(to_wall(row.follow_up))}" if row.follow_up is not None else ""
        self.setToolTip("\n".join(part for part in (follow_up, logged) if part))
        self.done_button.setVisible(row.status == "pending" and rights.edit)
        self.done_button.setAccessibleName(f"Complete {row.subject}")
        self.more_button.setAccessibleName(f"More for {row.subject}")
        self._place_buttons()
        self.updateGeometry()
        self.update()
        return True

    # Size and paint.

    def _left(self) -> int:
        return S + ICON + M

    def _text_width(self, width: int) -> int:
        buttons = self.more_button.sizeHint().width()
        if self.row.status == "pending" and self.rights.edit:
            buttons += self.done_button.sizeHint().width()
        return width - self._left() - buttons - S

    def _layout_for(self, width: int) -> EntryLayout:
        text_width = self._text_width(width)
        if text_width not in self._laid_out:
            if len(self._laid_out) >= WIDTHS_KEPT:
                self._laid_out.clear()
            self._laid_out[text_width] = lay_out(self.row, self._now, text_width, self.font())
        return self._laid_out[text_width]

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(round(self._layout_for(width).height), self.more_button.sizeHint().height()) + 2 * S

    def sizeHint(self) -> QSize:
        width = max(self.width(), 240)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * S + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, row = tokens(), self.row
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._first:
            painter.fillRect(0, 0, self.width(), 1, QColor(theme.border))
        inside = self.rect().adjusted(1, 2, -1, -1)
        if self._hovered or self.hasFocus():
            painter.setBrush(QColor(theme.surface_hover) if self._hovered else Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(inside, RADIUS_SMALL, RADIUS_SMALL)
        tone = "text_disabled" if row.status == "cancelled" else "text_muted"
        if row.status == "pending" and row.follow_up is not None:
            tone = DUE_TONES[due(row.follow_up, self._now)]
        paint_icon(painter, QRect(S, S, ICON, ICON), type_icon(row.type), QColor(getattr(theme, tone)))
        self._layout_for(self.width()).paint(painter, QPointF(self._left(), S), theme)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        right = self.width() - XS
        for button in (self.more_button, self.done_button):
            if not button.isHidden():
                size = button.sizeHint()
                right -= size.width()
                button.setGeometry(right, S - 2, size.width(), size.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.ApplicationFontChange):
            self._laid_out.clear()
            self.updateGeometry()

    def enterEvent(self, event: object) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()

    # What the person does.

    def menu(self) -> QMenu:
        """What can be done with this entry by this person."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self.row
        menu.addAction(icon("edit"), "Edit" if self.rights.edit else "Open", lambda: self.opened.emit(row))
        if self.rights.edit and row.status == "pending":
            menu.addAction(icon("complete"), "Complete", lambda: self.completed.emit(row))
            menu.addAction(icon("cancel"), "Cancel interaction", lambda: self.cancelled.emit(row))
        if self.rights.delete:
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Delete", lambda: self.deleted.emit(row))
        return menu

    def _show_menu(self, place: QPoint) -> None:
        self.menu().popup(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit(self.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.row)
        elif event.key() == Qt.Key.Key_Delete and self.rights.delete:
            self.deleted.emit(self.row)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)


def _spoken(row: InteractionRow, now: datetime) -> str:
    waits = row.status == "pending" and row.follow_up is not None
    state = due_text(row.follow_up, now) if waits and row.follow_up is not None else row.status
    parts = [row.subject, about(row, now), state, row.outcome]
    return ", ".join(part for part in parts if part)
