"""Dialogs that notices may lie over, since the window beneath cannot be reached while they are open."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


class NoticeHost(QDialog):
    def kept_clear(self) -> int:
        """How much of the lower edge must stay uncovered, in pixels."""
        return 0
