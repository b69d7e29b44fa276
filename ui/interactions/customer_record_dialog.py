"""The dialog of something that belongs to a customer, who is chosen here where it is not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from ui.forms.record_dialog import RecordDialog
from ui.interactions.contact_field import ContactField
from ui.interactions.customer_picker import CustomerPicker
from ui.theme.tokens import L
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed


class CustomerRecordDialog(RecordDialog):
    """Whoever makes one gives it its `contact`, and says what it is about in `show_customer`."""

    contact: ContactField
    goes_on_at = ""
    """The field to type in once the customer has been chosen."""

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None,
        customer_id: UUID | None,
        customer_name: str,
        record_id: UUID | None,
        *,
        width: int,
    ) -> None:
        super().__init__(context, parent, record_id, width=width)
        self._customer_id = customer_id
        self._customer_name = customer_name
        self.fields_layout.setSpacing(L)
        self.with_label = text_label("", "muted")
        self.fields_layout.addWidget(self.with_label)
        self.picker: CustomerPicker | None = None
        if customer_id is None and record_id is None:
            self.picker = CustomerPicker(context)
            self.picker.chosen.connect(self._on_customer_chosen)
            self.fields_layout.addWidget(self.picker)

    def show_customer(self, name: str) -> None:
        """Say whose it is, and what else is known of it."""
        raise NotImplementedError

    def customer_known(self, customer_id: UUID | None) -> None:
        """Whose it is was chosen, or read; None: nobody's any more."""
        self.contact.show_for(customer_id)

    def say_about(self, words: str) -> None:
        """Above the fields; "" for nothing."""
        self.with_label.setText(words)
        self.with_label.setVisible(bool(words))

    # What the frame asks for.

    def can_save_as_new(self) -> bool:
        return self._customer_id is not None

    def refused_in_form(self, errors: Mapping[str, str]) -> None:
        if self.picker is not None and "customer_id" in errors:
            self.picker.say(errors["customer_id"])

    def draft_about(self) -> Mapping[str, Any]:
        name = self._customer_name if self.picker is None else self.picker.input.text()
        return {"customer_id": self._customer_id, "customer_name": name}

    def restore_about(self, about: Mapping[str, Any]) -> None:
        customer_id, name = about.get("customer_id"), str(about.get("customer_name", ""))
        if self.picker is not None:
            self.picker.show_chosen(customer_id, name)
        elif self.record_id is None:
            self.show_customer(name)
        self._customer_id, self._customer_name = customer_id, name
        self.customer_known(customer_id)

    def draft_fits(self, about: Mapping[str, Any]) -> bool:
        return self.record_id is not None or self._customer_id in (None, about.get("customer_id"))

    def _on_customer_chosen(self, customer_id: UUID | None) -> None:
        self._customer_id = customer_id
        self.customer_known(customer_id)
        if customer_id is not None:
            self.form[self.goes_on_at].editor.setFocus()
