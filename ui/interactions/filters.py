"""The filters above the interactions: type, priority, status, due, who, and a company's contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.customers.queries import RECENT_DAYS
from crm_desktop.customers.suggestions import Person
from crm_desktop.interactions.listed import FIELDS
from crm_desktop.listing.request import ListRequest
from ui.filters.boxes import Boxes, arranged, divided, one_of
from ui.filters.conditions import Conditions
from ui.interactions.words import PRIORITY_WORDS, STATUS_WORDS, TYPE_WORDS
from ui.theme.tokens import S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox

DUE = (
    ("", "Any time"),
    ("overdue", "Overdue"),
    ("today", "Due today"),
    ("week", "Due this week"),
    ("recent", f"Last {RECENT_DAYS} days"),
)
ANYONE, ME = "", "me"
# A contact can be chosen only while one company's interactions are shown; in a saved view it stands among the chips.
_BOXES = {
    "due": "due",
    "type": "type",
    "priority": "priority",
    "status": "status",
    "who": "assignee_id",
    "contact": "contact_id",
}
_RECENT = {"field": "created_at", "operator": "within", "value": {"last_days": RECENT_DAYS}}
_SAID: Boxes = {
    "due": lambda part: part == _RECENT or one_of("due")(part),
    **{name: one_of(field) for name, field in _BOXES.items() if name not in ("due", "contact")},
}


class InteractionFilters(QWidget):
    """Wraps on narrow windows; there the boxes hide behind a button until they are wanted."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.due = _box("Filter by due", DUE)
        self.type = _box("Filter by type", (("", "All types"), *TYPE_WORDS.items()))
        self.priority = _box("Filter by priority", (("", "Any priority"), *PRIORITY_WORDS.items()))
        self.status = _box("Filter by status", (("", "Any status"), *STATUS_WORDS.items()))
        self.who = _box("Filter by who", ((ANYONE, "Anyone"), (ME, "Me")))
        self.contact = _box("Filter by contact", (("", "All contacts"),))
        self.boxes = (self.due, self.type, self.priority, self.status, self.who, self.contact)
        self.toggle_button = button("Quick filters", self._toggle, icon_name="menu", kind="ghost")
        self.clear_button = button("Clear", self.clear, kind="link")
        self.clear_button.setAccessibleName("Clear filters")
        self.conditions: Conditions | None = None
        self._narrow = False
        self._open = False
        self._flow = flow = FlowLayout(self, spacing=S)
        flow.addWidget(self.toggle_button)
        for box in self.boxes:
            box.value_changed.connect(self._on_changed)
            flow.addWidget(box)
        flow.addWidget(self.clear_button)
        self._show_state()

    def filter(self, customer_id: UUID | None) -> dict[str, Any] | None:
        """What is chosen, in the filter language, for one customer or all; None when everything is let in."""
        parts: list[dict[str, Any]] = []
        if customer_id is not None:
            parts.append({"field": "customer_id", "operator": "is", "value": str(customer_id)})
        parts += self._quick()
        if self.conditions is not None:
            parts += self.conditions.active.members
        return {"all": parts} if parts else None

    def viewed(self) -> dict[str, Any] | None:
        """What is chosen, whosever interactions are listed."""
        return self.filter(None)

    def arranged(self, wanted: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """A filter as the bar gives it back once it is set. InvalidFilter when it cannot be used."""
        return arranged(wanted, FIELDS, _SAID)

    def _quick(self) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        if self.due.value == "recent":
            parts.append(_RECENT)
        elif self.due.value:
            parts.append({"field": "due", "operator": "is", "value": self.due.value})
        for name, field in _BOXES.items():
            box: ComboBox = getattr(self, name)
            if name != "due" and box.value:
                parts.append({"field": field, "operator": "is", "value": box.value})
        return parts

    def set_filter(self, wanted: Mapping[str, Any] | None) -> None:
        """Put a filter in place of what was on: what the boxes can say there, the rest as chips.

        InvalidFilter, and nothing changes, when it cannot be used.
        """
        quick, rest = divided(wanted, FIELDS, _SAID)
        if self.conditions is not None:
            self.conditions.set_quietly(rest)
        self._show_choices({name: self._value_of(name, part) for name, part in quick.items()})
        self._on_changed()

    def _value_of(self, name: str, part: Mapping[str, Any]) -> str:
        value = "recent" if name == "due" and part["operator"] == "within" else str(part["value"])
        box: ComboBox = getattr(self, name)
        if box.findData(value) < 0:
            box.addItem("…", value)  # somebody whose name is still to come
        return value

    def use(self, conditions: Conditions, views_button: QWidget) -> None:
        """Put the views in front and the builder behind the boxes."""
        self.conditions = conditions
        conditions.changed.connect(self._on_changed)
        conditions.chips.cleared.connect(self.clear)
        while self._flow.takeAt(0) is not None:
            pass
        for widget in (views_button, self.toggle_button, *self.boxes, conditions.button, self.clear_button):
            self._flow.addWidget(widget)
        self._show_state()

    def beside(self, customer_id: UUID | None) -> ListRequest:
        """What narrows the list besides the conditions of the builder."""
        held = [{"field": "customer_id", "operator": "is", "value": str(customer_id)}] if customer_id else []
        parts = [*held, *self._quick()]
        return ListRequest(filter={"all": parts} if parts else None)

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        chosen = any(box.value for box in self.boxes)
        return chosen or (self.conditions is not None and bool(self.conditions.active.members))

    def choose(self, **values: str) -> None:
        """Let in these only, whatever was on; those not named let everything in."""
        if self.conditions is not None:
            self.conditions.set_quietly([])
        self._show_choices(values)
        self._on_changed()

    def _show_choices(self, values: Mapping[str, str]) -> None:
        for name in _BOXES:
            box: ComboBox = getattr(self, name)
            box.blockSignals(True)
            box.set_value(values.get(name, ""))
            box.blockSignals(False)

    def clear(self) -> None:
        """Let everything in."""
        self.choose()

    def set_people(self, people: Iterable[Person], me: UUID) -> None:
        """Who can be chosen besides oneself."""
        chosen = self.who.value
        self.who.blockSignals(True)
        self.who.clear()
        self.who.addItem("Anyone", ANYONE)
        self.who.addItem("Me", ME)
        for person in people:
            if person.id != me:
                self.who.addItem(person.name, str(person.id))
        self.who.set_value(chosen)
        self.who.blockSignals(False)

    def set_contacts(self, contacts: Iterable[tuple[UUID, str]]) -> None:
        """The contacts of the customer whose interactions are shown; without any there is nothing to choose from."""
        self.contact.blockSignals(True)
        self.contact.clear()
        self.contact.addItem("All contacts", "")
        for contact_id, name in contacts:
            self.contact.addItem(name, str(contact_id))
        self.contact.blockSignals(False)
        self._show_state()

    def set_narrow(self, narrow: bool) -> None:
        """On a narrow window the boxes take room only when they are wanted."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._show_state()

    def _toggle(self) -> None:
        self._open = not self._open
        self._show_state()

    def _on_changed(self) -> None:
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        count = sum(bool(box.value) for box in self.boxes)
        self.toggle_button.setText(f"Quick filters ({count})" if count else "Quick filters")
        self.toggle_button.setHidden(not self._narrow)
        for box in self.boxes:
            nothing = box is self.contact and box.count() == 1
            box.setHidden(nothing or (self._narrow and not self._open and not box.value))
        # Below, where there are chips, is a "Clear all" for everything.
        chips = self.conditions is not None and bool(self.conditions.active.members)
        self.clear_button.setHidden(not self.is_set or chips)
        self.updateGeometry()


def _box(name: str, options: Iterable[tuple[str, str]]) -> ComboBox:
    box = ComboBox(list(options))
    box.setAccessibleName(name)
    box.setMinimumContentsLength(0)
    box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMaximumWidth(box.fontMetrics().averageCharWidth() * 28)
    return box
