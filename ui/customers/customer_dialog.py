"""The dialog that adds and edits a customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crm_desktop.audit.last_change import last_editor
from crm_desktop.customers import actions, queries
from crm_desktop.customers.suggestions import Suggestions, suggestions
from crm_desktop.customers.validation import CustomerInput, validate
from crm_desktop.errors import CrmError, InvalidInput
from ui.customers.customer_form import CustomerFields
from ui.customers.known_contact import KnownContact
from ui.customers.phone_preview import PhonePreview
from ui.customers.similar_name import FIELDS as SIMILAR_BY
from ui.customers.similar_name import SimilarName
from ui.customers.words import STATUS_WORDS, TYPE_WORDS
from ui.forms.record import Record
from ui.forms.record_dialog import RecordDialog
from ui.forms.several_lines import joined

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

FIELDS = tuple(asdict(CustomerInput()))
DEFAULTS = asdict(CustomerInput())


class CustomerDialog(RecordDialog):
    """With `customer_id` it edits that customer, without it adds one, beginning with `initial`."""

    subject = "customers"
    noun = "customer"
    keeps_drafts = True

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None = None,
        customer_id: UUID | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(context, parent, customer_id, width=720)
        self._people: dict[UUID, str] = {}
        self.customer_fields = CustomerFields(self.form)
        self.fields_layout.addWidget(self.customer_fields)
        fields = self.customer_fields
        self.phone_previews = {
            "phone": PhonePreview(self.form["phone"], fields.phone, fields.country),
            "other_phones": PhonePreview(self.form["other_phones"], fields.other_phones, fields.country),
        }
        self.similar = SimilarName(context, self, self.form)
        self.known = KnownContact(context, self, self.form, country=fields.country.value)
        self.form.field_left.connect(self._on_field_left)
        context.operations.query(self, suggestions, self._suggest, failed=_no_suggestions)
        self.begin({**DEFAULTS, **(initial or {})})
        if customer_id is None:
            self.first_editor().setFocus()

    def title(self) -> str:
        if self.record_id is None:
            return "Add customer"
        return f"Edit {self.record.title}" if self.record else "Edit customer"

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        try:
            validate(_input(values), allow_unchecked_phone=self._agreed())
        except InvalidInput as error:
            return error.fields
        return {}

    def read(self, session: Session, record_id: UUID) -> Record:
        details = queries.customer_card(session, record_id)
        values = {name: getattr(details, name) for name in FIELDS}
        names = {} if details.owner_id is None else {details.owner_id: details.owner_name}
        who = last_editor(session, record_id, "customers", record_id)
        return Record(details.id, details.version, values, details.name, who, names)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        given = _input(values)  # check() has asked about a phone number that cannot be checked
        if record is None:
            return actions.add_customer(session, given, customer_id=self.new_row.id)
        actions.edit_customer(session, record.id, record.version, given)
        return record.id

    def value_text(self, name: str, value: Any) -> str:
        if name == "tags":
            return ", ".join(value or ())
        if name in ("other_emails", "other_phones"):
            return joined(value or ())
        if name == "owner_id":
            return "" if value is None else self._people.get(value, "Somebody who has left")
        if name == "customer_type":
            return TYPE_WORDS.get(value, str(value))
        if name == "status":
            return STATUS_WORDS.get(value, str(value))
        return super().value_text(name, value)

    def step(self, title: str, *, added: bool) -> str:
        # Undoing an addition deletes.
        return "" if added and not self.context.capabilities.delete_customers else super().step(title, added=added)

    def title_of(self, values: Mapping[str, Any]) -> str:
        return str(values["contact_name"]).strip() or str(values["company_name"]).strip()

    def about_to_show(self, record: Record) -> None:
        for person, name in record.names.items():
            self._people.setdefault(person, name)
            self.customer_fields.owner.offer(person, name)

    def shown(self) -> None:
        for preview in self.phone_previews.values():
            preview.refresh()

    def refused_in_form(self, errors: Mapping[str, str]) -> None:
        for name, preview in self.phone_previews.items():
            if name in errors:
                preview.offer_to_keep(errors[name])

    def _agreed(self) -> frozenset[str]:
        """Numbers that may stay as written: agreed to, or kept so before."""
        fields, opened = self.customer_fields, self.form.opened
        before = (opened["phone"], *opened["other_phones"]) if self.record is not None else ()
        agreed = {*fields.phone.agreed(), *fields.other_phones.agreed(), *before}
        return frozenset(" ".join(text.split()) for text in agreed)

    def _on_field_left(self, name: str) -> None:
        if name in ("email", "phone", "other_emails", "other_phones", "country"):
            self.known.look_up()
        if name in SIMILAR_BY:
            self.similar.look_up()

    def _suggest(self, found: Suggestions) -> None:
        fields = self.customer_fields
        fields.tags.suggest(found.tags)
        fields.source.suggest(found.sources)
        fields.country.suggest(found.countries)
        self._people.update({person.id: person.name for person in found.people})
        fields.owner.set_options([(None, "Nobody in particular"), *((p.id, p.name) for p in found.people)])


def _input(values: Mapping[str, Any]) -> CustomerInput:
    return CustomerInput(**{name: values[name] for name in FIELDS if name in values})


def _no_suggestions(_error: CrmError) -> None:
    """Typing works without them; what is really wrong shows when saving."""
