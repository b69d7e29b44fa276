"""Editors of a condition's value: text, lists, choices, numbers, yes or no. Days and periods: days.py.

Each has `changed`, `value()` in the form that the filter language wants (Incomplete where there is none yet), and
`set_value()`, which takes what `value()` gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLayout, QListWidget, QListWidgetItem, QWidget

from ui.customers.tags_field import TagsField
from ui.forms.editors import LineEditor
from ui.theme.tokens import L, S
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox, NumberField
from ui.widgets.labels import text_label

MOST_ROWS = 5
BIGGEST = 1_000_000


class Incomplete(Exception):
    """Something is still to be filled in; says what."""


class ValueEditor(QWidget):
    """The base: one widget that takes the room there is, or (`wraps`) several that go on in the next line."""

    changed = Signal()

    def __init__(self, *, wraps: bool = False) -> None:
        super().__init__()
        self.row: QLayout = FlowLayout(self, spacing=S) if wraps else QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        raise NotImplementedError


class NoValue(ValueEditor):
    """For operators that take none."""

    def value(self) -> Any:
        return None

    def set_value(self, value: Any) -> None:
        """There is nothing to show."""


class TextValue(ValueEditor):
    """One line of text; `needed` says what is missing when it is blank."""

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__()
        self.input = LineEditor()
        self.input.setAccessibleName(f"{name}: text")
        if suggestions:
            self.input.suggest(suggestions)
        self.input.edited.connect(self.changed)
        self.row.addWidget(self.input)
        self.setFocusProxy(self.input)

    def value(self) -> Any:
        text: str = self.input.value()
        if not text:
            raise Incomplete("Type a text.")
        return text

    def set_value(self, value: Any) -> None:
        self.input.set_value(value)


class WordsValue(ValueEditor):
    """Several texts or tags."""

    def __init__(self, name: str, suggestions: Sequence[str] = (), what: str = "word") -> None:
        super().__init__()
        self._what = what
        self.field = TagsField()
        self.field.setAccessibleName(f"{name}: {what}s")
        self.field.input.setPlaceholderText(f"Type a {what} and press Enter")
        if suggestions:
            self.field.suggest(suggestions)
        self.field.edited.connect(self.changed)
        self.row.addWidget(self.field)
        self.setFocusProxy(self.field)

    def value(self) -> Any:
        words = list(self.field.value())
        if not words:
            raise Incomplete(f"Type at least one {self._what}.")
        return words

    def set_value(self, value: Any) -> None:
        self.field.set_value(value if isinstance(value, list | tuple) else [value])


class OneOf(ValueEditor):
    """One of a few: a choice, a person, a segment."""

    def __init__(self, name: str, options: Sequence[tuple[str, str]], missing: str = "Choose one.") -> None:
        super().__init__()
        self._missing = missing
        self.box = ComboBox(list(options))
        self.box.setAccessibleName(f"{name}: value")
        self.box.value_changed.connect(lambda _value: self.changed.emit())
        self.row.addWidget(self.box)
        self.setFocusProxy(self.box)

    def value(self) -> Any:
        if not self.box.value:
            raise Incomplete(self._missing)
        return self.box.value

    def set_value(self, value: Any) -> None:
        if self.box.findData(value) < 0:
            self.box.addItem("unknown", value)  # somebody who has left, a segment that is gone
        self.box.set_value(value)


class SomeOf(ValueEditor):
    """Any number of a few choices: a box to check for each."""

    def __init__(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        inside = QWidget()
        flow = FlowLayout(inside, spacing=L, line_spacing=0)
        for value, text in options:
            box = self.boxes[value] = QCheckBox(text)
            box.setAccessibleName(f"{name}: {text}")
            box.toggled.connect(lambda _on: self.changed.emit())
            flow.addWidget(box)
        self.row.addWidget(inside)
        if self.boxes:
            self.setFocusProxy(next(iter(self.boxes.values())))

    def value(self) -> Any:
        chosen = [value for value, box in self.boxes.items() if box.isChecked()]
        if not chosen:
            raise Incomplete("Check at least one.")
        return chosen

    def set_value(self, value: Any) -> None:
        for each, box in self.boxes.items():
            box.setChecked(each in value)


class SomeOfMany(ValueEditor):
    """Any number of people or segments: a list with a box to check for each."""

    def __init__(self, name: str, options: Sequence[tuple[str, str]], missing: str = "Check at least one.") -> None:
        super().__init__()
        self._missing = missing
        self.list = QListWidget()
        self.list.setAccessibleName(f"{name}: values")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for value, text in options:
            self._add(value, text)
        self._fit()
        self.list.itemChanged.connect(lambda _item: self.changed.emit())
        self.row.addWidget(self.list)
        self.setFocusProxy(self.list)

    def value(self) -> Any:
        items = [self.list.item(row) for row in range(self.list.count())]
        chosen = [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked]
        if not chosen:
            raise Incomplete(self._missing)
        return chosen

    def set_value(self, value: Any) -> None:
        items = {self.list.item(row).data(Qt.ItemDataRole.UserRole): row for row in range(self.list.count())}
        for each in value:
            if each not in items:
                self._add(each, "unknown")
        for row in range(self.list.count()):
            item = self.list.item(row)
            chosen = item.data(Qt.ItemDataRole.UserRole) in value
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        self._fit()

    def _add(self, value: str, text: str) -> None:
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, value)
        item.setFlags(
            Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        )  # fmt: skip
        item.setCheckState(Qt.CheckState.Unchecked)
        self.list.addItem(item)

    def _fit(self) -> None:
        rows = max(1, min(MOST_ROWS, self.list.count()))
        line = max(self.list.sizeHintForRow(0), self.list.fontMetrics().height() + S)
        self.list.setFixedHeight(rows * line + 2 * self.list.frameWidth() + S)


class NumberValue(ValueEditor):
    """One whole number, or a pair for `between`."""

    def __init__(self, name: str, *, pair: bool = False, unit: str = "", least: int = 0, most: int = BIGGEST) -> None:
        super().__init__(wraps=True)
        self.fields = [NumberField(least, most) for _ in range(2 if pair else 1)]
        for number, field in enumerate(self.fields):
            if number:
                self.row.addWidget(_word("and"))
            which = ("from", "to")[number] if pair else "number"
            field.setAccessibleName(f"{name}: {which}")
            field.valueChanged.connect(lambda _value: self.changed.emit())
            self.row.addWidget(field)
        if unit:
            self.row.addWidget(_word(unit))
        self.setFocusProxy(self.fields[0])

    def value(self) -> Any:
        numbers = [field.value() for field in self.fields]
        return numbers if len(numbers) > 1 else numbers[0]

    def set_value(self, value: Any) -> None:
        for field, number in zip(self.fields, value if isinstance(value, list | tuple) else [value], strict=True):
            field.setValue(int(number))


class YesNo(ValueEditor):
    """Yes or no."""

    def __init__(self, name: str) -> None:
        super().__init__(wraps=True)
        self.box = ComboBox([("yes", "Yes"), ("no", "No")])
        self.box.setAccessibleName(f"{name}: value")
        self.box.value_changed.connect(lambda _value: self.changed.emit())
        self.row.addWidget(self.box)
        self.setFocusProxy(self.box)

    def value(self) -> Any:
        return self.box.value == "yes"

    def set_value(self, value: Any) -> None:
        self.box.set_value("yes" if value else "no")


def _word(text: str) -> QLabel:
    return text_label(text, "muted", wrap=False)
