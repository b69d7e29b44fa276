"""The dialog that writes down and edits what a customer likes or dislikes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crm_desktop.audit.last_change import last_editor
from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.orders import preferences, queries
from crm_desktop.orders.preferences import PreferenceInput
from ui.forms.editors import Choice, TextEditor
from ui.forms.field import RecordField
from ui.forms.record import Record
from ui.forms.record_dialog import RecordDialog
from ui.forms.responsive_grid import ResponsiveGrid
from ui.orders.preferences_section import CHANGED
from ui.orders.subject_editor import SubjectEditor
from ui.orders.words import ATTITUDE_WORDS, KIND_WORDS, LABELS
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

FIELDS = ("attitude", "kind", "subject", "note")


class PreferenceDialog(RecordDialog):
    """With `preference_id` it edits that one, without it adds one of the customer."""

    subject = "preferences"
    noun = "preference"
    is_small = True

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None,
        customer_id: UUID,
        customer_name: str,
        preference_id: UUID | None = None,
    ) -> None:
        super().__init__(context, parent, preference_id, width=520)
        self._customer_id = customer_id
        self.fields_layout.addWidget(text_label(f"Of {customer_name}", "muted"))
        self.kind = Choice(list(KIND_WORDS.items()))
        self.words = SubjectEditor(context, lambda: str(self.kind.value()))
        editors: dict[str, QWidget] = {
            "attitude": Choice(list(ATTITUDE_WORDS.items())),
            "kind": self.kind,
            "subject": self.words,
            "note": TextEditor(2),
        }
        grid = ResponsiveGrid(letters=20)
        for name in FIELDS:
            field = RecordField(name, LABELS[name], editors[name], required=name == "subject")
            grid.add(self.form.add(field), whole_row=name in ("subject", "note"))
        self.fields_layout.addWidget(grid)
        context.operations.query(self, queries.categories, self.words.suggest_categories, failed=_no_categories)
        self.kind.edited.connect(self.words.follow_kind)
        self.begin({"attitude": "likes", "kind": "product"})
        if preference_id is None:
            self.first_editor().setFocus()

    def title(self) -> str:
        return "Add preference" if self.record_id is None else "Edit preference"

    def title_of(self, values: Mapping[str, Any]) -> str:
        return f"“{ATTITUDE_WORDS[values['attitude']]} {values['subject'][1]}”"

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        try:
            preferences.validate(self._input(values))
        except InvalidInput as error:
            return error.fields
        return {}

    def read(self, session: Session, record_id: UUID) -> Record:
        row = preferences.preference(session, record_id)
        values = {"attitude": row.attitude, "kind": row.kind, "note": row.note}
        subject = (row.product_id, row.subject)
        who = last_editor(session, row.customer_id, "customer_preferences", record_id)
        return Record(row.id, row.version, {**values, "subject": subject}, row.subject, who)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        if record is None:
            return preferences.add_preference(session, self._input(values), self.new_row.id)
        preferences.edit_preference(session, record.id, record.version, self._input(values))
        return record.id

    def subjects_changed(self) -> frozenset[str]:
        return CHANGED

    def rows_changed(self, row_id: UUID) -> tuple[UUID, ...]:
        return (row_id, self._customer_id)

    def value_text(self, name: str, value: Any) -> str:
        words = {"attitude": ATTITUDE_WORDS, "kind": KIND_WORDS}.get(name)
        if words is not None:
            return words.get(value, str(value or ""))
        return str(value[1]) if name == "subject" and value else super().value_text(name, value)

    def shown(self) -> None:
        self.may_edit = self.context.capabilities.edit_customers
        self.form.set_read_only(not self.may_edit)
        self.words.follow_kind()

    def first_editor(self) -> QWidget:
        return self.words.picker.input

    def _input(self, values: Mapping[str, Any]) -> PreferenceInput:
        product_id, subject = values["subject"]
        return PreferenceInput(
            self._customer_id, values["kind"], subject, product_id, values["attitude"], values["note"]
        )


def _no_categories(_error: CrmError) -> None:
    """Typing works without them; what is really wrong shows when saving."""
