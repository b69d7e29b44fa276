"""What was typed and not saved, offered at the next sign-in: go on with it, or throw it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.drafts import when_text
from ui.theme.tokens import L, M, S
from ui.widgets.buttons import button
from ui.widgets.dialog import Dialog
from ui.widgets.frames import Card
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from crm_desktop.drafts.draft import Draft
    from ui.context import Signed
    from ui.forms.record_dialog import RecordDialog


def _customer(context: Signed, parent: QWidget, draft: Draft) -> RecordDialog:
    from ui.customers.customer_dialog import CustomerDialog

    return CustomerDialog(context, parent, draft.record_id)


def _interaction(context: Signed, parent: QWidget, draft: Draft) -> RecordDialog:
    from ui.interactions.interaction_dialog import InteractionDialog

    about = draft.about
    name = str(about.get("customer_name", ""))
    return InteractionDialog(context, parent, about.get("customer_id"), name, draft.record_id)


def _order(context: Signed, parent: QWidget, draft: Draft) -> RecordDialog:
    from ui.orders.order_dialog import OrderDialog

    about = draft.about
    name = str(about.get("customer_name", ""))
    return OrderDialog(context, parent, about.get("customer_id"), name, draft.record_id)


def _contact(context: Signed, parent: QWidget, draft: Draft) -> RecordDialog:
    from ui.contacts.company import Company
    from ui.contacts.contact_dialog import ContactDialog

    about = draft.about
    company = Company(about["customer_id"], str(about.get("customer_name", "")), str(about.get("country", "")))
    return ContactDialog(context, parent, company, draft.record_id)


def _segment(context: Signed, parent: QWidget, draft: Draft) -> RecordDialog:
    from ui.segments.segment_dialog import SegmentDialog

    return SegmentDialog(context, parent, segment_id=draft.record_id)


KINDS: dict[str, tuple[str, Callable[[Signed, QWidget, Draft], RecordDialog]]] = {
    "customers": ("customer", _customer),
    "interactions": ("interaction", _interaction),
    "contacts": ("contact", _contact),
    "orders": ("order", _order),
    "segments": ("segment", _segment),
}


def sentence(draft: Draft) -> str:
    """What it is, as the person is told: "You have an unsaved customer from 14:32: Ana Ruiz"."""
    noun, _open = KINDS[draft.kind]
    what = f"an unsaved {noun}" if draft.record_id is None else f"unsaved changes to the {noun}"
    parts = (draft.title, str(draft.about.get("customer_name", "")))
    named = ", ".join(part for part in parts if part) or "without a name so far"
    return f"You have {what} from {when_text(draft.at)}: {named}"


class UnsavedWork(Dialog):
    """One entry per draft. It goes by itself when all are decided; "Later" leaves the rest for the next time."""

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__("Unsaved work", parent, width=560)
        self._context = context
        words = "This was typed here and not saved. It is kept on this computer for two weeks."
        self.body.addWidget(text_label(words, "muted"))
        self.setAccessibleDescription(words)
        self.entries: list[DraftEntry] = []
        for draft in offered(context):
            entry = DraftEntry(draft, self._go_on, self._discard)
            self.entries.append(entry)
            self.body.addWidget(entry)
        later = self.add_button("Later")
        later.clicked.connect(lambda _c=False: self.reject())

    def _go_on(self, entry: DraftEntry) -> None:
        """The dialog takes this one's place, as large as the window lets it."""
        _noun, make = KINDS[entry.draft.kind]
        window = self.parentWidget()
        assert window is not None
        dialog = make(self._context, window, entry.draft)
        dialog.finished.connect(lambda _result: self._decided(entry))
        dialog.kept.go_on_with(entry.draft)
        self.hide()
        dialog.open()

    def _discard(self, entry: DraftEntry) -> None:
        self._context.drafts.drop(entry.draft.id)
        self._decided(entry)

    def _decided(self, entry: DraftEntry) -> None:
        self.entries.remove(entry)
        entry.hide()
        entry.deleteLater()
        if not self.entries:
            self.done(Dialog.DialogCode.Accepted)
            self.close()  # it may have been hidden all the while
            return
        if self.isHidden():
            self.open()
        self.entries[0].continue_button.setFocus()


class DraftEntry(Card):
    """What was typed, by its name, and the two ways on."""

    def __init__(
        self, draft: Draft, go_on: Callable[[DraftEntry], None], discard: Callable[[DraftEntry], None]
    ) -> None:
        super().__init__(padding=L)
        self.draft = draft
        words = sentence(draft)
        self.continue_button = button("Continue", lambda: go_on(self), kind="primary")
        self.discard_button = button("Discard", lambda: discard(self), kind="danger-quiet")
        for made in (self.continue_button, self.discard_button):
            made.setAccessibleName(f"{made.text()}: {draft.title}" if draft.title else made.text())
            made.setAccessibleDescription(words)
        self.body.setSpacing(M)
        self.body.addWidget(text_label(f"{words}."))
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.continue_button)
        row.addWidget(self.discard_button)
        row.addStretch(1)
        self.body.addLayout(row)


def offered(context: Signed) -> list[Draft]:
    """The drafts that can be gone on with; one of a kind that this version does not know waits for another."""
    return [draft for draft in context.drafts.left if draft.kind in KINDS]
