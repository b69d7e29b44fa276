"""The dialog that adds and edits a segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from crm_desktop.customers.listed import FIELDS
from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.listing.filter_words import filter_words
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.segments import actions, queries
from crm_desktop.segments.validation import SegmentInput, validate
from ui.filters.filter_editor import as_group, order_focus
from ui.filters.names import Known, Names
from ui.forms.editors import Choice, LineEditor, TextEditor
from ui.forms.field import RecordField
from ui.forms.record import Record
from ui.forms.record_dialog import RecordDialog
from ui.segments.criteria_field import CriteriaField
from ui.theme.tokens import L

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

UNFINISHED = "Fill in every condition, or take it away."
_IN_USE = ((True, "In use"), (False, "Not in use"))


class SegmentDialog(RecordDialog):
    """With `segment_id` it edits that segment, without it adds one, beginning with `initial`. `known`: what ids in
    conditions stand for; without it, the dialog reads that itself."""

    subject = "segments"
    noun = "segment"
    keeps_drafts = True

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None,
        known: Known | None = None,
        segment_id: UUID | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(context, parent, segment_id, width=860)
        self._known = known or Known()
        self.criteria = CriteriaField(context, self._known)
        self.fields_layout.setSpacing(L)
        name = LineEditor()
        name.setPlaceholderText("For example: Gold without a call")
        active = Choice(_IN_USE)
        for field in (
            RecordField("name", "Name", name, mnemonic="n", required=True),
            RecordField("description", "Description", TextEditor(2), mnemonic="d"),
            RecordField("is_active", "Use", active, mnemonic="u",
                        hint="Nothing is done for the customers of a segment that is not in use."),
            RecordField("criteria", "Who belongs to it", self.criteria, required=True),
        ):  # fmt: skip
            self.fields_layout.addWidget(self.form.add(field))
        self.criteria.filter.failed.connect(self._on_uncountable)
        self.criteria.filter.root.restructured.connect(lambda: QTimer.singleShot(0, self, self._order_focus_anew))
        self.begin({"name": "", "description": "", "is_active": True, "criteria": {"all": []}, **(initial or {})})
        if known is None:
            self.names = Names(context, self)
            self.names.when_known(self._know)
        if segment_id is None:
            self.first_editor().setFocus()

    # What the frame asks for.

    def title(self) -> str:
        if self.record_id is None:
            return "Add segment"
        return f"Edit “{self.record.title}”" if self.record else "Edit segment"

    def title_of(self, values: Mapping[str, Any]) -> str:
        return f"the segment “{' '.join(str(values['name']).split())}”"

    def told(self, session: Session, row_id: UUID, title: str, *, added: bool) -> str:
        return f"{title[:1].upper()}{title[1:]} was {'added' if added else 'saved'}."

    def draft_title(self) -> str:
        return " ".join(str(self.form.values()["name"]).split())

    def draft_values(self) -> Mapping[str, Any]:
        values = self.form.values()
        return values if values["criteria"] else {**values, "criteria": self.criteria.filter.root.finished()}

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        errors = {}
        if values["criteria"] is None:
            errors["criteria"] = UNFINISHED
        try:
            validate(_input({**values, "criteria": values["criteria"] or {"unfinished": True}}))
        except InvalidInput as error:
            errors |= error.fields
        return errors

    def refused_in_form(self, errors: Mapping[str, str]) -> None:
        if "criteria" in errors and "name" not in errors:
            self.criteria.filter.checked()

    def read(self, session: Session, record_id: UUID) -> Record:
        row = queries.segment(session, record_id)
        values = {
            "name": row.name,
            "description": row.description,
            "is_active": row.is_active,
            "criteria": as_group(row.criteria),
        }
        return Record(row.id, row.version, values, row.name)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        given = _input(values)
        try:
            if record is None:
                return actions.add_segment(session, given, self.new_row.id)
            actions.edit_segment(session, record.id, record.version, given)
        except InvalidFilter as error:
            raise InvalidInput({"criteria": f"{error.fault[:1].upper()}{error.fault[1:]}."}) from error
        return record.id

    def value_text(self, name: str, value: Any) -> str:
        if name == "criteria":
            return filter_words(value, FIELDS, self._known.names) if value else UNFINISHED
        if name == "is_active":
            return dict(_IN_USE)[bool(value)]
        return super().value_text(name, value)

    def done(self, result: int) -> None:
        self.criteria.filter.stop()
        super().done(result)

    # On screen.

    def _know(self, known: Known) -> None:
        self._known = known
        self.criteria.filter.know(known)

    def _on_uncountable(self, error: CrmError) -> None:
        self.form["criteria"].say(str(error), "warning")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit)  # conditions that wrap know their height only now

    def _order_focus_anew(self) -> None:
        """Tab goes through the conditions as they stand, then the preview and the buttons."""
        stops = self.criteria.filter.stops()
        order_focus([*stops, self.criteria.preview.list, *self._footer.findChildren(QPushButton)])


def _input(values: Mapping[str, Any]) -> SegmentInput:
    return SegmentInput(values["name"], values["description"], values["criteria"], values["is_active"])
