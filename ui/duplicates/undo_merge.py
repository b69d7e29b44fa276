"""Taking a merge back long after it, from the card of the customer that was left."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crm_desktop.duplicates.merged import LastMerge, last_merge
from ui.duplicates.merge_dialog import CHANGED
from ui.duplicates.merge_words import listed
from ui.widgets.dialog import Dialog
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed


def undo_last_merge(context: Signed, parent: QWidget, customer_id: UUID, name: str) -> None:
    """Says who would be customers again, and asks."""

    def show(found: LastMerge) -> None:
        UndoMergeDialog(context, parent, found, name).open()

    context.operations.query(parent, lambda session: last_merge(session, customer_id), show)


class UndoMergeDialog(Dialog):
    """The latest merge only: an earlier one comes after it."""

    def __init__(self, context: Signed, parent: QWidget, merge: LastMerge, name: str) -> None:
        super().__init__("Undo the merge?", parent, width=460)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._transaction = merge.transaction
        self._name = name
        self._who = listed([each or "somebody without a name" for each in merge.names])
        self.body.addWidget(
            text_label(
                f"{self._who} and {name} will be separate customers again, each with what was theirs. "
                "What has been changed since the merge stays as it is."
            )
        )
        self.cancel_button = self.add_button("Cancel")
        self.undo_button = self.add_button("Undo Merge", "primary")
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.undo_button.clicked.connect(lambda _c=False: self._undo())
        self.cancel_button.setFocus()

    def _undo(self) -> None:
        self.accept()
        words = f"merged {self._who} into {self._name}", f"{self._who} and {self._name} are separate again."
        history = self._context.undo
        history.take_back(history.did(words[0], self._transaction, CHANGED, words[1]))
