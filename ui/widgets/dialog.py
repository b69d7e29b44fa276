"""Dialogs: one frame for all forms, with Save and Discard and a question before anything typed is lost."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QLabel, QLayoutItem, QPushButton, QVBoxLayout, QWidget

from ui import shortcuts
from ui.theme.tokens import PHONE, XL, L, M, S
from ui.widgets.buttons import button
from ui.widgets.frames import Message, scrolled
from ui.widgets.labels import text_label
from ui.widgets.notice_host import NoticeHost


class Dialog(NoticeHost):
    """A titled dialog: heading, scrolled `body`, `message` for what went wrong, a row of buttons.
    `top` stays above the body when that is scrolled.

    It fits its parent's window: on a narrow one it fills it.
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, width: int = 520, height: int = 0) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self._wanted = QSize(width, height)
        self.heading = text_label(title, "heading")
        self.message = Message()
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(XL, 0, XL, L)
        self.body.setSpacing(L)
        self.buttons: QBoxLayout = QHBoxLayout()
        self.buttons.setSpacing(S)
        footer = self._footer = QWidget()
        footer.setProperty("role", "footer")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        footer.setLayout(self.buttons)
        self.buttons.setContentsMargins(XL, M, XL, M)
        self.buttons.addStretch(1)
        top = self.top = QVBoxLayout()
        top.setContentsMargins(XL, XL, XL, M)
        top.setSpacing(M)
        top.addWidget(self.heading)
        top.addWidget(self.message)
        self._content.installEventFilter(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(top)
        area = scrolled(self._content)
        area.setMinimumHeight(1)  # a sentence takes less than what a scroll area asks for
        self._column.addWidget(area, 1)
        self._column.addWidget(footer)

    def add_button(self, text: str, kind: str = "", *, left: bool = False) -> QPushButton:
        made = button(text, kind=kind)
        if left:
            self.buttons.insertWidget(0, made)
        else:
            self.buttons.addWidget(made)
        return made

    def is_dirty(self) -> bool:
        """Whether anything was typed that is not saved; a dialog without a form holds nothing."""
        return False

    def kept_clear(self) -> int:
        """Its buttons."""
        return self._footer.height()

    def showEvent(self, event: QShowEvent) -> None:
        if not self.body.expandingDirections() & Qt.Orientation.Vertical:
            self.body.addStretch(1)  # on a window that it fills, a form keeps to the top
        self._fit()
        self._order_focus()
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """An error or a hint that appears makes the dialog taller, not scrolled."""
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            QTimer.singleShot(0, self, self._grow)
        return super().eventFilter(watched, event)

    def _grow(self) -> None:
        parent = self.parentWidget()
        window = parent.window() if parent is not None else None
        if self.isVisible() and not self._wanted.height() and (window is None or window.width() >= PHONE):
            room = window.height() - 2 * XL if window is not None else self.screen().availableSize().height()
            wanted = self._height_for(self.width())
            if self.height() < min(wanted, room):
                self.resize(self.width(), min(wanted, room))
                below = 0 if window is None else self.geometry().bottom() - (window.geometry().bottom() - M)
                if below > 0:  # its buttons stay in the window
                    self.move(self.x(), self.y() - below)

    def _order_focus(self) -> None:
        """Tab goes through the content, then the buttons; typing starts at the first field."""
        widgets = self._content.findChildren(QWidget)
        # The list of a combo box is a window of its own.
        stops = [w for w in widgets if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.window() is self]
        buttons = self._footer.findChildren(QPushButton)
        for before, after in itertools.pairwise([*stops[-1:], *buttons]):
            self.setTabOrder(before, after)
        focused = self.focusWidget()
        if stops and (focused is None or focused in buttons) and not any(b.isDefault() for b in buttons):
            stops[0].setFocus()

    def _fit(self) -> None:
        """As large as the content wants and the parent's window allows; all of a narrow window."""
        parent = self.parentWidget()
        window = parent.window() if parent is not None else None
        room = window.size() if window is not None else self.screen().availableSize()
        if room.width() < PHONE:
            self.resize(room)
        else:
            width = min(max(self._wanted.width(), self._content.minimumSizeHint().width()), room.width() - 2 * XL)
            height = self._wanted.height() or self._height_for(width)
            self.resize(width, min(height, room.height() - 2 * XL))
        if window is not None:
            self.move(window.geometry().center() - self.rect().center())

    def _height_for(self, width: int) -> int:
        """What content, heading and buttons take."""
        wraps = self.body.hasHeightForWidth()
        inside = self.body.totalHeightForWidth(width) if wraps else self.body.totalSizeHint().height()
        parts: list[QLayoutItem | None] = [self._column.itemAt(index) for index in (0, 2)]
        inside = max(inside, self._content.minimumSizeHint().height())  # below which it would be scrolled
        return inside + sum(
            part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
            for part in parts
            if part is not None
        )


class FormDialog(Dialog):
    """Save and Discard. Subclasses implement save() and is_dirty(); Ctrl+S saves, Ctrl+Return saves and closes,
    Esc closes after a question when something was typed."""

    def __init__(self, title: str, parent: QWidget | None = None, *, width: int = 560, height: int = 0) -> None:
        super().__init__(title, parent, width=width, height=height)
        self.dirty_mark = QLabel("Unsaved changes")
        self.dirty_mark.setProperty("role", "caption")
        self.dirty_mark.hide()
        self.buttons.insertWidget(0, self.dirty_mark)
        self.discard_button = self.add_button("Discard")
        self.save_button = self.add_button("Save", "primary")
        self.discard_button.clicked.connect(lambda _c=False: self.discard())
        self.save_button.clicked.connect(lambda _c=False: self.save(close=True))
        shortcuts.bind(self, "save", lambda: self.save(close=False))
        shortcuts.bind(self, "save_and_close", lambda: self.save(close=True))

    def save(self, *, close: bool) -> None:
        """Save what was typed; on success call `accept()` when `close`."""
        raise NotImplementedError

    def is_dirty(self) -> bool:
        """Whether anything was typed that is not saved."""
        raise NotImplementedError

    def mark_dirty(self) -> None:
        """Connect every editor's change signal to this."""
        self.dirty_mark.setVisible(self.is_dirty())

    def set_saving(self, saving: bool) -> None:
        self.save_button.setEnabled(not saving)
        self.discard_button.setEnabled(not saving)
        self.save_button.setText("Saving…" if saving else "Save")
        self.save_button.setAccessibleName("Save")

    def discard(self) -> None:
        """Close without saving: the button says so, so nothing more is asked."""
        super().reject()

    def reject(self) -> None:
        """Esc or the window's close button."""
        if not self.is_dirty() or self._really_discard():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.reject()

    def _really_discard(self) -> bool:
        text = "What you typed here has not been saved."
        return ask(self, "Discard your changes?", text, "Discard changes", "Keep editing")


def ask(
    parent: QWidget,
    title: str,
    text: str,
    yes: str,
    no: str = "Cancel",
    *,
    dangerous: bool = True,
) -> bool:
    """A question with the answers spelled out. The harmless answer is the default."""
    dialog = Dialog(title, parent, width=440)
    words = text_label(text)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    dialog.body.addWidget(words)
    dialog.setAccessibleDescription(text)
    refuse = dialog.add_button(no)
    accept = dialog.add_button(yes, "danger" if dangerous else "primary")
    refuse.clicked.connect(lambda _c=False: dialog.reject())
    accept.clicked.connect(lambda _c=False: dialog.accept())
    (refuse if dangerous else accept).setDefault(True)
    (refuse if dangerous else accept).setFocus()
    answer = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return answer
