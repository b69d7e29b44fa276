"""The page while the database on this computer is upgraded, and its way back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from crm_desktop.database.upgrade_steps import Steps
from ui.first_run.progress_page import ProgressPage

TITLE = "Upgrading the database"
TEXT = (
    "This version of CRM Desktop keeps more about your customers than the one before. "
    "A copy of everything is saved before anything is changed."
)
CANCELLED = "The upgrade was cancelled. Nothing was changed."
CANCELLED_HINT = "This version of CRM Desktop can open the database once it is upgraded."


class Upgrading(QObject):
    """`began` when there is something to upgrade; `cancelled` when the person stopped it in time."""

    began = Signal()
    cancelled = Signal()
    _said = Signal(str)  # emitted in a worker's thread

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.page: ProgressPage | None = None
        self.steps = Steps(self._said.emit)
        self._is_cancelled = False
        self._said.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def _show(self, text: str) -> None:
        if self._is_cancelled:
            return
        is_new = self.page is None
        if self.page is None:
            self.page = ProgressPage(TITLE, TEXT, cancellable=True)
            self.page.panel.cancelled.connect(self._cancel)
        self.page.panel.report(-1.0, f"{text}…")
        self.page.panel.cancel_button.setVisible(self.steps.can_be_cancelled)
        if is_new:
            self.began.emit()

    def _cancel(self) -> None:
        self._is_cancelled = self.steps.cancel()
        if self._is_cancelled:
            self.cancelled.emit()
