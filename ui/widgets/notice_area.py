"""Shows notices as toasts over the lower edge of a window, and the banner as a strip."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui import shortcuts
from ui.notices import LOCKED, Banner, Notice, Notices
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import button
from ui.widgets.frames import IconLabel, restyle
from ui.widgets.labels import text_label
from ui.widgets.notice_host import NoticeHost
from ui.widgets.toast import Toast

MOST = 3
WIDEST = 520
LETTERS = 70  # in large text a toast may be wider
SHARE = 0.4  # of the window's height, at most
HIGHEST = 0.25  # of the window's height
MAIN = ("primary", "danger")


class NoticeArea(QWidget):
    """Lies over `window`'s lower edge, as large as its toasts, so that it takes no clicks from what is beneath.

    What is said while a dialog is open lies over the dialog, if that is large enough, until it closes.
    """

    def __init__(self, notices: Notices, window: QWidget, keep_clear: Callable[[], int] = lambda: 0) -> None:
        """`keep_clear`: how much of the lower edge must stay uncovered at present, in pixels."""
        super().__init__(window)
        self._home = window
        self._keep_clear = keep_clear
        self._focus_before: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self.hide()
        window.installEventFilter(self)
        notices.shown.connect(self.show_notice)
        notices.withdrawn.connect(self.withdraw)
        shortcuts.bind(self, "message", self.take_focus)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    @property
    def toasts(self) -> list[Toast]:
        """What shows, the oldest first."""
        return [toast for toast in self.findChildren(Toast) if not toast.isHidden()]

    def show_notice(self, notice: Notice) -> None:
        for old in self.toasts[: -MOST + 1]:
            old.close_it()
        toast = Toast(notice, self)
        toast.closed.connect(self._give_focus_back)
        toast.destroyed.connect(self.place_later)
        self._column.addWidget(toast)
        toast.show()
        self._choose_window(toast)
        self._place()
        while len(self.toasts) > 1 and self.height() > SHARE * self._window.height():
            self.toasts[0].close_it()
            self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))

    def withdraw(self, notice: Notice) -> None:
        """What it offers cannot be done any more."""
        for toast in self.toasts:
            if toast.notice is notice:
                toast.close_it()

    def take_focus(self) -> None:
        """To the newest, by key: from there Esc dismisses it."""
        if self.toasts:
            newest = self.toasts[-1]
            (newest.action_button or newest.close_button).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.DynamicPropertyChange):
                self._place()
            elif event.type() == QEvent.Type.Hide and self._window is not self._home:
                self._move_to(self._home)
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.place_later()

    def place_later(self) -> None:
        """A toast has gone, or what has to stay clear may have changed."""
        QTimer.singleShot(0, self, self._place)

    @property
    def _window(self) -> QWidget:
        return self.parentWidget() or self._home

    def _choose_window(self, toast: Toast) -> None:
        """Over the dialog that is open, unless it is so small that it would be covered."""
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, NoticeHost) and dialog is not self._window and not self._home.property(LOCKED):
            toast.fit(self._width(dialog), dialog.height())
            if toast.height() <= SHARE * (dialog.height() - dialog.kept_clear()):
                self._move_to(dialog)

    def _move_to(self, window: QWidget) -> None:
        if self._window is not self._home:
            self._window.removeEventFilter(self)
        self.setParent(window)
        if window is not self._home:
            window.installEventFilter(self)
        self._place()

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.isAncestorOf(new) and old is not None and not self.isAncestorOf(old):
            self._focus_before = old

    def _give_focus_back(self) -> None:
        focused, before = QApplication.focusWidget(), self._focus_before
        if (focused is None or self.isAncestorOf(focused)) and before is not None and shiboken6.isValid(before):
            before.setFocus()

    def _width(self, window: QWidget) -> int:
        return min(max(WIDEST, LETTERS * self.fontMetrics().averageCharWidth()), window.width() - 2 * L)

    def _place(self) -> None:
        window, toasts = self._window, self.toasts
        if window.property(LOCKED) or not toasts:
            self.hide()
            return
        clear = window.kept_clear() + L if isinstance(window, NoticeHost) else self._keep_clear() + XL
        width = self._width(window)
        for toast in toasts:
            toast.fit(width, round(SHARE * window.height()))
        self.show()
        self.raise_()
        self._column.activate()
        height = self._column.totalSizeHint().height()
        lowest = QRect((window.width() - width) // 2, window.height() - height - clear, width, height)
        self.setGeometry(self._beside_main_buttons(lowest))

    def _beside_main_buttons(self, lowest: QRect) -> QRect:
        """Above the main buttons that would be covered; where that is too high up, as low as possible."""
        window = self._window
        reach = window.width() if isinstance(window, NoticeHost) else 0  # there, others stand in a row with it
        mains = [
            QRect(each.mapTo(window, QPoint(0, 0)), each.size()).adjusted(-reach, 0, reach, 0)
            for each in window.findChildren(QPushButton)
            if each.property("kind") in MAIN and each.isVisible() and each.window() is window
        ]
        place = lowest
        while covered := [main.top() for main in mains if main.intersects(place)]:
            place = place.translated(0, min(covered) - S - place.bottom())
            if place.top() < HIGHEST * window.height():
                return lowest
        return place


class BannerStrip(QFrame):
    """The banner, across the whole width; takes no room while there is none."""

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._icon = IconLabel("warning", 20, "warning")
        self._text = text_label("")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(L, S, L, S)
        self._row.setSpacing(M)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._action = button("")
        self._action.clicked.connect(lambda _c=False: self._act())
        self._row.addWidget(self._action)
        self._banner: Banner | None = None
        notices.banner_changed.connect(self.set_banner)
        self.set_banner(notices.current_banner)

    def set_banner(self, banner: Banner | None) -> None:
        self._banner = banner
        self.setVisible(banner is not None)
        if banner is None:
            return
        self._text.setText(banner.text)
        self._icon.set_icon("error" if banner.tone == "danger" else "warning", banner.tone)
        self._action.setText(banner.action_text)
        self._action.setVisible(banner.action is not None)
        self.setProperty("tone", banner.tone)
        self.setAccessibleName(banner.text)
        restyle(self)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _act(self) -> None:
        if self._banner is not None and self._banner.action is not None:
            self._banner.action()
