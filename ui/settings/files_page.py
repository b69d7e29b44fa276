"""Files: how large an attached file may be. For administrators; the database refuses larger ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.attachments.actions import LARGEST_LIMIT, set_largest_size
from crm_desktop.attachments.queries import largest_size
from ui.theme.tokens import L
from ui.widgets.form import ComboBox, FormField

if TYPE_CHECKING:
    from crm_desktop.errors import CrmError
    from ui.context import Signed

WIDEST = 420
CHOICES = (1, 2, 5, 10, 20, 50, LARGEST_LIMIT)
HINT = (
    "For each file that is attached from now on. Files are kept in the database and grow its backups. A deleted file "
    "is kept for 30 days, so that deleting can be undone."
)


class FilesPage(QWidget):
    """What is chosen counts for everybody at once."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._saved = ""
        self.largest = ComboBox([(str(size), f"{size} MB") for size in CHOICES])
        self.largest.setEnabled(False)
        field = FormField("Largest file", self.largest, hint=HINT)
        field.setMaximumWidth(WIDEST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        column.addWidget(field)
        column.addStretch(1)
        self.largest.value_changed.connect(self._save)
        context.operations.query(self, largest_size, self._show)

    def _show(self, size: int) -> None:
        megabytes = str(size // 1024 // 1024)
        self._saved = megabytes
        if self.largest.findData(megabytes) < 0:
            self.largest.addItem(f"{megabytes} MB", megabytes)
        self.largest.set_value(megabytes)
        self.largest.setEnabled(True)

    def _save(self, value: str) -> None:
        if not self.largest.isEnabled() or value == self._saved:
            return

        def done(_none: None) -> None:
            self._saved = value
            self._context.notices.info(f"Files of up to {value} MB can be attached.")

        def failed(error: CrmError) -> None:
            self.largest.set_value(self._saved)
            self._context.notices.crm_error(error)

        self._context.operations.change(
            self,
            lambda session: set_largest_size(session, int(value)),
            done,
            failed=failed,
            changed=frozenset({"settings"}),
        )
