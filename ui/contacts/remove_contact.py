"""Removing a contact from a company: what it means is said before, and it can be taken back right after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crm_desktop.contacts.actions import remove_contact
from crm_desktop.contacts.queries import removal_preview
from crm_desktop.contacts.rows import ContactRow, RemovalPreview
from crm_desktop.errors import CrmError
from ui.contacts.company import Company
from ui.undo import offer_undo
from ui.widgets.dialog import Dialog
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"contacts", "customers", "interactions"})


def remove(context: Signed, parent: QWidget, company: Company, contact: ContactRow) -> None:
    """At once where the person stays a contact elsewhere; otherwise after a question."""
    if contact.elsewhere:
        carry_out(context, company, contact, delete_person=False)
    else:
        RemoveContactDialog(context, parent, company, contact).open()


def carry_out(context: Signed, company: Company, contact: ContactRow, *, delete_person: bool) -> None:
    """Remove the contact and offer Undo."""

    def work(session: Session) -> int:
        return remove_contact(session, contact.id, company.id, delete_person=delete_person)

    def done(transaction: int) -> None:
        offer_undo(
            context,
            f"{contact.name} was removed from {company.name}.",
            transaction,
            CHANGED,
            f"{contact.name} is back.",
            step=f"removed {contact.name} from {company.name}",
        )

    context.operations.change(
        context.notices, work, done, changed=CHANGED, ids=lambda _transaction: (contact.id, company.id)
    )


class RemoveContactDialog(Dialog):
    """For somebody who is a contact of no other company."""

    def __init__(self, context: Signed, parent: QWidget, company: Company, contact: ContactRow) -> None:
        super().__init__(f"Remove {contact.name} from {company.name}?", parent, width=480)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading.setWordWrap(True)
        self._context = context
        self._company = company
        self._contact = contact
        self.words = text_label("Looking at what belongs to this contact…")
        self.body.addWidget(self.words)
        self.keep_button = self.add_button("Keep")
        self.remove_button = self.add_button("Remove", "danger")
        self.remove_button.setEnabled(False)
        self.keep_button.setDefault(True)
        self.keep_button.clicked.connect(lambda _c=False: self.reject())
        self.remove_button.clicked.connect(lambda _c=False: self._remove())
        self.keep_button.setFocus()
        context.operations.query(
            self, lambda session: removal_preview(session, contact.id, company.id), self._show, failed=self._failed
        )

    def _show(self, preview: RemovalPreview) -> None:
        text = describe(preview)
        self.words.setText(text)
        self.setAccessibleDescription(text)
        self.remove_button.setEnabled(True)
        self._fit()

    def _failed(self, error: CrmError) -> None:
        self.keep_button.setText("Close")
        self.message.say(str(error), error.hint)
        self.words.hide()
        self._fit()

    def _remove(self) -> None:
        self.accept()
        carry_out(self._context, self._company, self._contact, delete_person=True)


def describe(preview: RemovalPreview) -> str:
    """What becomes of the person."""
    if preview.is_elsewhere:
        text = f"{preview.name} stays a contact of another company."
    elif preview.deletes_person:
        text = f"{preview.name} is a contact of no other company, and will be deleted."
    elif not preview.interactions:
        text = f"Loyalty points name {preview.name}, who stays known for them without a company."
    else:
        one = preview.interactions == 1
        count = "One interaction names" if one else f"{preview.interactions:,} interactions name"
        text = f"{count} {preview.name}, who stays known for {'it' if one else 'them'} without a company."
    return f"{text}\n\nYou can undo this right after."
