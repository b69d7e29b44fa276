"""The filters above the orders: status, period, and the builder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.listing.request import ListRequest
from crm_desktop.orders.listed import FIELDS
from ui.filters.boxes import Boxes, arranged, divided, one_of
from ui.filters.conditions import Conditions
from ui.orders.words import STATUS_WORDS
from ui.theme.tokens import S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox

_PERIODS: Mapping[str, tuple[str, Any]] = {
    "30": ("Last 30 days", {"last_days": 30}),
    "month": ("This month", "this_month"),
    "quarter": ("This quarter", "this_quarter"),
    "year": ("This year", "this_year"),
    "last_year": ("Last year", "last_year"),
}
_SAID: Boxes = {
    "status": one_of("status"),
    "period": lambda part: part.get("field") == "ordered_at" and _period(part) is not None,
}


class OrderFilters(QWidget):
    """Wraps on narrow windows."""

    changed = Signal()

    def __init__(self, conditions: Conditions) -> None:
        super().__init__()
        self.conditions = conditions
        self.status = _box("Filter by status", [("", "Any status"), *STATUS_WORDS.items()])
        self.period = _box(
            "Filter by date", [("", "Any time"), *((key, words) for key, (words, _value) in _PERIODS.items())]
        )
        self.clear_button = button("Clear", self.clear, kind="link")
        self.clear_button.setAccessibleName("Clear filters")
        self._flow = FlowLayout(self, spacing=S)
        for box in (self.status, self.period):
            box.value_changed.connect(lambda _value: self._on_changed())
        conditions.changed.connect(self._on_changed)
        conditions.chips.cleared.connect(self.clear)
        self._show_state()

    def add_views(self, views_button: QWidget) -> None:
        """Lay all out, the button of the views in front."""
        for widget in (views_button, self.conditions.button, self.status, self.period, self.clear_button):
            self._flow.addWidget(widget)

    def viewed(self) -> dict[str, Any] | None:
        """What is chosen, whosever orders are listed."""
        return self.filter(None)

    def arranged(self, wanted: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """A filter as the bar gives it back once it is set. InvalidFilter when it cannot be used."""
        return arranged(wanted, FIELDS, _SAID)

    def set_filter(self, wanted: Mapping[str, Any] | None) -> None:
        """Put a filter in place of what was on: a status and a period as the choices, the rest as chips.

        InvalidFilter, and nothing changes, when it cannot be used.
        """
        quick, rest = divided(wanted, FIELDS, _SAID)
        self._choose(quick["status"]["value"] if "status" in quick else "", _period(quick.get("period", {})) or "")
        self.conditions.set_quietly(rest)
        self._on_changed()

    def filter(self, customer_id: UUID | None) -> dict[str, Any] | None:
        """What is chosen, in the filter language, for one customer or all; None when everything is let in."""
        parts = [*self._quick(customer_id), *self.conditions.active.members]
        return {"all": parts} if parts else None

    def beside(self, customer_id: UUID | None) -> ListRequest:
        """What narrows the list besides the conditions of the builder."""
        parts = self._quick(customer_id)
        return ListRequest(filter={"all": parts} if parts else None)

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.status.value or self.period.value or self.conditions.active.members)

    def clear(self) -> None:
        """Let everything in."""
        self.set_filter(None)

    def _choose(self, status: str, period: str) -> None:
        for box, value in ((self.status, status), (self.period, period)):
            box.blockSignals(True)
            box.set_value(value)
            box.blockSignals(False)

    def _quick(self, customer_id: UUID | None) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        if customer_id is not None:
            parts.append({"field": "customer_id", "operator": "is", "value": str(customer_id)})
        if self.status.value:
            parts.append({"field": "status", "operator": "is", "value": self.status.value})
        if self.period.value:
            parts.append({"field": "ordered_at", "operator": "within", "value": _PERIODS[self.period.value][1]})
        return parts

    def _on_changed(self) -> None:
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        # Below, where there are chips, is a "Clear all" for everything.
        self.clear_button.setHidden(not self.is_set or bool(self.conditions.active.members))
        self.updateGeometry()


def _period(part: Mapping[str, Any]) -> str | None:
    """The period of the box that a condition is about."""
    if part.get("operator") != "within":
        return None
    return next((key for key, (_words, value) in _PERIODS.items() if value == part["value"]), None)


def _box(name: str, options: list[tuple[str, str]]) -> ComboBox:
    box = ComboBox(options)
    box.setAccessibleName(name)
    box.setMinimumContentsLength(0)
    box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
    return box
