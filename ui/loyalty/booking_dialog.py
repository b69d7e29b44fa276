"""The dialog that books points: earned, redeemed, adjusted, or the balance to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.loyalty import actions
from crm_desktop.loyalty.actions import Booking
from crm_desktop.loyalty.queries import booked
from crm_desktop.loyalty.rows import Account
from ui.forms.editors import LineEditor
from ui.forms.field import RecordField
from ui.forms.record import Record
from ui.forms.record_dialog import RecordDialog
from ui.interactions.contact_field import ContactChoice, ContactField
from ui.loyalty.points_editor import PointsEditor
from ui.loyalty.words import points, signed
from ui.theme.tokens import L
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"loyalty", "customers"})  # the card's tier and balance follow
NOT_A_NUMBER = "This is not a whole number. Write it like 1200 or 1,200."


@dataclass(frozen=True)
class Kind:
    """What can be booked, and how it is said. `sign` is what the number typed counts for."""

    key: str
    title: str
    label: str
    reason: str
    button: str
    sign: int = 1


KINDS = {
    kind.key: kind
    for kind in (
        Kind("earn", "Earn points", "Points earned", "For example: Summer campaign", "Add points"),
        Kind("redeem", "Redeem points", "Points redeemed", "For example: Voucher of 20 EUR", "Redeem points", -1),
        Kind("adjust", "Adjust points", "Points to add, or with a minus to take off", "Why, for whoever reads it later",
             "Adjust points"),
        Kind("opening", "Opening balance", "Points from before", "For example: From the paper cards", "Open balance"),
    )
}  # fmt: skip


class BookingDialog(RecordDialog):
    """Books one entry. Entries are never edited: what was sent, and whose answer was lost, is booked once."""

    subject = "loyalty"
    noun = "entry"
    is_small = True

    def __init__(self, context: Signed, parent: QWidget | None, kind: str, account: Account, customer: str) -> None:
        super().__init__(context, parent, None, width=480)
        self._kind = KINDS[kind]
        self._account = account
        self._customer = customer
        self.fields_layout.setSpacing(L)
        self.fields_layout.addWidget(text_label(f"{customer} has {points(account.balance)}.", "muted"))
        self.points = PointsEditor()
        reason = LineEditor()
        reason.setPlaceholderText(self._kind.reason)
        self._add(RecordField("points", self._kind.label, self.points, mnemonic="p", required=True))
        self._add(RecordField("reason", "Reason", reason, mnemonic="r", required=kind == "adjust"))
        who = ContactChoice()
        field = RecordField("contact_id", "Contact", who, mnemonic="c")
        self._add(field)
        self.contact = ContactField(context, self, field, who)
        if kind != "opening":
            self.contact.show_for(account.customer_id)
        self.save_button.setText(self._kind.button)
        self.form.edited.connect(self._say_what_becomes)
        self.begin({"points": None, "reason": "", "contact_id": None})
        self.first_editor().setFocus()

    def _add(self, field: RecordField) -> None:
        self.fields_layout.addWidget(self.form.add(field))

    # What the frame asks for.

    def title(self) -> str:
        return self._kind.title

    def title_of(self, values: Mapping[str, Any]) -> str:
        return self._kind.title

    def step(self, title: str, *, added: bool) -> str:
        return ""  # the ledger is corrected by another entry: whoever opened this dialog offers that

    def rows_changed(self, row_id: UUID) -> tuple[UUID, ...]:
        return (self._account.id, self._account.customer_id)

    def subjects_changed(self) -> frozenset[str]:
        return CHANGED

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        faults: dict[str, str] = {}
        try:
            actions.checked(self._booking(values))
        except InvalidInput as error:
            faults.update(error.fields)
        if isinstance(values["points"], str):
            faults["points"] = NOT_A_NUMBER
        return faults

    def read(self, session: Session, record_id: UUID) -> Record:
        booking = booked(session, record_id)
        values = {
            "points": booking.points * self._kind.sign, "reason": booking.reason, "contact_id": booking.contact_id,
        }  # fmt: skip
        return Record(record_id, 1, values, self._kind.title)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        booking = actions.checked(self._booking(values))
        if record is None:
            actions.book(session, self._account.id, booking)
        elif record.values != {
            "points": values["points"], "reason": booking.reason, "contact_id": booking.contact_id,
        }:  # fmt: skip
            raise CrmError(
                f"Your first try was booked after all: {signed(record.values['points'] * self._kind.sign)} points.",
                hint="Close this, and adjust the difference.",
            )
        return self.new_row.id

    def save(self) -> None:
        """As save and close: there is nothing to go on with."""
        self.save_and_close()

    @property
    def points_booked(self) -> int:
        """What was added to the balance."""
        value = self.form["points"].value()
        return value * self._kind.sign if isinstance(value, int) else 0

    def _booking(self, values: Mapping[str, Any]) -> Booking:
        number = values["points"] if isinstance(values["points"], int) else 0
        return Booking(
            self._kind.key, number * self._kind.sign, values["reason"], values["contact_id"], id=self.new_row.id
        )

    # On screen.

    def _say_what_becomes(self) -> None:
        after = self._account.balance + self.points_booked
        field = self.form["points"]
        field.set_standing_hint(f"Balance after it: {after:,}" if self.points_booked and after >= 0 else "")
