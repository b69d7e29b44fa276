"""Editing all the selected customers at once: each field stays as it is until something is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from crm_desktop.customers.bulk import BulkEdit, BulkResult, TagChange, TagMode, bulk_edit, checked
from crm_desktop.customers.suggestions import Suggestions, suggestions
from crm_desktop.errors import InvalidInput
from crm_desktop.listing.frozen import Frozen
from crm_desktop.listing.selection import Selection
from ui.customers.bulk_dialog import BulkDialog, hint_label
from ui.customers.bulk_words import customers, intentions, step
from ui.customers.tags_field import TagsField
from ui.customers.words import LABELS, STATUS_WORDS, TYPE_WORDS
from ui.forms.editors import Choice, LineEditor
from ui.forms.field import RecordField
from ui.forms.responsive_grid import ResponsiveGrid
from ui.theme.tokens import S
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Progress
    from ui.tables.selection_bar import SelectionBar

KEEP = "keep"
AS_IT_IS = (KEEP, "Leave as it is")
NOBODY = "nobody"


def edit_selected(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    """Open the dialog."""
    BulkEditDialog(context, selection, bar).open()


class BulkEditDialog(BulkDialog):
    """Status, type, responsible, source, tags."""

    def __init__(self, context: Signed, selection: Selection, bar: SelectionBar) -> None:
        self._people: dict[UUID, str] = {}
        super().__init__(context, selection, bar, width=720)
        self.status = Choice([AS_IT_IS, *STATUS_WORDS.items()])
        self.type = Choice([AS_IT_IS, *TYPE_WORDS.items()])
        self.owner = Choice([AS_IT_IS, (NOBODY, "Nobody in particular")])
        self.source_mode = Choice([AS_IT_IS, ("set", "Change to"), ("clear", "Make blank")])
        self.source = LineEditor()
        self.tags_mode = Choice(
            [AS_IT_IS, ("add", "Add"), ("remove", "Remove"), ("set", "Replace all with"), ("clear", "Remove all")]
        )
        self.tags = TagsField()
        grid = ResponsiveGrid()
        self.fields: dict[str, RecordField] = {}
        for name, editor, label in (
            ("status", self.status, LABELS["status"]),
            ("customer_type", self.type, LABELS["customer_type"]),
            ("owner_id", self.owner, LABELS["owner_id"]),
            ("source", _pair(self.source_mode, self.source), LABELS["source"]),
            ("tags", _pair(self.tags_mode, self.tags), LABELS["tags"]),
        ):
            self.fields[name] = RecordField(name, label, editor)
            grid.add(self.fields[name], whole_row=name == "tags")
        self.source_mode.setAccessibleName("What becomes of the source")
        self.source.setAccessibleName("New source")
        self.tags_mode.setAccessibleName("What becomes of the tags")
        self.tags.setAccessibleName("Tags to add or remove")
        self.summary = text_label("")
        self.column.addWidget(grid)
        self.column.addWidget(self.summary)
        self.column.addWidget(hint_label())
        for choice in (self.status, self.type, self.owner, self.source_mode, self.tags_mode):
            choice.edited.connect(self._show)
        self.source.edited.connect(self._show)
        self.tags.edited.connect(self._show)
        self._show()
        self.status.setFocus()

    # What the frame asks for.

    def make_apply_button(self) -> QPushButton:
        return self.add_button("Change", "primary")

    def title(self, count: int) -> str:
        return f"Edit {customers(count)}"

    def look(self, session: Session, frozen: Frozen) -> object:
        return suggestions(session)

    def counted(self, frozen: Frozen, found: object) -> None:
        assert isinstance(found, Suggestions)
        self.tags.suggest(found.tags)
        self.source.suggest(found.sources)
        self._people = {person.id: person.name for person in found.people}
        people = [(person.id, person.name) for person in found.people]
        self.owner.set_options([AS_IT_IS, (NOBODY, "Nobody in particular"), *people])
        self._show()

    def change(self, session: Session, frozen: Frozen, progress: Progress) -> BulkResult:
        return bulk_edit(session, frozen, self._agreed, progress.report)

    def apply(self) -> None:
        try:
            self._agreed = checked(self.edit())
        except InvalidInput as error:
            for name, field in self.fields.items():
                if name in error.fields:
                    field.say(error.fields[name], "error")
            return
        super().apply()

    def doing(self) -> str:
        return f"Changing {customers(self.frozen.count if self.frozen else 0)}…"

    def step(self, count: int) -> str:
        return step(self._agreed, count, self._people)

    # What is chosen.

    _agreed: BulkEdit = BulkEdit()

    def edit(self) -> BulkEdit:
        """What is chosen now."""
        values: dict[str, Any] = {}
        for name, choice in (("status", self.status), ("customer_type", self.type), ("owner_id", self.owner)):
            if choice.value() != KEEP:
                values[name] = None if choice.value() == NOBODY else choice.value()
        if self.source_mode.value() == "clear" or (self.source_mode.value() == "set" and self.source.value()):
            values["source"] = self.source.value() if self.source_mode.value() == "set" else None
        mode, tags = self.tags_mode.value(), self.tags.value()
        if mode == "clear":
            return BulkEdit(values, TagChange("set"))
        return BulkEdit(values, TagChange(cast(TagMode, mode), tags) if mode != KEEP and tags else None)

    def is_dirty(self) -> bool:
        return self.edit() != BulkEdit()

    def _show(self) -> None:
        self.source.setVisible(self.source_mode.value() == "set")
        self.tags.setVisible(self.tags_mode.value() in ("add", "remove", "set"))
        for field in self.fields.values():
            if field.tone == "error":
                field.clear_message()
        wanted = self.edit()
        found = intentions(wanted, self._people)
        self.summary.setText("\n".join(found) or "Choose what to change.")
        ready = bool(found) and self.frozen is not None and self.frozen.count > 0
        self.apply_button.setEnabled(ready)
        self.apply_button.setText(f"Change {customers(self.frozen.count)}" if self.frozen else "Change")


def _pair(mode: QWidget, editor: QWidget) -> QWidget:
    """What to do, and below it with what."""
    both = QWidget()
    both.setFocusProxy(mode)
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(S)
    column.addWidget(mode)
    column.addWidget(editor)
    return both
