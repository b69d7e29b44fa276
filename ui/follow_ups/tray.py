"""The icon in the desktop's tray, which shows reminders also while the window is away."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

SHOW_MS = 15_000


class Tray(QObject):
    """Where the desktop has one; `tell` says whether it could."""

    clicked = Signal()  # on the message
    window_wanted = Signal()
    follow_ups_wanted = Signal()

    def __init__(self, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = QSystemTrayIcon(icon, self)
        self._icon.setToolTip("CRM Desktop")
        self._icon.messageClicked.connect(self.clicked)
        self._icon.activated.connect(self._on_activated)
        self._menu = QMenu()
        self._menu.addAction("Open CRM Desktop", self.window_wanted.emit)
        self._menu.addAction("Follow-ups", self.follow_ups_wanted.emit)
        self._icon.setContextMenu(self._menu)

    def show(self, wanted: bool) -> None:
        """The icon, where there is a tray and it is wanted. Desktops may get their tray late: ask again."""
        there = wanted and QSystemTrayIcon.isSystemTrayAvailable()
        if there != self._icon.isVisible():
            self._icon.setVisible(there)

    def tell(self, title: str, text: str) -> bool:
        """False where there is no tray, or one without messages."""
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return False
        self._icon.show()
        self._icon.showMessage(title, text, self._icon.icon(), SHOW_MS)
        return True

    def close(self) -> None:
        """Nothing is left on the desktop."""
        self._icon.hide()
        self._menu.deleteLater()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.window_wanted.emit()
