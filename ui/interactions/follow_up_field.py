"""The follow-up time: typed in words or numbers, picked from a calendar, or by one of the usual choices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, tzinfo
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.interactions.local_time import (
    distance_text,
    due,
    full_text,
    in_days,
    is_skipped,
    next_monday,
    to_wall,
    tomorrow_at,
)
from ui.interactions.moment_input import MomentInput, day_first
from ui.interactions.when import DEFAULT_TIME, parse_when
from ui.theme.tokens import XS
from ui.widgets.buttons import button, icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label

MORNING = 9
NOT_UNDERSTOOD = "Write a day and a time, for example 25 Nov 14:30, tomorrow 9:00 or in 3 days."


class FollowUpField(MomentInput):
    """Below it stands what the text means and how far away that is."""

    def __init__(self, *, zone: tzinfo | None = None, now: Callable[[], datetime] | None = None) -> None:
        super().__init__("No follow-up. Try “tomorrow 9:00” or “25 Nov 14:30”", zone=zone, now=now)
        self.clear_button = icon_button("close", "Clear the follow-up", self._clear)
        self._preview: QLabel = text_label("", "caption")
        self._choices = choices = QWidget()
        flow = FlowLayout(choices, spacing=XS)
        self.choices: dict[str, QPushButton] = {}
        usual: dict[str, Callable[[], datetime]] = {
            "Tomorrow 9:00": lambda: tomorrow_at(MORNING, self._now(), self._zone),
            "In 3 days": lambda: in_days(3, MORNING, self._now(), self._zone),
            "Next week": lambda: next_monday(MORNING, self._now(), self._zone),
        }
        for name, when in usual.items():
            choice = button(name, partial(self._choose_time, when))
            choice.setAccessibleName(f"Follow up: {name}")
            self.choices[name] = choice
            flow.addWidget(choice)
        self.row.addWidget(self.clear_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(self.row)
        column.addWidget(choices)
        column.addWidget(self._preview)
        self._show_preview()

    def meant(self, text: str, now: datetime) -> datetime | None:
        return parse_when(text, now, day_first=day_first())

    def clock(self, moment: datetime | None) -> time:
        return DEFAULT_TIME if moment is None else moment.time()

    def setReadOnly(self, read_only: bool) -> None:
        super().setReadOnly(read_only)
        for part in (self._choices, self.clear_button):
            part.setHidden(read_only)

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self._show_preview()

    @property
    def preview(self) -> str:
        """What is said about the time below the field."""
        return self._preview.text()

    def _choose_time(self, when: Callable[[], datetime]) -> None:
        self._choose(when())

    def _clear(self) -> None:
        self.set_value(None)
        self.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _on_typed(self) -> None:
        self._show_preview()
        super()._on_typed()

    def _show_preview(self) -> None:
        value = self.value()
        self.clear_button.setEnabled(bool(self.input.text()))
        text, role = "", "caption"
        if isinstance(value, datetime):
            wall = to_wall(value, self._zone)
            text = distance_text(value, self._now(), self._zone)
            if self.input.text().strip() == full_text(wall):
                text = text[0].upper() + text[1:]
            else:
                text = f"{full_text(wall)}, {text}"
            typed = self.meant(self.input.text(), to_wall(self._now(), self._zone))
            if typed is not None and is_skipped(typed, self._zone):
                text = f"{typed:%H:%M} does not exist on that day: the clocks go forward. {text}"
            elif due(value, self._now(), self._zone) == "overdue":
                text, role = f"{text}: this time has passed.", "warning"
        self._preview.setText(text)
        self._preview.setVisible(bool(text))
        if self._preview.property("role") != role:
            self._preview.setProperty("role", role)
            restyle(self._preview)
