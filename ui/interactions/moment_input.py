"""A moment: typed in words or numbers, or its day picked from a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.forms.editors import LineEditor
from ui.interactions.local_time import full_text, to_utc, to_wall
from ui.theme.tokens import XS
from ui.widgets.buttons import icon_button
from ui.widgets.day_picker import DayPicker


class MomentInput(QWidget):
    """The value is a moment in UTC, None where it is blank, or the text itself when it is not understood.

    Those that derive from it lay out `row`, and say what a text means and which hour a picked day gets."""

    edited = Signal()
    left = Signal()

    def __init__(
        self, placeholder: str, *, zone: tzinfo | None = None, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__()
        self._zone = zone
        self._now = now or (lambda: datetime.now(UTC))
        self._moment: datetime | None = None
        self.input = LineEditor()
        self.input.setPlaceholderText(placeholder)
        self.setFocusProxy(self.input)
        self.calendar_button = icon_button("calendar", "Choose a day", self._open_calendar)
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(XS)
        self.row.addWidget(self.input, 1)
        self.row.addWidget(self.calendar_button)
        self.input.edited.connect(self._on_typed)
        self.input.left.connect(self._on_finished)

    def meant(self, text: str, now: datetime) -> datetime | None:
        """The local time that the text means; None when it is not understood."""
        raise NotImplementedError

    def clock(self, moment: datetime | None) -> time:
        """The hour of a day that is picked, where the field says `moment`, in local time."""
        raise NotImplementedError

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(f"{name} editor")
        self.input.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        self.input.setAccessibleDescription(description)

    def setReadOnly(self, read_only: bool) -> None:
        """Only the time itself is left, to be read."""
        self.input.setReadOnly(read_only)
        self.calendar_button.setHidden(read_only)

    def value(self) -> Any:
        """A moment is kept as it was, down to the second, until the text is changed."""
        text = self.input.text().strip()
        if not text:
            return None
        if self._moment is not None and text == full_text(to_wall(self._moment, self._zone)):
            return self._moment
        wall = self.meant(text, to_wall(self._now(), self._zone))
        return text if wall is None else to_utc(wall, self._zone)

    def set_value(self, value: Any) -> None:
        self._moment = value if isinstance(value, datetime) else None
        text = str(value or "") if self._moment is None else full_text(to_wall(self._moment, self._zone))
        self.input.show_text(text)

    def _choose(self, wall: datetime) -> None:
        self.set_value(to_utc(wall, self._zone))
        self.edited.emit()

    def _on_typed(self) -> None:
        self.edited.emit()

    def _on_finished(self) -> None:
        value = self.value()
        if isinstance(value, datetime):
            self.set_value(value)  # written out in full: no doubt about the day
        self.left.emit()

    def _open_calendar(self) -> None:
        value = self.value()
        shown = to_wall(value, self._zone) if isinstance(value, datetime) else None

        def chosen(day: date) -> None:
            self._choose(datetime.combine(day, self.clock(shown)))
            self.input.setFocus(Qt.FocusReason.OtherFocusReason)

        start = shown or to_wall(self._now(), self._zone)
        picker = DayPicker(start.date(), self)
        picker.chosen.connect(chosen)
        picker.open_below(self.input)


def day_first() -> bool:
    """What 03/04 is, after the order of the computer's own short dates."""
    pattern = QLocale().dateFormat(QLocale.FormatType.ShortFormat).lower()
    return pattern.find("d") < pattern.find("m")
