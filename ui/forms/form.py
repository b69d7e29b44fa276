"""A form: named fields whose values are read, compared with what was opened, and marked where they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea

from ui.forms.field import RecordField

Check = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""All values in; messages of what is wrong out, by field."""


class Form(QObject):
    """The fields of one record."""

    edited = Signal()
    field_left = Signal(str)

    def __init__(self, check: Check, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._check = check
        self._fields: dict[str, RecordField] = {}
        self._opened: dict[str, Any] = {}

    def add(self, field: RecordField) -> RecordField:
        """Make a field part of the form."""
        self._fields[field.name] = field
        name = field.name
        field.control.edited.connect(lambda: self._on_edited(name))
        field.control.left.connect(lambda: self._on_left(name))
        return field

    def __iter__(self) -> Iterator[RecordField]:
        return iter(self._fields.values())

    def __getitem__(self, name: str) -> RecordField:
        return self._fields[name]

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def values(self) -> dict[str, Any]:
        """What the fields hold now."""
        return {name: field.value() for name, field in self._fields.items()}

    def open(self, values: Mapping[str, Any]) -> None:
        """Show a record; from here on differences from it count as changes."""
        for name, field in self._fields.items():
            if name in values:
                field.set_value(values[name])
        self._opened = self.values()
        self.edited.emit()

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values into fields as if they had been typed: they count as changes."""
        for name, value in values.items():
            if name in self._fields:
                self._fields[name].set_value(value)
        self.edited.emit()

    def set_read_only(self, read_only: bool) -> None:
        """Texts can still be read, selected and copied; choices are greyed out."""
        for field in self:
            set_read_only = getattr(field.editor, "setReadOnly", None)
            if set_read_only is not None:
                set_read_only(read_only)
            else:
                field.editor.setEnabled(not read_only)

    @property
    def opened(self) -> Mapping[str, Any]:
        """The values that the form was opened with."""
        return self._opened

    @property
    def dirty(self) -> bool:
        """Whether anything differs from what was opened."""
        return self.values() != self._opened

    def errors(self) -> dict[str, str]:
        """What is wrong now, by field."""
        return dict(self._check(self.values()))

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Mark the fields that are wrong, clear the others, and go to the first wrong one."""
        first: RecordField | None = None
        for name, field in self._fields.items():
            if name in errors:
                field.say(errors[name], "error")
                first = first or field
            elif field.tone == "error":
                field.clear_message()
        if first is not None:
            go_to(first)

    def _on_edited(self, name: str) -> None:
        if self._fields[name].tone == "error":
            self._fields[name].clear_message()
        self.edited.emit()

    def _on_left(self, name: str) -> None:
        field = self._fields[name]
        problem = self.errors().get(name) if self._touched(name) else None
        if problem:
            field.say(problem, "error")
        elif field.tone == "error":
            field.clear_message()
        if not problem:
            self.field_left.emit(name)

    def _touched(self, name: str) -> bool:
        """A field that was only passed through is not complained about before saving."""
        return bool(self._fields[name].value() != self._opened.get(name))


def go_to(field: RecordField) -> None:
    """Put the focus on a field and scroll it into view, its message too."""
    field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
    ancestor = field.parentWidget()
    while ancestor is not None and not isinstance(ancestor, QScrollArea):
        ancestor = ancestor.parentWidget()
    if isinstance(ancestor, QScrollArea):
        area = ancestor
        # After the layout has made room for the message.
        QTimer.singleShot(0, field, lambda: area.ensureWidgetVisible(field, 8, 24))
