"""One notice on screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.notices import Notice
from ui.theme.tokens import L, M, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.frames import IconLabel, scrolled
from ui.widgets.labels import text_label

SHOW_MS = 6_000
SHOW_WITH_ACTION_MS = 12_000
LETTERS_BESIDE = 24  # with fewer letters to a line, the button goes below the words


class Toast(QFrame):
    """Errors stay until closed; the others go by themselves, but not while the pointer or the keyboard is on them,
    nor while a dialog keeps the person from them."""

    closed = Signal()

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setProperty("role", "toast")
        self.setProperty("tone", "danger" if notice.is_error else "info")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{notice.text} {notice.hint}".strip())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._time_is_up)
        self._life = 0 if notice.is_error else SHOW_WITH_ACTION_MS if notice.action else SHOW_MS
        self._text = QWidget()
        words = QVBoxLayout(self._text)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(2)
        words.addWidget(text_label(notice.text))
        if notice.hint:
            words.addWidget(text_label(notice.hint))
        words.addStretch(1)
        self._area = scrolled(self._text)
        self._icon = IconLabel("error" if notice.is_error else "success", 20, "border")
        self.close_button = icon_button("close", "Dismiss", self.close_it, small=True, tone="border")
        self.action_button: QPushButton | None = None
        if notice.action is not None:  # a child from the beginning: it counts when the toast is measured
            self.action_button = button(notice.action_text, self._act, parent=self)
        self._row = QHBoxLayout()
        self._row.setSpacing(M)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._area, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(L, M, S, M)
        self._column.setSpacing(S)
        self._column.addLayout(self._row)
        if self._life:
            self._timer.start(self._life)

    def fit(self, width: int, most: int) -> None:
        """Take this width, and no more than `most` pixels of height: what does not fit is scrolled."""
        beside = 0
        room = width - L - S - 2 * M - self._icon.sizeHint().width() - self.close_button.sizeHint().width()
        action = self.action_button
        if action is not None:
            beside = action.sizeHint().width() + M
            below = room - beside < LETTERS_BESIDE * self.fontMetrics().averageCharWidth()
            self._row.removeWidget(action)
            self._column.removeWidget(action)
            if below:
                beside = 0
                self._column.addWidget(action, 0, Qt.AlignmentFlag.AlignRight)
                most -= action.sizeHint().height() + S
            else:
                self._row.insertWidget(2, action, 0, Qt.AlignmentFlag.AlignTop)
        layout = self._text.layout()
        assert layout is not None
        least = self.fontMetrics().height()
        self._area.setFixedHeight(max(least, min(layout.totalHeightForWidth(room - beside), most - 2 * M)))
        self._column.activate()
        self.setFixedSize(width, self._column.totalSizeHint().height())

    def close_it(self) -> None:
        if not self.isHidden():
            self._timer.stop()
            self.hide()
            self.closed.emit()
            self.deleteLater()

    def _act(self) -> None:
        action = self.notice.action
        self.close_it()
        if action is not None:
            action()

    def _time_is_up(self) -> None:
        dialog = QApplication.activeModalWidget()
        focused = QApplication.focusWidget()
        if (dialog is not None and dialog is not self.window()) or (focused and self.isAncestorOf(focused)):
            self._timer.start(self._life)
        else:
            self.close_it()

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()  # it is not the card beneath that Esc closes
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in one of its buttons."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_it()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: object) -> None:
        self._timer.stop()

    def leaveEvent(self, event: object) -> None:
        if self._life:
            self._timer.start(self._life)
