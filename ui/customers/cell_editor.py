"""The editor that lies over one cell of the table of customers: a choice, a phone number or tags, and what is wrong."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from ui.customers.phone_field import PhoneEditor
from ui.customers.phone_preview import KEEP
from ui.customers.tags_field import TagsField
from ui.customers.words import LABELS, STATUS_WORDS
from ui.forms.editors import Choice
from ui.theme.tokens import XS
from ui.widgets.buttons import button
from ui.widgets.labels import text_label

_OURS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
LEAST_WIDTHS = {"status": 132, "phone": 220, "tags": 280}


class CellEditor(QFrame):
    """Enter saves, Tab saves and goes on, Esc gives up; a click elsewhere saves, as in a spreadsheet."""

    committed = Signal(int)  # 0, or 1 and -1: edit the next or the previous cell afterwards
    given_up = Signal()
    keep_asked = Signal()

    def __init__(self, parent: QWidget, key: str, value: Any) -> None:
        super().__init__(parent)
        self.key = key
        self.opened = value
        self.busy = False
        self._cell = QRect()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(LABELS[key])
        self.setProperty("role", "cell-editor")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.editor: Choice | PhoneEditor | TagsField
        if key == "status":
            self.editor = Choice(list(STATUS_WORDS.items()))
        elif key == "phone":
            self.editor = PhoneEditor()
        else:
            self.editor = TagsField()
        self.editor.set_value(value)
        self.editor.setAccessibleName(LABELS[key])
        self.message = text_label("", "error")
        self.keep_button = button(KEEP, self.keep_asked.emit, kind="link")
        column = QVBoxLayout(self)
        column.setContentsMargins(XS, XS, XS, XS)
        column.setSpacing(XS)
        for part in (self.editor, self.message, self.keep_button):
            column.addWidget(part)
        self.say("")
        self.editor.edited.connect(lambda: self.say(""))
        for child in self.findChildren(QWidget):
            child.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def value(self) -> Any:
        """What is in it now."""
        return self.editor.value()

    @property
    def changed(self) -> bool:
        """Whether that is another value than it was opened with."""
        return bool(self.value() != self.opened)

    def begin(self) -> None:
        """Show it, ready to type or choose."""
        self.show()
        self.raise_()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(self.editor, Choice):
            self.editor.showPopup()
            self.editor.activated.connect(lambda _index: self.committed.emit(0))
        elif isinstance(self.editor, PhoneEditor):
            self.editor.selectAll()

    def say(self, text: str, *, offer_to_keep: bool = False) -> None:
        """What is wrong, at the cell; "" takes it away."""
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self.keep_button.setVisible(offer_to_keep)
        self.editor.setAccessibleDescription(text)
        self.place(self._cell)

    def set_busy(self, busy: bool) -> None:
        """While it is being saved, nothing can be typed; the focus stays here, not with whatever comes next."""
        self.busy = busy
        if busy:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.setEnabled(not busy)

    def place(self, cell: QRect) -> None:
        """Lie over this cell, or over its old place while the row is out of sight; never beyond the table's edge."""
        self._cell = cell if cell.isValid() else self._cell
        parent = self.parentWidget()
        room = parent.rect() if parent is not None else QRect()
        if not self._cell.isValid() or not room.isValid():
            return
        width = min(max(self._cell.width(), LEAST_WIDTHS[self.key]), room.width())
        layout = self.layout()
        assert layout is not None
        layout.activate()
        height = max(self._cell.height() - 1, layout.totalHeightForWidth(width), layout.totalMinimumSize().height())
        left = max(0, min(self._cell.left(), room.width() - width))
        top = self._cell.top() if self._cell.top() < 0 else min(self._cell.top(), max(0, room.height() - height))
        self.setGeometry(left, top, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            QTimer.singleShot(0, self, lambda: self.place(self._cell))
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() in _OURS:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._on_key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From a chip that has the focus, or while it is being saved. Nothing goes on to the table, which would take
        letters for a search."""
        self._on_key(event)
        event.accept()

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            if not self.busy:
                self.given_up.emit()
            return True
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.committed.emit(1 if event.key() == Qt.Key.Key_Tab else -1)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.keep_button.hasFocus():
                return False
            typing = isinstance(self.editor, TagsField) and bool(self.editor.input.text().strip())
            if typing and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return False  # the first Enter makes a tag of the word
            self.committed.emit(0)
            return True
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.busy:
            self.editor.setFocus()

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """A click elsewhere in the window saves; another window, a list of choices or a dialog does not."""
        here = new is None or new is self or self.isAncestorOf(new) or new.window() is not self.window()
        if not here and self.isVisible() and not self.busy:
            self.committed.emit(0)
