"""The lock: nothing is shown and nothing can be done until the same person types the password again.

Dialogs with unsaved input stay open behind it. Their contents, and the main window's, are hidden rather than covered,
so that a screen reader cannot read them either.
"""

from __future__ import annotations

from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError, WrongPassword
from ui.notices import LOCKED
from ui.theme.tokens import S
from ui.widgets.dialog import Dialog
from ui.widgets.form import FormField
from ui.widgets.frames import IconLabel
from ui.widgets.labels import text_label
from ui.widgets.password_field import PasswordField


@dataclass
class _Curtain:
    """One window whose contents are out of sight."""

    window: QWidget
    hidden: list[QWidget]
    focus: QWidget | None
    cover: QWidget


def _cover(window: QWidget) -> QWidget:
    cover = QWidget(window)
    cover.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(cover)
    column.addStretch(1)
    column.addWidget(IconLabel("lock", 48, "text_disabled"), 0, Qt.AlignmentFlag.AlignHCenter)
    column.addSpacing(S)
    column.addWidget(text_label("Locked", "muted"), 0, Qt.AlignmentFlag.AlignHCenter)
    column.addStretch(1)
    cover.resize(window.size())
    return cover


class LockDialog(Dialog):
    """Cannot be closed: it is left with the right password, or by signing out."""

    submitted = Signal(str)
    sign_out_asked = Signal()

    def __init__(self, display_name: str, parent: QWidget | None) -> None:
        super().__init__("Locked", parent, width=400)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, False)
        self.password = PasswordField()
        self._field = FormField("Password", self.password)
        self.body.addWidget(text_label(f"{display_name} is signed in. Type your password to go on.", "muted"))
        self.body.addWidget(self._field)
        self.sign_out_button = self.add_button("Sign out", left=True)
        self.unlock_button = self.add_button("Unlock", "primary")
        self.unlock_button.setDefault(True)
        self.unlock_button.clicked.connect(lambda _c=False: self._submit())
        self.sign_out_button.clicked.connect(lambda _c=False: self.sign_out_asked.emit())
        self.password.caps_lock.connect(lambda on: self._field.set_hint("Caps Lock is on." if on else "", "warning"))
        self.password.setFocus()

    def set_checking(self, checking: bool) -> None:
        self.unlock_button.setEnabled(not checking)
        self.password.setEnabled(not checking)

    def show_error(self, error: CrmError) -> None:
        self.set_checking(False)
        if isinstance(error, WrongPassword):
            self._field.set_error("This is not your password.")
        else:
            self.message.say(str(error), error.hint)
        self.password.setFocus()
        self.password.selectAll()

    def reject(self) -> None:
        """Esc does not unlock."""

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()

    def _submit(self) -> None:
        if not self.unlock_button.isEnabled():
            return
        self.message.clear()
        if not self.password.text():
            self._field.set_error("Type your password.")
            return
        self._field.set_error("")
        self.set_checking(True)
        self.submitted.emit(self.password.text())


class Lock(QObject):
    """Draws and opens the curtains. `submitted` brings a password; the owner answers with unlock() or refuse()."""

    submitted = Signal(str)
    sign_out_asked = Signal()

    def __init__(self, display_name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._display_name = display_name
        self._curtains: list[_Curtain] = []
        self.dialog: LockDialog | None = None

    @property
    def is_locked(self) -> bool:
        return self.dialog is not None

    def lock(self) -> None:
        if self.is_locked:
            return
        while (popup := QApplication.activePopupWidget()) is not None and popup.close():
            pass
        owner = QApplication.activeModalWidget() or QApplication.activeWindow()
        windows = self._open_windows()
        self._curtains = [self._draw(window) for window in windows]
        self.dialog = LockDialog(self._display_name, owner or (windows[0] if windows else None))
        self.dialog.submitted.connect(self.submitted)
        self.dialog.sign_out_asked.connect(self.sign_out_asked)
        self.dialog.show()
        self._app().focusWindowChanged.connect(self._look_for_new_windows)

    def refuse(self, error: CrmError) -> None:
        if self.dialog is not None:
            self.dialog.show_error(error)

    def unlock(self) -> None:
        """Everything is as it was, the focus too."""
        dialog, self.dialog = self.dialog, None
        if dialog is None:
            return
        self._app().focusWindowChanged.disconnect(self._look_for_new_windows)
        dialog.accept()
        dialog.deleteLater()
        for curtain in self._curtains:
            self._open(curtain)
        self._curtains.clear()

    @staticmethod
    def _app() -> QGuiApplication:
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        return app

    def _open_windows(self) -> list[QWidget]:
        kinds = (Qt.WindowType.Window, Qt.WindowType.Dialog)
        visible = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowType() in kinds]
        return [window for window in visible if window is not self.dialog]

    def _look_for_new_windows(self, _focused: object) -> None:
        """An answer that comes late may open a dialog: it is covered, too, and the lock put before it."""
        known = [curtain.window for curtain in self._curtains]
        new = [window for window in self._open_windows() if window not in known]
        self._curtains += [self._draw(window) for window in new]
        if new and self.dialog is not None:
            self.dialog.hide()
            self.dialog.show()
            self.dialog.activateWindow()

    def _draw(self, window: QWidget) -> _Curtain:
        focus = window.focusWidget()
        size = window.size()
        children = window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        hidden = [child for child in children if not child.isWindow() and not child.isHidden()]
        for child in hidden:
            child.hide()
        window.setProperty(LOCKED, True)
        cover = _cover(window)
        window.resize(size)
        cover.show()
        window.installEventFilter(self)
        return _Curtain(window, hidden, focus, cover)

    def _open(self, curtain: _Curtain) -> None:
        if not shiboken6.isValid(curtain.window):
            return
        curtain.window.removeEventFilter(self)
        curtain.cover.hide()
        curtain.cover.deleteLater()
        for child in curtain.hidden:
            if shiboken6.isValid(child):
                child.show()
        curtain.window.setProperty(LOCKED, False)
        if curtain.focus is not None and shiboken6.isValid(curtain.focus):
            curtain.focus.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            for curtain in self._curtains:
                if curtain.window is watched:
                    curtain.cover.resize(curtain.window.size())
        return False
