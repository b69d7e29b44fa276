"""The dialog that adds and edits a rule of a segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from crm_desktop.customers.listed import SOURCE
from crm_desktop.customers.suggestions import Suggestions, suggestions
from crm_desktop.errors import CrmError, InvalidInput
from crm_desktop.listing.listing import Listing
from crm_desktop.segments import rules, zone
from crm_desktop.segments.members import members
from crm_desktop.segments.rule_rows import OWNER, RuleInput, checked
from crm_desktop.segments.rule_words import action_words, customers
from ui.customers.words import STATUS_WORDS
from ui.forms.editors import Choice, LineEditor
from ui.forms.field import RecordField
from ui.forms.record import Record
from ui.forms.record_dialog import RecordDialog
from ui.forms.responsive_grid import ResponsiveGrid
from ui.interactions.words import PRIORITY_WORDS
from ui.theme.tokens import L
from ui.widgets.labels import text_label
from ui.widgets.wrapped_check_box import WrappedCheckBox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

EVENT_WORDS = {"enter": "A customer enters", "leave": "A customer leaves"}
ACTION_WORDS = {
    "add_tag": "Add a tag",
    "remove_tag": "Remove a tag",
    "set_status": "Set the status",
    "follow_up": "Plan a follow-up",
}
_OF_ACTION = {
    "add_tag": ("tag",),
    "remove_tag": ("tag",),
    "set_status": ("status",),
    "follow_up": ("subject", "assignee", "fallback", "days", "time", "priority"),
}
_NAMES = tuple(each.name for each in fields(RuleInput) if each.name != "is_active")


class DaysEditor(LineEditor):
    """A whole number of days, or the text when it is none."""

    def value(self) -> Any:
        text = self.text().strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else text

    def set_value(self, value: Any) -> None:
        self.show_text(str(value))


class RuleDialog(RecordDialog):
    """With `rule_id` it edits that rule, without it adds one."""

    subject = "segment_rules"
    noun = "rule"

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None,
        segment_id: UUID,
        segment_name: str,
        time_zone: str,
        rule_id: UUID | None = None,
    ) -> None:
        super().__init__(context, parent, rule_id, width=620)
        self._segment_id, self._segment_name = segment_id, segment_name
        self._people: dict[UUID, str] = {}
        self._shown: set[str] = set()
        self.fields_layout.setSpacing(L)
        self.fields_layout.addWidget(text_label(f"Of the segment {segment_name}", "muted"))
        self._tag = LineEditor()
        self._assignee = Choice([(OWNER, "The responsible employee")])
        self._fallback = Choice([(None, "Choose somebody")])
        editors: dict[str, tuple[str, str, QWidget, bool]] = {
            "event": ("When", "w", Choice(list(EVENT_WORDS.items())), False),
            "action": ("What happens", "h", Choice(list(ACTION_WORDS.items())), False),
            "tag": ("Tag", "t", self._tag, True),
            "status": ("Status", "s", Choice(list(STATUS_WORDS.items())), False),
            "subject": ("What is to be done", "d", LineEditor(), True),
            "assignee": ("Who follows up", "f", self._assignee, False),
            "fallback": ("Where nobody is responsible", "n", self._fallback, True),
            "days": ("Days from then", "y", DaysEditor(), False),
            "time": (f"At (time in {time_zone})", "a", LineEditor(), False),
            "priority": ("Priority", "p", Choice(list(PRIORITY_WORDS.items())), False),
        }
        grid = ResponsiveGrid()
        for name, (label, letter, editor, required) in editors.items():
            field = RecordField(name, label, editor, mnemonic=letter, required=required)
            grid.add(self.form.add(field), whole_row=name in ("tag", "subject"))
        self.fields_layout.addWidget(grid)
        self.also_now = WrappedCheckBox("Also for the customers that are in it now")
        self.also_now.setVisible(rule_id is None)
        self.also_now.setEnabled(False)
        self.fields_layout.addWidget(self.also_now)
        self.words = text_label("", "muted")
        self.fields_layout.addWidget(self.words)
        self.form["days"].set_standing_hint("0 is the same day.")
        self.form.edited.connect(self._follow)
        context.operations.query(self, suggestions, self._offer, failed=_nothing)
        if rule_id is None:
            context.operations.query(self, self._count, self._show_count, failed=_nothing)
        self.begin(_values(RuleInput()))

    # What the frame asks for.

    def title(self) -> str:
        return "Add rule" if self.record_id is None else "Edit rule"

    def title_of(self, values: Mapping[str, Any]) -> str:
        return f"a rule of {self._segment_name}"

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        try:
            checked(_input(values))
        except InvalidInput as error:
            return error.fields
        return {}

    def read(self, session: Session, record_id: UUID) -> Record:
        row = rules.rule(session, record_id)
        names = {UUID(key): name for key, name in row.names.items()}
        return Record(row.id, row.version, _values(row.as_input), "this rule", row.written_by, names)

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        given = _input(values)
        if record is None:
            return rules.add_rule(session, self._segment_id, given, rule_id=self.new_row.id)
        rules.change_rule(session, record.id, record.version, given)
        return record.id

    def rows_changed(self, row_id: UUID) -> tuple[UUID, ...]:
        return (self._segment_id,)

    def value_text(self, name: str, value: Any) -> str:
        if name in ("assignee", "fallback") and value in self._people:
            return self._people[value]
        words = {"event": EVENT_WORDS, "action": ACTION_WORDS, "status": STATUS_WORDS, "priority": PRIORITY_WORDS}
        return words.get(name, {}).get(value, super().value_text(name, value))

    def about_to_show(self, record: Record) -> None:
        for identity, name in record.names.items():
            self._people.setdefault(identity, name)
            for editor in (self._assignee, self._fallback):
                editor.offer(identity, name)

    def shown(self) -> None:
        self._follow()

    # On screen.

    def _follow(self) -> None:
        """Only the fields that belong to what happens, and the rule in a sentence."""
        values = self.form.values()
        wanted = {"event", "action", *_OF_ACTION.get(values["action"], ())}
        if values["assignee"] != OWNER:
            wanted.discard("fallback")
        if wanted != self._shown:
            self._shown = wanted
            for field in self.form:
                field.setVisible(field.name in wanted)
            QTimer.singleShot(0, self, self._fit)
        self.also_now.setVisible(self.record_id is None and values["event"] == "enter")
        try:
            given = checked(_input(values))
        except InvalidInput:
            self.words.hide()
            return
        names = {str(identity): name for identity, name in self._people.items()}
        said = f"{EVENT_WORDS[given['event']]}: {action_words(given['action'], given['parameters'], names)}."
        self.words.setText(said)
        self.words.show()

    def _offer(self, found: Suggestions) -> None:
        self._tag.suggest(found.tags)
        self._people |= {person.id: person.name for person in found.people}
        people = [(person.id, person.name) for person in found.people]
        self._assignee.set_options([(OWNER, "The responsible employee"), *people])
        self._fallback.set_options([(None, "Choose somebody"), *people])
        self._follow()

    def _count(self, session: Session) -> int:
        return Listing(SOURCE, members(self._segment_id), zone.clock(session)).count(session.connection())

    def _show_count(self, count: int) -> None:
        self.also_now.setEnabled(count > 0)
        one = "customer that is" if count == 1 else "customers that are"
        self.also_now.setText(f"Also for the {count:,} {one} in it now" if count else "Nobody is in it now")
        self.also_now.setAccessibleDescription(
            f"Lets the rule act on {customers(count)} once it is saved" if count else ""
        )


def _values(given: RuleInput) -> dict[str, Any]:
    return {name: getattr(given, name) for name in _NAMES}


def _input(values: Mapping[str, Any]) -> RuleInput:
    held = {name: values[name] for name in _NAMES if name in values}
    if not isinstance(held.get("days"), int):
        held["days"] = -1
    return RuleInput(**held)


def _nothing(_error: CrmError) -> None:
    """Typing works without; what is really wrong shows when saving."""
