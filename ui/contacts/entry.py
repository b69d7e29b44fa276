"""One contact on the card of a company. It paints itself: labels would cost ten times as much."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from crm_desktop.contacts.rows import ContactRow, Place
from crm_desktop.customers.phones import readable
from ui.interactions.entry_layout import GAP, LINE_GAP, PADDING, EntryLayout, Mark, add_marks, add_text, shortened
from ui.theme.icons import icon
from ui.theme.tokens import RADIUS_SMALL, XS, S, tokens
from ui.widgets.buttons import icon_button
from ui.widgets.labels import literal, tooltip

PRIMARY = Mark("Primary", "info")


class ContactEntry(QWidget):
    """Enter or a double click edits it; the buttons and the context menu hold what can be done."""

    edit_wanted = Signal(object)  # ContactRow, as in the signals below
    primary_wanted = Signal(object)
    log_wanted = Signal(object)
    remove_wanted = Signal(object)
    place_wanted = Signal(object)  # UUID of another company
    call_wanted = Signal(str)
    mail_wanted = Signal(str)
    copy_wanted = Signal(str, str)  # the value, what it is

    def __init__(self, *, may_edit: bool, may_log: bool) -> None:
        super().__init__()
        self.row: ContactRow
        self._may_edit, self._may_log = may_edit, may_log
        self._laid_out: tuple[int, EntryLayout] | None = None
        self._first = True
        self._hovered = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.call_button = icon_button("call", "Call", lambda: self.call_wanted.emit(self.row.phones[0]), small=True)
        self.mail_button = icon_button("email", "Email", lambda: self.mail_wanted.emit(self.row.emails[0]), small=True)
        self.more_button = icon_button("more-vertical", "More", small=True)
        self.more_button.clicked.connect(
            lambda _c=False: self._show_menu(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))
        )
        for button in self.buttons:
            button.setParent(self)
            button.ensurePolished()  # its size is asked for before it shows

    @property
    def buttons(self) -> tuple[QWidget, ...]:
        """From left to right."""
        return (self.call_button, self.mail_button, self.more_button)

    def show_row(self, row: ContactRow, *, first: bool) -> None:
        """Show this contact; the first of a list has no line above it."""
        self.row, self._first = row, first
        self._laid_out = None
        self.setAccessibleName(spoken(row))
        for button, values, words in (
            (self.call_button, row.phones, "Call {}, {}"),
            (self.mail_button, row.emails, "Write to {}, {}"),
        ):
            button.setVisible(bool(values))
            button.setAccessibleName(words.format(row.name, _shown(values[0])) if values else "")
            button.setToolTip(tooltip(words.split("{}")[0] + _shown(values[0])) if values else "")
        self.more_button.setAccessibleName(f"More for {row.name}")
        self._place_buttons()
        self.updateGeometry()
        self.update()

    # Size and paint.

    def _text_width(self, width: int) -> int:
        return width - 2 * S - sum(button.sizeHint().width() for button in self.buttons if not button.isHidden())

    def _layout_for(self, width: int) -> EntryLayout:
        text_width = self._text_width(width)
        if self._laid_out is None or self._laid_out[0] != text_width:
            self._laid_out = (text_width, lay_out(self.row, text_width, width - 2 * S, self.font()))
        return self._laid_out[1]

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
        self._layout_for(self.width()).paint(painter, QPointF(S, S), theme)
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
            self._laid_out = None
            self.updateGeometry()

    def enterEvent(self, event: object) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()

    # What the person does.

    def menu(self) -> QMenu:
        """What can be done with this contact."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self.row
        if self._may_edit:
            menu.addAction(icon("edit"), "Edit", lambda: self.edit_wanted.emit(row))
            if not row.is_primary:
                menu.addAction(icon("star"), "Make primary", lambda: self.primary_wanted.emit(row))
        if self._may_log:
            menu.addAction(icon("interaction-add"), "Log interaction", lambda: self.log_wanted.emit(row))
        for place in row.elsewhere:
            self._add_place(menu, place)
        menu.addSeparator()
        for phone in row.phones:
            self._add_value(menu, "call", f"Call {readable(phone)}", self.call_wanted, phone)
            self._add_copy(menu, readable(phone), "Phone")
        for email in row.emails:
            self._add_value(menu, "email", f"Write to {email}", self.mail_wanted, email)
            self._add_copy(menu, email, "Email")
        if self._may_edit:
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Remove from company", lambda: self.remove_wanted.emit(row))
        return menu

    def _add_place(self, menu: QMenu, place: Place) -> None:
        menu.addAction(
            icon("business"), literal(f"Open {place.name}"), lambda: self.place_wanted.emit(place.customer_id)
        )

    def _add_value(self, menu: QMenu, icon_name: str, text: str, wanted: SignalInstance, value: str) -> None:
        menu.addAction(icon(icon_name), literal(text), lambda: wanted.emit(value))

    def _add_copy(self, menu: QMenu, value: str, kind: str) -> None:
        menu.addAction(icon("copy"), literal(f"Copy {value}"), lambda: self.copy_wanted.emit(value, kind))

    def _show_menu(self, place: QPoint) -> None:
        self.menu().popup(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._edit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._edit()
        elif event.key() == Qt.Key.Key_Delete and self._may_edit:
            self.remove_wanted.emit(self.row)
        elif event.matches(QKeySequence.StandardKey.Copy):
            values = (*self.row.emails, *map(readable, self.row.phones))
            if values:
                self.copy_wanted.emit(values[0], "Email" if self.row.emails else "Phone")
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _edit(self) -> None:
        if self._may_edit:
            self.edit_wanted.emit(self.row)


def lay_out(row: ContactRow, beside_buttons: float, width: float, font: QFont) -> EntryLayout:
    """Name and role beside the buttons, the rest below over the whole width."""
    bold, small = QFont(font), QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    made = EntryLayout(small=small)
    add_text(made, row.name, bold, "text", beside_buttons)
    if row.is_primary:
        _mark_primary(made, QFontMetricsF(bold).horizontalAdvance(row.name), beside_buttons)
    if row.role:
        add_text(made, row.role, small, "text_muted", beside_buttons)
    if row.elsewhere:
        add_text(made, f"Also at {', '.join(place.name for place in row.elsewhere)}", small, "text_muted", width)
    for value in (*row.emails, *map(readable, row.phones)):
        add_text(made, value, font, "text_muted", width)
    if row.notes:
        add_text(made, shortened(row.notes), small, "text_muted", width)
    return made


def _mark_primary(made: EntryLayout, name_width: float, width: float) -> None:
    """Beside the name where there is room, else below it."""
    metrics = QFontMetricsF(made.small)
    wide, high = metrics.horizontalAdvance(PRIMARY.text) + 2 * PADDING, metrics.height() + 2.0
    if name_width + GAP + wide <= width:
        middle = (made.height - LINE_GAP) / 2
        made.badges.append((QRectF(name_width + GAP, middle - high / 2, wide, high), PRIMARY))
    else:
        add_marks(made, [PRIMARY], width)


def spoken(row: ContactRow) -> str:
    """What a screen reader says."""
    places = ", ".join(place.name for place in row.elsewhere)
    return ", ".join(
        filter(
            None,
            (
                row.name,
                "primary contact" if row.is_primary else "",
                row.role,
                f"also at {places}" if places else "",
                *row.emails,
                *map(readable, row.phones),
                row.notes,
            ),
        )
    )


def _shown(value: str) -> str:
    return readable(value)
