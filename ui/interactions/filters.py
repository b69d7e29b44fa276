"""The filters above the interactions: type, priority, status, due, who."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.customers.queries import RECENT_DAYS
from crm_desktop.customers.suggestions import Person
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
        self.boxes = (self.due, self.type, self.priority, self.status, self.who)
        self.toggle_button = button("Filters", self._toggle, icon_name="filter", kind="ghost")
        self.clear_button = button("Clear", self.clear, kind="link")
        self.clear_button.setAccessibleName("Clear filters")
        self._narrow = False
        self._open = False
        flow = FlowLayout(self, spacing=S)
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
        if self.due.value == "recent":
            parts.append({"field": "created_at", "operator": "within", "value": {"last_days": RECENT_DAYS}})
        elif self.due.value:
            parts.append({"field": "due", "operator": "is", "value": self.due.value})
        for field, box in (
            ("type", self.type),
            ("priority", self.priority),
            ("status", self.status),
            ("assignee_id", self.who),
        ):
            if box.value:
                parts.append({"field": field, "operator": "is", "value": box.value})
        return {"all": parts} if parts else None

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return any(box.value for box in self.boxes)

    def choose(self, **values: str) -> None:
        """Set filters by name at once; those not named let everything in."""
        for name in ("due", "type", "priority", "status", "who"):
            box: ComboBox = getattr(self, name)
            box.blockSignals(True)
            box.set_value(values.get(name, ""))
            box.blockSignals(False)
        self._on_changed()

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
        self.toggle_button.setText(f"Filters ({count})" if count else "Filters")
        self.toggle_button.setHidden(not self._narrow)
        for box in self.boxes:
            box.setHidden(self._narrow and not self._open and not box.value)
        self.clear_button.setHidden(not self.is_set)
        self.updateGeometry()


def _box(name: str, options: Iterable[tuple[str, str]]) -> ComboBox:
    box = ComboBox(list(options))
    box.setAccessibleName(name)
    box.setMinimumContentsLength(0)
    box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMaximumWidth(box.fontMetrics().averageCharWidth() * 28)
    return box
