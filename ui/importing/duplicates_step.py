"""Fourth step: what makes a row and a record the same, and what happens then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from ui.importing.choices import Choices
from ui.importing.step import Step
from ui.importing.words import KEY_CHOICES, KEY_HINTS, NOUNS, OFFERED, UPDATE
from ui.theme.tokens import XS
from ui.widgets.form import ComboBox, FormField
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

_SAME = {
    "contacts": "A contact is there already when the same company has one with this email address, or with this name "
    "where one of the two has no address.",
    "interactions": "An interaction is there already when the customer has one of the same type, subject, description "
    "and date. Interactions that are there are never changed by an import.",
    "products": "A product is there already when one has this SKU, whatever its case.",
    "orders": "An order is there already when one has this number. An update changes its date, status, currency and "
    "lines to what the rows say; an order is never moved to another customer.",
}


class DuplicatesStep(Step):
    title = "Duplicates"
    next_text = "Check"

    def __init__(self, context: Signed, choices: Choices) -> None:
        super().__init__(context, choices)
        box = self.column
        box.setSpacing(XS)
        self.key = ComboBox(list(KEY_CHOICES))
        self.key_field = FormField("A customer is there already, if this is the same", self.key)
        self.same = text_label("")
        self.question = text_label("", "subheading")
        box.addWidget(self.key_field)
        box.addWidget(self.same)
        box.addSpacing(14)
        box.addWidget(self.question)
        self.overwrite = ComboBox([("", "Fill blank fields only"), ("yes", "Replace what is filled, too")])
        hint = "A replaced email address or number stays among the others; replaced notes stay above the new ones."
        self.overwrite_field = FormField("What an update may do", self.overwrite, hint=hint)
        self.overwrite_field.setContentsMargins(30, 0, 0, 8)
        self.existing = QButtonGroup(self)
        self._parts: dict[str, tuple[QRadioButton, QWidget]] = {}
        for key, title, text in (
            ("skip", "Skip the row", "Nothing changes for whom you have. This is the safe choice."),
            ("update", UPDATE, "Fields get what the row has. Further addresses, numbers and tags are added."),
            ("create", "Create it all the same", "Every row becomes a new record, also where that makes duplicates."),
        ):
            radio = QRadioButton(title)
            radio.setProperty("existing", key)
            radio.setAccessibleDescription(text)
            inner = text_label(text, "caption")
            inner.setContentsMargins(30, 0, 0, 6)
            self.existing.addButton(radio)
            self._parts[key] = (radio, inner)
            box.addWidget(radio)
            box.addWidget(inner)
            if key == "update":
                box.addWidget(self.overwrite_field)
        box.addSpacing(10)
        self.once = text_label(
            "Rows of the file that are the same are imported once, unless you create all.", "caption"
        )
        box.addWidget(self.once)
        box.addStretch(1)
        self.key.value_changed.connect(self._on_key)
        self.existing.buttonToggled.connect(lambda _button, on: self._on_existing() if on else None)
        self.overwrite.value_changed.connect(lambda value: setattr(choices, "overwrite", bool(value)))

    def enter(self) -> None:
        choices = self._choices
        offered = OFFERED[choices.kind]
        if choices.existing not in offered:
            choices.existing = "skip"
        for key, (radio, inner) in self._parts.items():
            radio.setVisible(key in offered)
            inner.setVisible(key in offered)
            radio.setChecked(key == choices.existing)
        self.key_field.setVisible(choices.kind == "customers")
        self.same.setVisible(choices.kind != "customers")
        self.once.setVisible(choices.kind != "orders")
        self.same.setText(_SAME.get(choices.kind, ""))
        subject = "order" if choices.kind == "orders" else NOUNS[choices.kind]
        self.question.setText(f"What shall happen to a row whose {subject} is there already?")
        overwrite = choices.overwrite
        self.key.set_value(choices.key)
        self.overwrite.set_value("yes" if overwrite else "")
        self._on_key(choices.key)
        self._show_overwrite()

    def _on_key(self, key: str) -> None:
        self._choices.key = key
        self.key_field.set_hint(KEY_HINTS.get(key, ""))

    def _on_existing(self) -> None:
        chosen = self.existing.checkedButton()
        if chosen is not None:
            self._choices.existing = str(chosen.property("existing"))
        self._show_overwrite()

    def _show_overwrite(self) -> None:
        can_choose = self._choices.kind in ("customers", "contacts")
        self.overwrite_field.setVisible(can_choose and self._choices.existing == "update")
        self.key_field.setEnabled(self._choices.existing != "create")
