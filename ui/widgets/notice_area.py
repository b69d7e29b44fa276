"""Shows notices as toasts over the lower edge of a window, and the banner as a strip."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.notices import LOCKED, Banner, Notice, Notices
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.frames import IconLabel, restyle
from ui.widgets.labels import text_label

SHOW_MS = 6_000
SHOW_WITH_ACTION_MS = 12_000
MOST = 3
WIDEST = 520


class Toast(QFrame):
    """One notice. Errors stay until closed; the others go by themselves, but not while the pointer rests on them."""

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self.setProperty("tone", "danger" if notice.is_error else "info")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{notice.text} {notice.hint}".strip())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close_it)
        self._life = 0 if notice.is_error else SHOW_WITH_ACTION_MS if notice.action else SHOW_MS
        row = QHBoxLayout(self)
        row.setContentsMargins(L, M, S, M)
        row.setSpacing(M)
        row.addWidget(IconLabel("error" if notice.is_error else "success", 20, "border"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text_label(notice.text))
        if notice.hint:
            words.addWidget(text_label(notice.hint))
        row.addLayout(words, 1)
        if notice.action is not None:
            action = notice.action

            def act() -> None:
                self.close_it()
                action()

            row.addWidget(button(notice.action_text, act), 0, Qt.AlignmentFlag.AlignVCenter)
        close = icon_button("close", "Dismiss", self.close_it, small=True, tone="border")
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        if self._life:
            self._timer.start(self._life)

    def close_it(self) -> None:
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def enterEvent(self, event: object) -> None:
        self._timer.stop()

    def leaveEvent(self, event: object) -> None:
        if self._life:
            self._timer.start(self._life)


class NoticeArea(QWidget):
    """Lies over `window`'s lower edge, as large as its toasts, so that it takes no clicks from what is beneath."""

    def __init__(self, notices: Notices, window: QWidget, keep_clear: Callable[[], int] = lambda: 0) -> None:
        """`keep_clear`: how much of the lower edge must stay uncovered at present, in pixels."""
        super().__init__(window)
        self._keep_clear = keep_clear
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self.hide()
        window.installEventFilter(self)
        notices.shown.connect(self.show_notice)

    def show_notice(self, notice: Notice) -> None:
        toasts = [w for w in self.findChildren(Toast) if not w.isHidden()]
        for old in toasts[: max(0, len(toasts) - MOST + 1)]:
            old.close_it()
        toast = Toast(notice, self)
        toast.destroyed.connect(self.place_later)
        self._column.addWidget(toast)
        toast.show()
        self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Resize, QEvent.Type.DynamicPropertyChange)
        if event.type() in kinds and watched is self.parent():
            self._place()
        return False

    def place_later(self) -> None:
        """A toast has gone, or what has to stay clear may have changed."""
        QTimer.singleShot(0, self, self._place)

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        if window.property(LOCKED) or not [w for w in self.findChildren(Toast) if not w.isHidden()]:
            self.hide()
            return
        self.show()
        self.raise_()
        width = min(WIDEST, window.width() - 2 * L)
        self._column.activate()
        height = self._column.totalHeightForWidth(width)
        self.setGeometry(
            (window.width() - width) // 2, window.height() - height - XL - self._keep_clear(), width, height
        )


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
