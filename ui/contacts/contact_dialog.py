"""The dialog that adds and edits a contact of a company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.audit.last_change import last_editor_of_contact
from crm_desktop.contacts import actions, queries
from crm_desktop.contacts.rows import ContactRow
from crm_desktop.contacts.validation import ContactInput, validate
from crm_desktop.customers.known import Known
from crm_desktop.errors import CrmError, InvalidInput
from ui.contacts.company import Company
from ui.contacts.contact_form import ContactFields
from ui.customers.known_contact import KnownContact
from ui.customers.phone_preview import PhonePreview
from ui.forms.record import Record
from ui.forms.record_dialog import RecordDialog
from ui.forms.several_lines import joined
from ui.theme.tokens import L
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

FIELDS = tuple(asdict(ContactInput()))
_APART = 1_000_000


@dataclass(frozen=True)
class ContactRecord(Record):
    """What the dialog also needs of a contact."""

    row: ContactRow | None = None


class ContactDialog(RecordDialog):
    """With `contact_id` it edits that contact, without it adds one, beginning with `initial`."""

    subject = "contacts"
    noun = "contact"
    keeps_drafts = True

    link_wanted = Signal(object, str)  # UUID of somebody who is known already, and the name: instead of adding one

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None,
        company: Company,
        contact_id: UUID | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(context, parent, contact_id, width=640)
        self._company = company
        self.fields_layout.setSpacing(L)
        self.at_label = text_label("", "muted")
        self.fields_layout.addWidget(self.at_label)
        self.contact_fields = fields = ContactFields(self.form)
        self.fields_layout.addWidget(fields)
        self.phone_previews = {
            "phone": PhonePreview(self.form["phone"], fields.phone, lambda: company.country),
            "other_phones": PhonePreview(self.form["other_phones"], fields.other_phones, lambda: company.country),
        }
        self.known = KnownContact(
            context, self, self.form, country=lambda: company.country, own_customer=company.id, offer=self._offer
        )
        self.form.field_left.connect(self._on_field_left)
        context.operations.query(self, queries.roles, fields.role.suggest, failed=_no_roles)
        self._say_where(())
        self.begin({**asdict(ContactInput()), **(initial or {})})
        if contact_id is None:
            self.first_editor().setFocus()

    # What the frame asks for.

    def title(self) -> str:
        if self.record_id is None:
            return "Add contact"
        return f"Edit {self.record.title}" if self.record else "Edit contact"

    def title_of(self, values: Mapping[str, Any]) -> str:
        return str(values["name"]).strip()

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        try:
            validate(_input(values), self._company.country, allow_unchecked_phone=self._agreed())
        except InvalidInput as error:
            return error.fields
        return {}

    def read(self, session: Session, record_id: UUID) -> Record:
        row = queries.contact_at(session, record_id, self._company.id)
        values = {name: getattr(row, name) for name in FIELDS}
        who = last_editor_of_contact(session, row.id, row.customer_id)
        return ContactRecord(row.id, _both(row.version, row.position_version), values, row.name, who, row=row)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        given, company = _input(values), self._company  # check() has asked about numbers that cannot be checked
        if record is None:
            return actions.add_contact(session, company.id, given, country=company.country, contact_id=self.new_row.id)
        actions.edit_contact(session, record.id, company.id, _apart(record.version), given, country=company.country)
        return record.id

    def subjects_changed(self) -> frozenset[str]:
        return frozenset({"contacts", "customers"})

    def rows_changed(self, row_id: UUID) -> tuple[UUID, ...]:
        record = self.record
        elsewhere = record.row.elsewhere if isinstance(record, ContactRecord) and record.row else ()
        return (row_id, self._company.id, *(place.customer_id for place in elsewhere))

    def value_text(self, name: str, value: Any) -> str:
        if name in ("other_emails", "other_phones"):
            return joined(value or ())
        return super().value_text(name, value)

    def shown(self) -> None:
        for preview in self.phone_previews.values():
            preview.refresh()
        record = self.record
        if isinstance(record, ContactRecord) and record.row is not None:
            self._say_where(tuple(place.name for place in record.row.elsewhere))

    def refused_in_form(self, errors: Mapping[str, str]) -> None:
        for name, preview in self.phone_previews.items():
            if name in errors:
                preview.offer_to_keep(errors[name])

    def draft_about(self) -> Mapping[str, Any]:
        company = self._company
        return {"customer_id": company.id, "customer_name": company.name, "country": company.country}

    def draft_fits(self, about: Mapping[str, Any]) -> bool:
        return bool(about.get("customer_id") == self._company.id)

    # On screen.

    def _say_where(self, elsewhere: tuple[str, ...]) -> None:
        words = f"At {self._company.name}." if elsewhere else f"At {self._company.name}"
        if elsewhere:
            words += f" Also at {', '.join(elsewhere)}: what you change shows there, too, but for the role."
        self.at_label.setText(words)

    def _agreed(self) -> frozenset[str]:
        """Numbers that may stay as written: agreed to, or kept so before."""
        fields, opened = self.contact_fields, self.form.opened
        before = (opened["phone"], *opened["other_phones"]) if self.record is not None else ()
        agreed = {*fields.phone.agreed(), *fields.other_phones.agreed(), *before}
        return frozenset(" ".join(text.split()) for text in agreed)

    def _on_field_left(self, name: str) -> None:
        if name in ("email", "phone", "other_emails", "other_phones"):
            self.known.look_up()

    def _offer(self, known: Known) -> tuple[str, Any] | None:
        """Somebody who is a contact elsewhere need not be typed again."""
        person = known.contact_id
        if self.record_id is not None or person is None or known.customer_id == self._company.id:
            return None
        return f"Link {known.contact_name} instead", lambda: self._link(person, known.contact_name)

    def _link(self, person: UUID, name: str) -> None:
        self.discard()
        self.link_wanted.emit(person, name)


def _both(version: int, position_version: int) -> int:
    """The versions of the person and of the place as one number, which is what a dialog keeps; 1 when both are."""
    return version + (position_version - 1) * _APART


def _apart(both: int) -> tuple[int, int]:
    return both % _APART, both // _APART + 1


def _input(values: Mapping[str, Any]) -> ContactInput:
    return ContactInput(**{name: values[name] for name in FIELDS if name in values})


def _no_roles(_error: CrmError) -> None:
    """Typing works without them; what is really wrong shows when saving."""
