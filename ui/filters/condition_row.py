"""One condition in the builder: field, operator, value, and a button that takes it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from crm_desktop.listing.filter_words import OPERATOR_WORDS, filter_words
from crm_desktop.listing.filters import Kind
from ui.filters.editors import editor_for
from ui.filters.names import Known
from ui.filters.subjects import OF_RELATED, FilterSubject, operators
from ui.filters.values import Incomplete, NoValue, NumberValue, ValueEditor
from ui.theme.tokens import S
from ui.widgets.buttons import icon_button
from ui.widgets.form import ComboBox
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.filters.group_editor import GroupEditor


class Member(QWidget):
    """What a group can hold. `value(path)` remembers the place, so that a fault finds its way back."""

    changed = Signal()
    restructured = Signal()
    removed = Signal()
    path = ""

    def value(self, path: str) -> dict[str, Any]:
        raise NotImplementedError

    def set_narrow(self, narrow: bool) -> None:
        """Below each other on a narrow window."""

    def say(self, fault: str) -> None:
        """What is wrong here; "" takes it away."""

    def members(self) -> list[Member]:
        """This and everything in it."""
        return [self]


class ConditionRow(Member):
    """A condition that can be edited."""

    def __init__(self, subject: FilterSubject, known: Known, depth: int = 0) -> None:
        super().__init__()
        self._subject = subject
        self._known = known
        self._depth = depth
        self._narrow = False
        self._of: GroupEditor | None = None
        self.field = ComboBox()
        self.field.setAccessibleName("Field")
        self.field.addItem("Choose a field", "")
        for name in subject.offered:
            if name:
                self.field.addItem(subject.fields[name].title, name)
            else:
                self.field.insertSeparator(self.field.count())
        self.operator = ComboBox()
        self.operator.setAccessibleName("Operator")
        self.remove_button = icon_button("close", "Remove this condition", self.removed.emit, small=True)
        self.remove_button.setFixedHeight(self.field.sizeHint().height())
        self.editor: ValueEditor = NoValue()
        self._fault = text_label("", "error")
        self._fault.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(S)
        for box in (self.field, self.operator):
            box.setMinimumContentsLength(8)
            box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.field)
        self._show_operators()
        self._lay_out()
        self.field.value_changed.connect(self._on_field)
        self.operator.value_changed.connect(self._on_operator)

    def set_value(self, given: Mapping[str, Any]) -> None:
        """Show a condition that `can_edit` has let through."""
        operator, value = given["operator"], given.get("value")
        for box, wanted in ((self.field, given["field"]), (self.operator, "has_any" if value and operator == "has"
                                                           and given["field"] == "tags" else operator)):  # fmt: skip
            box.blockSignals(True)
            box.set_value(wanted)
            box.blockSignals(False)
            if box is self.field:
                self._show_operators()
        self._show_editor()
        if self._of is not None:
            counts = operator not in ("has", "has_no")
            held: dict[str, Any] = value or {}
            self._of.set_value(held.get("of", {"all": []}) if counts else held)
            value = held["count"] if counts else None
        if value is not None:
            self.editor.set_value(value)
        self._lay_out()

    def value(self, path: str) -> dict[str, Any]:
        self.path = path
        if not self.field.value:
            raise Incomplete("Choose a field.")
        made: dict[str, Any] = {"field": self.field.value, "operator": self.operator.value}
        value = self.editor.value()
        if self._of is not None:
            counts = not isinstance(self.editor, NoValue)
            of = self._of.value(f"{path}.value.of" if counts else f"{path}.value")
            value = {"count": value, "of": of} if counts else of
        if value is not None:
            made["value"] = value
        return made

    def set_narrow(self, narrow: bool) -> None:
        if narrow != self._narrow:
            self._narrow = narrow
            self._lay_out()
        if self._of is not None:
            self._of.set_narrow(narrow)

    def say(self, fault: str) -> None:
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self.editor.setAccessibleDescription(fault)
        target = self.editor.focusProxy() or self.field
        target.setAccessibleDescription(fault)
        target.setProperty("invalid", bool(fault))
        target.style().unpolish(target)
        target.style().polish(target)
        if fault:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def members(self) -> list[Member]:
        return [self, *(self._of.members() if self._of is not None else [])]

    def _on_field(self, _field: str) -> None:
        self._show_operators()
        self._lay_out()
        self.restructured.emit()
        self.changed.emit()

    def _on_operator(self, _operator: str) -> None:
        before = self._same_kind()
        self._show_editor()
        if before is not None:
            self._keep(before)
        self._lay_out()
        self.restructured.emit()
        self.changed.emit()

    def _same_kind(self) -> tuple[tuple[object, int], Any] | None:
        try:
            return _kind(self.editor), self.editor.value()
        except Incomplete:
            return None

    def _keep(self, before: tuple[tuple[object, int], Any]) -> None:
        """What was filled in stays where the new operator wants the same."""
        kind, value = before
        if _kind(self.editor) == kind and value is not None:
            self.editor.set_value(value)

    def _show_operators(self) -> None:
        chosen = self._subject.fields.get(self.field.value)
        self.operator.blockSignals(True)
        self.operator.clear()
        for operator in operators(chosen) if chosen else ():
            self.operator.addItem(OPERATOR_WORDS[operator], operator)
        self.operator.blockSignals(False)
        self.operator.setVisible(chosen is not None)
        self.operator.setAccessibleName(f"{chosen.title}: operator" if chosen else "Operator")
        about = f"Remove the condition on {chosen.title.lower()}" if chosen else "Remove this condition"
        self.remove_button.setAccessibleName(about)
        self.remove_button.setToolTip(about)
        self._show_editor()

    def _show_editor(self) -> None:
        name, operator = self.field.value, self.operator.value
        field = self._subject.fields.get(name)
        self._fault.hide()
        old = self.editor
        self.editor = editor_for(name, field, operator, self._known) if field else NoValue()
        self.editor.changed.connect(self._on_edited)
        self._grid.removeWidget(old)
        old.hide()
        old.deleteLater()
        related = field is not None and field.kind is Kind.RELATED
        if related and self._of is None:
            from ui.filters.group_editor import GroupEditor

            self._of = GroupEditor(OF_RELATED[name], self._known, self._depth + 1, lead="that meet", optional=True)
            self._of.changed.connect(self.changed)
            self._of.restructured.connect(self.restructured)
            self._of.set_narrow(self._narrow)
        elif not related and self._of is not None:
            self._grid.removeWidget(self._of)
            self._of.hide()
            self._of.deleteLater()
            self._of = None

    def _on_edited(self) -> None:
        if not self._fault.isHidden():
            self.say("")
        self.changed.emit()

    def _lay_out(self) -> None:
        grid = self._grid
        below = [self._fault, *([self._of] if self._of is not None else [])]
        for widget in (self.field, self.operator, self.editor, self.remove_button, *below):
            grid.removeWidget(widget)
        top = Qt.AlignmentFlag.AlignTop
        empty = isinstance(self.editor, NoValue)
        self.editor.setVisible(not empty)
        for column, stretch in enumerate((3, 2, 0) if self._narrow else (3, 3, 7, 0)):
            grid.setColumnStretch(column, stretch)
        grid.setColumnStretch(3, 0)
        if self._narrow:
            grid.addWidget(self.field, 0, 0, 1, 2)
            grid.addWidget(self.remove_button, 0, 2, top)
            grid.addWidget(self.operator, 1, 0, 1, 3)
            grid.addWidget(self.editor, 2, 0, 1, 3)
        else:
            grid.addWidget(self.field, 0, 0, top)
            grid.addWidget(self.operator, 0, 1, top)
            grid.addWidget(self.editor, 0, 2, top)
            grid.addWidget(self.remove_button, 0, 3, top)
        for row, widget in enumerate(below, start=3):
            grid.addWidget(widget, row, 0, 1, 4)


def _kind(editor: ValueEditor) -> tuple[object, int]:
    """What two editors must have in common for one to take the other's value: a pair of numbers is no number."""
    return type(editor), len(editor.fields) if isinstance(editor, NumberValue) else 1


class KeptRow(Member):
    """A condition that the builder cannot show: in words, kept as it is or taken away."""

    def __init__(self, given: Mapping[str, Any], subject: FilterSubject, known: Known) -> None:
        super().__init__()
        self._given = dict(given)
        words = filter_words(given, subject.fields, known.names)
        self.label = text_label(words)
        self.remove_button = icon_button("close", f"Remove {words}", self.removed.emit, small=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.label, 0, 0)
        grid.addWidget(self.remove_button, 0, 1, Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.remove_button)

    def value(self, path: str) -> dict[str, Any]:
        self.path = path
        return self._given
