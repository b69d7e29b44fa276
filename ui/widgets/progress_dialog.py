"""A dialog over work that takes long: what is going on, how far it is, and Cancel. Short work never shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from ui.widgets.dialog import Dialog
from ui.widgets.progress import ProgressPanel

if TYPE_CHECKING:
    from ui.handles import Handle

PATIENCE_MS = 400


class ProgressDialog(Dialog):
    """Opens itself when the work has not ended within a moment, and closes with it."""

    def __init__(self, parent: QWidget, handle: Handle, text: str) -> None:
        super().__init__("One moment", parent, width=440)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.panel = ProgressPanel(text)
        self.body.addWidget(self.panel)
        self._handle = handle
        self._over = False
        self.cancel_button = self.add_button("Cancel")
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        handle.progress.connect(self.panel.report)
        handle.finished.connect(self._end)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.open)
        self._patience.start()

    def reject(self) -> None:
        """Cancel, or Esc: the dialog stays until the work has really ended."""
        if self._over:
            super().reject()
            return
        self.cancel_button.setEnabled(False)
        self.panel.report(-1, "Cancelling…")
        self._handle.cancel()

    def _end(self) -> None:
        self._over = True
        self._patience.stop()
        if self.isVisible():
            self.accept()
        else:
            self.deleteLater()
