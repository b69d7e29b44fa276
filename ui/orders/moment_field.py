"""When something was: typed in words or numbers, or picked from a calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.forms.editors import LineEditor
from ui.interactions.follow_up_field import day_first
from ui.interactions.local_time import full_text, to_utc, to_wall
from ui.interactions.when import parse_when
from ui.theme.tokens import XS
from ui.widgets.buttons import icon_button
from ui.widgets.day_picker import DayPicker

NOT_UNDERSTOOD = "Write a day, with a time if it matters: 25 Nov 14:30, yesterday 9:00 or 2026-11-25."
_YEAR = re.compile(r"\d{4}|\d[./-]\d{1,2}[./-]\d{2}\b")
_CLOCK_ONLY = re.compile(r"\s*(at\s+)?\d{1,2}([:h]\d{2})?\s*(am|pm)?\s*")


class MomentField(QWidget):
    """The value is a moment in UTC, None where the field is blank, or the text itself when it is not understood."""

    edited = Signal()
    left = Signal()

    def __init__(self, *, zone: tzinfo | None = None, now: Callable[[], datetime] | None = None) -> None:
        super().__init__()
        self._zone = zone
        self._now = now or (lambda: datetime.now(UTC))
        self._moment: datetime | None = None
        self.input = LineEditor()
        self.input.setPlaceholderText("Now")
        self.setFocusProxy(self.input)
        self.calendar_button = icon_button("calendar", "Choose a day", self._open_calendar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(XS)
        row.addWidget(self.input, 1)
        row.addWidget(self.calendar_button)
        self.input.edited.connect(self.edited)
        self.input.left.connect(self._on_finished)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(f"{name} editor")
        self.input.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        self.input.setAccessibleDescription(description)

    def setReadOnly(self, read_only: bool) -> None:
        self.input.setReadOnly(read_only)
        self.calendar_button.setHidden(read_only)

    def value(self) -> Any:
        """A moment is kept as it was, down to the second, until the text is changed."""
        text = self.input.text().strip()
        if not text:
            return None
        if self._moment is not None and text == full_text(to_wall(self._moment, self._zone)):
            return self._moment
        wall = before(text, to_wall(self._now(), self._zone))
        return text if wall is None else to_utc(wall, self._zone)

    def set_value(self, value: Any) -> None:
        self._moment = value if isinstance(value, datetime) else None
        text = str(value or "") if self._moment is None else full_text(to_wall(self._moment, self._zone))
        self.input.show_text(text)

    def _on_finished(self) -> None:
        value = self.value()
        if isinstance(value, datetime):
            self.set_value(value)  # written out in full: no doubt about the day
        self.left.emit()

    def _open_calendar(self) -> None:
        value = self.value()
        start = to_wall(value if isinstance(value, datetime) else self._now(), self._zone)

        def chosen(day: date) -> None:
            self.set_value(to_utc(datetime.combine(day, start.time().replace(second=0, microsecond=0)), self._zone))
            self.input.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edited.emit()

        picker = DayPicker(start.date(), self)
        picker.chosen.connect(chosen)
        picker.open_below(self.input)


def before(text: str, now: datetime) -> datetime | None:
    """The local time meant by the text, of something that was: a day without a year is the last such day."""
    wall = parse_when(text, now, day_first=day_first())
    if wall is None or wall <= now:
        return wall
    if _CLOCK_ONLY.fullmatch(text.lower()):
        return wall - timedelta(days=1) if wall.date() > now.date() else wall
    if wall.date() > now.date() + timedelta(days=1) and not _YEAR.search(text) and "in " not in text.lower():
        try:
            return wall.replace(year=wall.year - 1)
        except ValueError:
            return wall
    return wall
