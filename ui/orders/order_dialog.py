"""The dialog that takes down and edits an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crm_desktop.audit.last_change import last_editor_of_order
from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.orders import actions, currencies, queries
from crm_desktop.orders.rows import OrderDetails
from crm_desktop.orders.validation import OrderInput, validate_order
from crm_desktop.words import counted
from ui.forms.record import Record
from ui.interactions.contact_field import ContactField
from ui.interactions.customer_record_dialog import CustomerRecordDialog
from ui.interactions.local_time import full_text, inside, moment_text, to_wall
from ui.orders.delete_order import CHANGED, delete_order
from ui.orders.line_row import input_of, lines_from, value_of
from ui.orders.moment_field import NOT_UNDERSTOOD
from ui.orders.order_form import OrderFields
from ui.orders.tier_discount import TierDiscount
from ui.orders.words import STATUS_WORDS, points_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

FIELDS = ("contact_id", "order_number", "ordered_at", "status", "currency", "notes")


@dataclass(frozen=True)
class OrderRecord(Record):
    """What the dialog also needs of an order."""

    details: OrderDetails | None = None


class OrderDialog(CustomerRecordDialog):
    """With `order_id` it edits that order; without it takes down a new one of the customer, who can be chosen here."""

    subject = "orders"
    noun = "order"
    keeps_drafts = True
    goes_on_at = "lines"

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None = None,
        customer_id: UUID | None = None,
        customer_name: str = "",
        order_id: UUID | None = None,
    ) -> None:
        super().__init__(context, parent, customer_id, customer_name, order_id, width=860)
        self._proposed = ""
        self.order_fields = OrderFields(context, self.form)
        self.fields_layout.addWidget(self.order_fields)
        self.contact = ContactField(context, self, self.form["contact_id"], self.order_fields.contact)
        self.discount = TierDiscount(context, self, self.order_fields.lines)
        self.customer_known(customer_id)
        self.delete_button = self.add_button("Delete", "danger-quiet", left=True)
        self.delete_button.clicked.connect(lambda _c=False: self._delete())
        self.delete_button.hide()
        self.show_customer(customer_name)
        self.begin({"status": "open", "currency": currencies.DEFAULT, "ordered_at": datetime.now(UTC), "lines": ()})
        if order_id is None:
            context.operations.query(self, queries.proposed_number, self._propose, failed=_no_number)
            self.first_editor().setFocus()

    # What the frame asks for.

    def title(self) -> str:
        if self.record_id is None:
            return "Add order"
        return f"Order {self.record.title}" if self.record else "Order"

    def title_of(self, values: Mapping[str, Any]) -> str:
        return f"order {values['order_number'] or self._proposed}".strip()

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        faults: dict[str, str] = {}
        if isinstance(values["ordered_at"], str):
            faults["ordered_at"] = NOT_UNDERSTOOD
        try:
            validate_order(self._input(values, UUID(int=0)), new=self.record is None)
        except InvalidInput as error:
            faults = {**error.fields, **faults}
        if self._customer_id is None and self.record is None:
            faults["customer_id"] = "Choose the customer first."
        return faults

    def read(self, session: Session, record_id: UUID) -> OrderRecord:
        details = queries.order(session, record_id)
        values = {name: getattr(details, name) for name in FIELDS}
        values["lines"] = tuple(value_of(line) for line in details.lines)
        who = last_editor_of_order(session, details.customer_id, record_id)
        return OrderRecord(details.id, details.version, values, details.order_number, who, {}, details)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        if record is None:
            assert self._customer_id is not None
            row_id = actions.add_order(session, self._input(values, self._customer_id), self.new_row.id)
        else:
            row_id = record.id
            given = self._input(values, UUID(int=0))  # the customer stays
            actions.edit_order(session, row_id, record.version, given)
        actions.settle_points(session, row_id)  # what is read again tells them
        return row_id

    def told(self, session: Session, row_id: UUID, title: str, *, added: bool) -> str:
        number = queries.order(session, row_id).order_number
        points = points_words(actions.settle_points(session, row_id))
        return f"Order {number} was {'added' if added else 'saved'}. {points}".strip()

    def subjects_changed(self) -> frozenset[str]:
        return CHANGED

    def value_text(self, name: str, value: Any) -> str:
        if name == "status":
            return STATUS_WORDS.get(value, str(value or ""))
        if name == "ordered_at" and isinstance(value, datetime):
            return full_text(to_wall(value))
        if name == "contact_id":
            return "" if value is None else self.contact.name_of(value) or "Somebody who is not known any more"
        if name == "lines":
            return "\n".join(_line_words(line) for line in lines_from(value))
        return super().value_text(name, value)

    def about_to_show(self, record: Record) -> None:
        details = record.details if isinstance(record, OrderRecord) else None
        if details is not None and details.contact_id is not None:
            self.contact.offer(details.contact_id, details.contact)

    def shown(self) -> None:
        may = self.context.capabilities.edit_orders
        self.may_edit = may
        self.form.set_read_only(not may)
        record = self.record
        if not isinstance(record, OrderRecord) or record.details is None:
            return
        details = record.details
        if self.picker is not None:
            self.picker.hide()
        self._customer_id = details.customer_id
        self.show_customer(details.customer_name)
        self.customer_known(details.customer_id)
        self.contact.set_may_edit(may)
        self.order_fields.lines.show_total_without_lines(details.total)
        self.order_fields.number.setPlaceholderText("")
        self.form["order_number"].set_standing_hint("")
        self.delete_button.setVisible(may)

    def first_editor(self) -> QWidget:
        if self.picker is not None:
            return self.picker.input
        return self.form["lines"].editor if self.record_id is None else self.form["status"].editor

    # On screen.

    def _propose(self, number: str) -> None:
        self._proposed = number
        if self.record_id is None:
            self.order_fields.number.setPlaceholderText(number)
            self.form["order_number"].set_standing_hint("Left blank, it is the next free number.")

    def customer_known(self, customer_id: UUID | None) -> None:
        super().customer_known(customer_id)
        self.discount.show_for(customer_id)

    def show_customer(self, name: str) -> None:
        record = self.record
        words = f"For {name}" if name else ""
        if isinstance(record, OrderRecord) and record.details is not None:
            when = moment_text(record.details.ordered_at, datetime.now(UTC))
            words = f"{words}, {inside(when)}"
            if record.details.points:
                words += f". It earned {counted(record.details.points, 'point')}"
        self.say_about(words)

    def _delete(self) -> None:
        record = self.record
        if record is not None:
            delete_order(self.context, record.id, record.title)
            self.discard()

    def _input(self, values: Mapping[str, Any], customer_id: UUID) -> OrderInput:
        when = values.get("ordered_at")
        return OrderInput(
            customer_id,
            order_number=values["order_number"],
            contact_id=values["contact_id"],
            ordered_at=when if isinstance(when, datetime) else None,  # not understood: check() says so
            status=values["status"],
            currency=values["currency"],
            notes=values["notes"],
            lines=tuple(input_of(line) for line in lines_from(values["lines"])),
        )


def _line_words(line: Any) -> str:
    less = f", less {line.discount} %" if line.discount not in ("0", "") else ""
    return f"{line.quantity} × {line.description} at {line.unit_price}{less}"


def _no_number(_error: CrmError) -> None:
    """Saving finds one; what is really wrong shows then."""
