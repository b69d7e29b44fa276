"""Deleting all the selected customers: how many, and what goes with them, is said before; one Undo brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from crm_desktop.customers.bulk import BulkDeletionPreview, BulkResult, bulk_delete, bulk_deletion_preview
from crm_desktop.listing.frozen import Frozen
from crm_desktop.listing.selection import Selection
from ui.customers.bulk_dialog import BulkDialog, hint_label
from ui.customers.bulk_words import customers, what_goes
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Progress
    from ui.tables.selection_bar import SelectionBar


def delete_selected(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    """Open the dialog."""
    BulkDeleteDialog(context, selection, bar).open()


class BulkDeleteDialog(BulkDialog):
    """The harmless answer is the default."""

    def __init__(self, context: Signed, selection: Selection, bar: SelectionBar) -> None:
        super().__init__(context, selection, bar, width=480)
        self.heading.setWordWrap(True)
        self.words = text_label("Looking at what belongs to them…")
        self.column.addWidget(self.words)
        self.column.addWidget(hint_label())
        self.cancel_button.setText("Keep")
        self.cancel_button.setDefault(True)
        self.cancel_button.setFocus()

    def make_apply_button(self) -> QPushButton:
        return self.add_button("Delete", "danger")

    def title(self, count: int) -> str:
        return f"Delete {customers(count)}?"

    def look(self, session: Session, frozen: Frozen) -> object:
        return bulk_deletion_preview(session, frozen)

    def counted(self, frozen: Frozen, found: object) -> None:
        assert isinstance(found, BulkDeletionPreview)
        text = what_goes(found)
        self.words.setText(text)
        self.setAccessibleDescription(text)
        self.apply_button.setText(f"Delete {customers(frozen.count)}")
        self.apply_button.setEnabled(True)

    def change(self, session: Session, frozen: Frozen, progress: Progress) -> BulkResult:
        return bulk_delete(session, frozen, progress.report)

    def apply(self) -> None:
        self.cancel_button.setText("Cancel")
        super().apply()

    def doing(self) -> str:
        return f"Deleting {customers(self.frozen.count if self.frozen else 0)}…"

    def step(self, count: int) -> str:
        return f"deleted {customers(count)}"
