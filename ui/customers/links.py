"""Calls and mail: handed to the computer's own programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

if TYPE_CHECKING:
    from ui.notices import Notices


class Links:
    """Where no program is set up, what was meant for it is copied instead."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def call(self, phone: str) -> None:
        """Hand a number to the program for calls."""
        self._hand_over("tel", phone, "calls", "number")

    def write_mail(self, email: str) -> None:
        """Hand an address to the mail program."""
        self._hand_over("mailto", email, "mail", "address")

    def _hand_over(self, scheme: str, text: str, program: str, what: str) -> None:
        url = QUrl()
        url.setScheme(scheme)
        url.setPath(text)
        if not QDesktopServices.openUrl(url):
            QGuiApplication.clipboard().setText(text)
            self._notices.info(f"No program for {program} is set up here. The {what} was copied instead.")
