"""The dialog that logs and edits an interaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crm_desktop.audit.last_change import last_editor
from crm_desktop.customers.suggestions import Person, people
from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.interactions import actions, queries
from crm_desktop.interactions.rows import InteractionDetails
from crm_desktop.interactions.validation import InteractionInput, validate
from crm_desktop.interactions.whose import Whose
from ui.attachments.interaction_files import InteractionFiles
from ui.forms.record import Record
from ui.interactions.contact_field import ContactField
from ui.interactions.customer_record_dialog import CustomerRecordDialog
from ui.interactions.delete_interaction import delete_interaction
from ui.interactions.follow_up_field import NOT_UNDERSTOOD, FollowUpField
from ui.interactions.interaction_form import InteractionFields
from ui.interactions.local_time import full_text, inside, moment_text, to_wall
from ui.interactions.rights import rights_of
from ui.interactions.words import PRIORITY_WORDS, STATUS_WORDS, TYPE_WORDS, minutes_text
from ui.theme.tokens import S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

FIELDS = (
    "contact_id", "type", "subject", "description", "outcome", "priority", "status", "duration", "follow_up",
    "assignee_id",
)  # fmt: skip
DURATION_NOT_UNDERSTOOD = "Write minutes, for example 15, or hours and minutes, for example 1:30."


@dataclass(frozen=True)
class InteractionRecord(Record):
    """What the dialog also needs of an interaction."""

    details: InteractionDetails | None = None


class InteractionDialog(CustomerRecordDialog):
    """With `interaction_id` it edits that one; without it logs a new one with the customer, who can be chosen here,
    and with `contact`, where it is known who was spoken to."""

    subject = "interactions"
    noun = "interaction"
    keeps_drafts = True
    goes_on_at = "subject"

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None = None,
        customer_id: UUID | None = None,
        customer_name: str = "",
        interaction_id: UUID | None = None,
        initial: Mapping[str, Any] | None = None,
        people_known: Mapping[UUID, str] | None = None,
        contact: tuple[UUID, str] | None = None,
    ) -> None:
        """`people_known`: the names of those among the initial values, until the list of people is there."""
        super().__init__(context, parent, customer_id, customer_name, interaction_id, width=640)
        self._people: dict[UUID, str] = {}
        self._make_actions()
        self.follow_up = FollowUpField()
        self.interaction_fields = InteractionFields(self.form, self.follow_up)
        self.fields_layout.addWidget(self.interaction_fields)
        self.files = InteractionFiles(context)
        self.fields_layout.addWidget(self.files)
        for person, name in (people_known or {}).items():
            self.interaction_fields.assignee.offer(person, name)
        self.contact = ContactField(context, self, self.form["contact_id"], self.interaction_fields.contact)
        if contact is not None:
            self.contact.offer(*contact)
            initial = {**(initial or {}), "contact_id": contact[0]}
        self.contact.show_for(customer_id)
        self.show_customer(customer_name)
        context.operations.query(self, people, self._show_people, failed=_no_people)
        self.begin({"type": "call", "priority": "medium", "status": "completed", **(initial or {})})
        if interaction_id is None:
            if "status" not in (initial or {}):
                self.interaction_fields.let_status_follow()
                self.form.open(self.form.values())
            self.first_editor().setFocus()

    # What the frame asks for.

    def title(self) -> str:
        return "Log interaction" if self.record_id is None else "Interaction"

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        faults: dict[str, str] = {}
        if isinstance(values["duration"], str):
            faults["duration"] = DURATION_NOT_UNDERSTOOD
        if isinstance(values["follow_up"], str):
            faults["follow_up"] = NOT_UNDERSTOOD
        try:
            validate(self._input(values, UUID(int=0)))
        except InvalidInput as error:
            faults = {**error.fields, **faults}
        if self._customer_id is None and self.record is None:
            faults["customer_id"] = "Choose the customer first."
        return faults

    def read(self, session: Session, record_id: UUID) -> InteractionRecord:
        details = queries.interaction(session, record_id)
        values = {name: getattr(details, name) for name in FIELDS}
        who = last_editor(session, details.customer_id, "customer_interactions", record_id)
        names = {} if details.assignee_id is None else {details.assignee_id: details.assignee}
        return InteractionRecord(details.id, details.version, values, details.subject, who, names, details)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        if record is None:
            assert self._customer_id is not None
            return actions.log_interaction(session, self._input(values, self._customer_id), self.new_row.id)
        assert isinstance(record, InteractionRecord) and record.details is not None
        given = self._input(values, record.details.customer_id)
        actions.edit_interaction(session, record.id, record.version, given)
        return record.id

    def subjects_changed(self) -> frozenset[str]:
        return frozenset({"interactions", "customers"})  # last contact and next follow-up follow

    def rows_changed(self, row_id: UUID) -> tuple[UUID, ...]:
        return (row_id,) if self._customer_id is None else (row_id, self._customer_id)

    def step(self, title: str, *, added: bool) -> str:
        return f"{'logged' if added else 'changed'} “{title}”"

    def title_of(self, values: Mapping[str, Any]) -> str:
        return str(values["subject"]).strip()

    def value_text(self, name: str, value: Any) -> str:
        words = {"type": TYPE_WORDS, "priority": PRIORITY_WORDS, "status": STATUS_WORDS}.get(name)
        if words is not None:
            return words.get(value, str(value or ""))
        if name == "follow_up" and isinstance(value, datetime):
            return full_text(to_wall(value))
        if name == "duration" and isinstance(value, int):
            return minutes_text(value)
        if name == "contact_id":
            return "" if value is None else self.contact.name_of(value) or "Somebody who is not known any more"
        if name == "assignee_id":
            return "Me" if value is None else self._people.get(value, "Somebody who has left")
        return super().value_text(name, value)

    def shown(self) -> None:
        record = self.record
        if not isinstance(record, InteractionRecord) or record.details is None:
            return
        details, user = record.details, self.context.user
        if self.picker is not None:
            self.picker.hide()
        self._customer_id = details.customer_id
        self.files.show_interaction(details.customer_id, details.id)
        whose = Whose(details.user_id, details.assignee_id)
        rights = rights_of(whose, user.id, admin=user.role == "admin")
        self.may_edit = rights.edit
        self.form.set_read_only(not rights.edit)
        self.show_customer(details.customer_name)
        self.contact.show_for(details.customer_id)
        self.contact.set_may_edit(rights.edit)
        pending = details.status == "pending"
        self.complete_button.setVisible(pending and rights.edit)
        self.cancel_button.setVisible(pending and rights.edit)
        self.delete_button.setVisible(rights.delete)
        self._actions.setVisible(rights.edit or rights.delete)
        if not rights.edit:
            self.notice.tell(
                "info", f"{details.author} logged this.", "You can read it; an administrator can change it."
            )

    def first_editor(self) -> QWidget:
        return self.form["subject"].editor if self.picker is None else self.picker.input

    # Complete, cancel, delete.

    def _make_actions(self) -> None:
        self._actions = QWidget()
        flow = FlowLayout(self._actions, spacing=S)
        self.complete_button = button("Complete", lambda: self._finish("completed"), icon_name="complete")
        self.cancel_button = button("Cancel interaction", lambda: self._finish("cancelled"), icon_name="cancel")
        self.delete_button = button("Delete", self._delete, kind="danger-quiet", icon_name="delete")
        for each in (self.complete_button, self.cancel_button, self.delete_button):
            flow.addWidget(each)
        self._actions.hide()
        self.fields_layout.addWidget(self._actions)

    def _finish(self, status: str) -> None:
        """Together with whatever else was typed."""
        self.form.fill({"status": status})
        self.save_and_close()

    def _delete(self) -> None:
        record = self.record
        if isinstance(record, InteractionRecord) and record.details is not None:
            delete_interaction(self.context, record.id, record.details.subject)
            self.discard()

    # The customer and the people.

    def show_customer(self, name: str) -> None:
        record = self.record
        words = f"With {name}" if name else ""
        if isinstance(record, InteractionRecord) and record.details and record.details.created_at:
            when = moment_text(record.details.created_at, datetime.now(UTC))
            words = f"{words}. Logged {inside(when)} by {record.details.author}"
        self.say_about(words)

    def about_to_show(self, record: Record) -> None:
        assignee = self.interaction_fields.assignee
        for person, name in record.names.items():
            self._people.setdefault(person, name)
            assignee.offer(person, name)
            assignee.drop(None)  # once saved, somebody is named
        details = record.details if isinstance(record, InteractionRecord) else None
        if details is not None and details.contact_id is not None:
            self.contact.offer(details.contact_id, details.contact)

    def _show_people(self, found: tuple[Person, ...]) -> None:
        self._people.update({person.id: person.name for person in found})
        me = self.context.user.id
        if self.record_id is None:
            others = [(person.id, person.name) for person in found if person.id != me]
            self.interaction_fields.assignee.set_options([(None, "Me"), *others])
        else:
            self.interaction_fields.assignee.set_options([(person.id, person.name) for person in found])

    def _input(self, values: Mapping[str, Any], customer_id: UUID) -> InteractionInput:
        known = {field.name for field in fields(InteractionInput)}
        given = {name: value for name, value in values.items() if name in known}
        for name in ("duration", "follow_up"):
            if isinstance(given.get(name), str):
                given[name] = None  # not understood: check() says so at the field
        return InteractionInput(customer_id=customer_id, **given)


def _no_people(_error: CrmError) -> None:
    """The dialog works without the list of people; what is really wrong shows when saving."""
