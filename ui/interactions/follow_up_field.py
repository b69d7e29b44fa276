"""The follow-up time: typed in words or numbers, picked from a calendar, or by one of the usual choices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.forms.editors import LineEditor
from ui.interactions.local_time import (
    distance_text,
    due,
    full_text,
    in_days,
    is_skipped,
    next_monday,
    to_utc,
    to_wall,
    tomorrow_at,
)
from ui.interactions.when import DEFAULT_TIME, parse_when
from ui.theme.tokens import XS
from ui.widgets.buttons import button, icon_button
from ui.widgets.day_picker import DayPicker
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label

MORNING = 9
NOT_UNDERSTOOD = "Write a day and a time, for example 25 Nov 14:30, tomorrow 9:00 or in 3 days."


class FollowUpField(QWidget):
    """The value is a moment in UTC, None, or the text itself when it is not understood."""

    edited = Signal()
    left = Signal()

    def __init__(self, *, zone: tzinfo | None = None, now: Callable[[], datetime] | None = None) -> None:
        super().__init__()
        self._zone = zone
        self._now = now or (lambda: datetime.now(UTC))
        self._moment: datetime | None = None
        self.input = LineEditor()
        self.input.setPlaceholderText("No follow-up. Try “tomorrow 9:00” or “25 Nov 14:30”")
        self.setFocusProxy(self.input)
        self.calendar_button = icon_button("calendar", "Choose a day", self._open_calendar)
        self.clear_button = icon_button("close", "Clear the follow-up", self._clear)
        self._preview: QLabel = text_label("", "caption")
        self._choices = choices = QWidget()
        flow = FlowLayout(choices, spacing=XS)
        self.choices: dict[str, QPushButton] = {}
        times: dict[str, Callable[[], datetime]] = {
            "Tomorrow 9:00": lambda: tomorrow_at(MORNING, self._now(), self._zone),
            "In 3 days": lambda: in_days(3, MORNING, self._now(), self._zone),
            "Next week": lambda: next_monday(MORNING, self._now(), self._zone),
        }
        for name, time in times.items():
            choice = button(name, partial(self._choose_time, time))
            choice.setAccessibleName(f"Follow up: {name}")
            self.choices[name] = choice
            flow.addWidget(choice)
        row = QHBoxLayout()
        row.setSpacing(XS)
        row.addWidget(self.input, 1)
        row.addWidget(self.calendar_button)
        row.addWidget(self.clear_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(row)
        column.addWidget(choices)
        column.addWidget(self._preview)
        self.input.edited.connect(self._on_typed)
        self.input.left.connect(self._on_finished)
        self._show_preview()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(f"{name} editor")
        self.input.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        self.input.setAccessibleDescription(description)

    def setReadOnly(self, read_only: bool) -> None:
        """Only the time itself is left, to be read."""
        self.input.setReadOnly(read_only)
        for part in (self._choices, self.calendar_button, self.clear_button):
            part.setHidden(read_only)

    def value(self) -> Any:
        """A moment typed by minutes is kept as it was, down to the second, until the text is changed."""
        text = self.input.text().strip()
        if not text:
            return None
        if self._moment is not None and text == full_text(to_wall(self._moment, self._zone)):
            return self._moment
        wall = parse_when(text, to_wall(self._now(), self._zone), day_first=day_first())
        return text if wall is None else to_utc(wall, self._zone)

    def set_value(self, value: Any) -> None:
        self._moment = value if isinstance(value, datetime) else None
        if self._moment is not None:
            self.input.show_text(full_text(to_wall(self._moment, self._zone)))
        else:
            self.input.show_text(str(value or ""))
        self._show_preview()

    @property
    def preview(self) -> str:
        """What is said about the time below the field."""
        return self._preview.text()

    def _choose_time(self, time: Callable[[], datetime]) -> None:
        self._choose(time())

    def _choose(self, wall: datetime) -> None:
        self.set_value(to_utc(wall, self._zone))
        self.edited.emit()

    def _clear(self) -> None:
        self.set_value(None)
        self.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _on_typed(self) -> None:
        self._show_preview()
        self.edited.emit()

    def _on_finished(self) -> None:
        value = self.value()
        if isinstance(value, datetime):
            self.set_value(value)  # written out in full: no doubt about the day
        self.left.emit()

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
            typed = parse_when(self.input.text(), to_wall(self._now(), self._zone), day_first=day_first())
            if typed is not None and is_skipped(typed, self._zone):
                text = f"{typed:%H:%M} does not exist on that day: the clocks go forward. {text}"
            elif due(value, self._now(), self._zone) == "overdue":
                text, role = f"{text}: this time has passed.", "warning"
        self._preview.setText(text)
        self._preview.setVisible(bool(text))
        if self._preview.property("role") != role:
            self._preview.setProperty("role", role)
            restyle(self._preview)

    def _open_calendar(self) -> None:
        value = self.value()
        start = to_wall(value if isinstance(value, datetime) else self._now(), self._zone)
        clock = start.time() if isinstance(value, datetime) else DEFAULT_TIME

        def chosen(day: date) -> None:
            self._choose(datetime.combine(day, clock))
            self.input.setFocus(Qt.FocusReason.OtherFocusReason)

        picker = DayPicker(start.date(), self)
        picker.chosen.connect(chosen)
        picker.open_below(self.input)


def day_first() -> bool:
    """What 03/04 is, after the order of the computer's own short dates."""
    pattern = QLocale().dateFormat(QLocale.FormatType.ShortFormat).lower()
    return pattern.find("d") < pattern.find("m")
