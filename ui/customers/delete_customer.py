"""Deleting a customer: what goes with it is said before, and it can be taken back right after."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.customers.actions import delete_customer, deletion_preview
from crm_desktop.customers.rows import DeletionPreview
from crm_desktop.errors import CrmError
from ui.undo import offer_undo
from ui.widgets.dialog import Dialog
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"customers", "interactions", "contacts"})


class DeleteCustomerDialog(Dialog):
    """`deleted` carries the customer's id."""

    deleted = Signal(object)

    def __init__(self, context: Signed, parent: QWidget, customer_id: UUID, name: str) -> None:
        super().__init__(f"Delete {name}?", parent, width=480)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading.setWordWrap(True)
        self._context = context
        self._customer_id = customer_id
        self._name = name
        self.words = text_label("Looking at what belongs to it…")
        self.body.addWidget(self.words)
        self.keep_button = self.add_button("Keep")
        self.delete_button = self.add_button("Delete", "danger")
        self.delete_button.setEnabled(False)
        self.keep_button.setDefault(True)
        self.keep_button.clicked.connect(lambda _c=False: self.reject())
        self.delete_button.clicked.connect(lambda _c=False: self._delete())
        self.keep_button.setFocus()
        context.operations.query(
            self, lambda session: deletion_preview(session, customer_id), self._show, failed=self._failed
        )

    def _show(self, preview: DeletionPreview) -> None:
        text = describe(preview)
        self.words.setText(text)
        self.setAccessibleDescription(text)
        self.delete_button.setEnabled(True)
        self.adjust()

    def adjust(self) -> None:
        """Make room for the words."""
        self._fit()

    def _delete(self) -> None:
        customer_id = self._customer_id
        self.delete_button.setEnabled(False)
        self.keep_button.setEnabled(False)

        def work(session: Session) -> int:
            return delete_customer(session, customer_id)

        self._context.operations.change(self, work, self._done, failed=self._failed, changed=CHANGED)

    def _done(self, transaction: int) -> None:
        said, back, step = f"{self._name} was deleted.", f"{self._name} is back.", f"deleted {self._name}"
        offer_undo(self._context, said, transaction, CHANGED, back, step=step)
        self.deleted.emit(self._customer_id)
        self.accept()

    def _failed(self, error: CrmError) -> None:
        self.keep_button.setEnabled(True)
        self.keep_button.setText("Close")
        self.message.say(str(error), error.hint)
        self.words.hide()
        self.adjust()


def describe(preview: DeletionPreview) -> str:
    """What goes with the customer, in one or two sentences."""
    parts = [
        _count(preview.interactions, "interaction"),
        _count(preview.contacts, "contact"),
        _count(preview.orders, "order"),
        _count(preview.consents, "consent"),
        _count(preview.files, "file"),
    ]
    found = [part for part in parts if part]
    if not found:
        text = "Nothing else belongs to this customer."
    elif len(found) == 1:
        text = f"{found[0]} will be deleted, too."
    else:
        text = f"{', '.join(found[:-1])} and {found[-1]} will be deleted, too."
    if preview.contacts_kept:
        one = preview.contacts_kept == 1
        text += f" {_count(preview.contacts_kept, 'contact')} {'stays' if one else 'stay'}, known elsewhere, too."
    if preview.loyalty_points:
        text += f" The loyalty account with {preview.loyalty_points:,} points stays, but belongs to nobody."
    # Whoever has to forget a customer needs to know that deleting is not that.
    return (
        f"{text}\n\nYou can undo this right after: the audit trail keeps the customer."
        " To erase every trace under privacy law, use crm-desktop customers erase."
    )


def _count(number: int, word: str) -> str:
    return "" if not number else f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
