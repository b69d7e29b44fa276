"""An entry of a list on a card: words that it paints itself, and buttons in its corner."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from ui.theme.tokens import RADIUS_SMALL, XS, S, Tokens, tokens
from ui.widgets.buttons import icon_button
from ui.widgets.entry_layout import EntryLayout

WIDTHS_KEPT = 8  # layouts ask about several widths before they settle on one


class Entry(QWidget):
    """Enter or a double click opens it; the buttons and the context menu hold what the person may do with it.

    It can be given another row: an entry costs more to make than to fill. A subclass says what stands in it.
    """

    text_at = S  # pixels from the left
    may_remove = False

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: dict[int, EntryLayout] = {}
        self._first = True
        self._hovered = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more_button = icon_button("more-vertical", "More", small=True)
        self.more_button.clicked.connect(
            lambda _c=False: self._show_menu(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))
        )
        self.buttons: tuple[QAbstractButton, ...] = ()
        """From left to right."""

    # What a subclass says.

    def lay_out(self, width: int, beside_buttons: int) -> EntryLayout:
        """The words for so much room: in all, and to the left of the buttons."""
        raise NotImplementedError

    def menu(self) -> QMenu:
        """What can be done with this entry by this person."""
        raise NotImplementedError

    def open(self) -> None:
        """What Enter and a double click do."""
        raise NotImplementedError

    def remove(self) -> None:
        """What the Delete key does where `may_remove`."""
        raise NotImplementedError

    def paint_beside(self, painter: QPainter, theme: Tokens) -> None:
        """What stands left of the words."""

    # What it asks of this one.

    def set_buttons(self, *buttons: QAbstractButton) -> None:
        """Put these into the corner, from left to right; those that are hidden take no room."""
        self.buttons = buttons
        for button in buttons:
            button.setParent(self)
            button.ensurePolished()  # its size is asked for before it shows

    def set_first(self, first: bool) -> None:
        """The first of a list has no line above it."""
        if first != self._first:
            self._first = first
            self.update()

    def refresh(self) -> None:
        """After the row, or what the person may do with it, has changed."""
        self._laid_out.clear()
        self._place_buttons()
        self.updateGeometry()
        self.update()

    @property
    def holds_focus(self) -> bool:
        """Whether the focus is on the entry or on one of its buttons."""
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    # Size and paint.

    def _layout_for(self, width: int) -> EntryLayout:
        if width not in self._laid_out:
            if len(self._laid_out) >= WIDTHS_KEPT:
                self._laid_out.clear()
            room = width - self.text_at - S
            buttons = sum(button.sizeHint().width() for button in self.buttons if not button.isHidden())
            self._laid_out[width] = self.lay_out(room, room - buttons)
        return self._laid_out[width]

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
        theme = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._first:
            painter.fillRect(0, 0, self.width(), 1, QColor(theme.border))
        if self._hovered or self.hasFocus():
            painter.setBrush(QColor(theme.surface_hover) if self._hovered else Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(self.rect().adjusted(1, 2, -1, -1), RADIUS_SMALL, RADIUS_SMALL)
        self.paint_beside(painter, theme)
        self._layout_for(self.width()).paint(painter, QPointF(self.text_at, S), theme)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        right = self.width() - XS
        for button in reversed(self.buttons):
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

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open()
        elif event.key() == Qt.Key.Key_Delete and self.may_remove:
            self.remove()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
