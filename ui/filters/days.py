"""Editors of days and periods: a date, so many days, weeks, months or years from today, "the last 30 days"."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QLocale
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDateEdit, QVBoxLayout, QWidget

from ui.filters.values import ValueEditor
from ui.theme.tokens import S
from ui.widgets.buttons import icon_button
from ui.widgets.day_picker import DayPicker
from ui.widgets.form import ComboBox, NumberField
from ui.widgets.labels import text_label

_AGO = {"days": "days ago", "weeks": "weeks ago", "months": "months ago", "years": "years ago"}
_AHEAD = {"days": "days from today", "weeks": "weeks from today", "months": "months from today"}
_DAYS = (
    ("date", "the date"),
    *((f"-{unit}", words) for unit, words in _AGO.items()),
    *(("yesterday", "yesterday"), ("today", "today"), ("tomorrow", "tomorrow")),
    *((f"+{unit}", words) for unit, words in _AHEAD.items()),
)
_PERIODS = (
    ("last_days", "the last"),
    ("next_days", "the next"),
    *(("today", "today"), ("yesterday", "yesterday"), ("tomorrow", "tomorrow")),
    *((f"{which}_{unit}", f"{which} {unit}")
      for unit in ("week", "month", "quarter", "year") for which in ("this", "last", "next")),
)  # fmt: skip
_MOST = 36_525
_SHOWN_DAYS = 30


class DateField(QDateEdit):
    """A date that the mouse wheel does not change by accident."""

    def __init__(self, name: str) -> None:
        super().__init__(QDate.currentDate())
        self.setDisplayFormat(
            QLocale().dateFormat(QLocale.FormatType.ShortFormat).replace("yyyy", "yy").replace("yy", "yyyy")
        )
        self.setDateRange(QDate(1900, 1, 1), QDate(2999, 12, 31))
        self.setAccessibleName(f"{name}: date")
        self.lineEdit().setTextMargins(10, 0, 0, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class DayValue(ValueEditor):
    """A day: fixed, named, or so far from today. `now` offers this moment as well."""

    def __init__(self, name: str, *, now: bool = False) -> None:
        super().__init__(wraps=True)
        options = [*_DAYS, ("now", "now")] if now else list(_DAYS)
        self.number = NumberField(1, _MOST)
        self.number.setAccessibleName(f"{name}: how many")
        self.number.setMaximumWidth(self.number.fontMetrics().averageCharWidth() * 12)
        self.number.setValue(_SHOWN_DAYS)
        self.which = ComboBox(options)
        self.which.setAccessibleName(f"{name}: day")
        self.which.setMinimumContentsLength(13)
        self.which.setMinimumWidth(self.which.fontMetrics().averageCharWidth() * 10)
        self.which.set_value("-days")
        self.date = DateField(name)
        self.calendar_button = icon_button("calendar", "Choose a day", self._open_calendar)
        for widget in (self.number, self.which, self.date, self.calendar_button):
            self.row.addWidget(widget)
        self.number.valueChanged.connect(lambda _value: self.changed.emit())
        self.date.dateChanged.connect(lambda _date: self.changed.emit())
        self.which.value_changed.connect(self._on_which)
        self.setFocusProxy(self.which)
        self._show()

    def value(self) -> Any:
        which = self.which.value
        if which == "date":
            return self.date.date().toString("yyyy-MM-dd")
        if which[0] in "+-":
            return {which[1:]: self.number.value() * (1 if which[0] == "+" else -1)}
        return which

    def set_value(self, value: Any) -> None:
        if isinstance(value, dict):
            unit, amount = next(iter(value.items()))
            self.which.set_value(f"{'+' if amount > 0 else '-'}{unit}")
            self.number.setValue(abs(amount))
        elif value[0].isdigit():
            self.which.set_value("date")
            self.date.setDate(QDate.fromString(value, "yyyy-MM-dd"))
        else:
            self.which.set_value(value)

    @staticmethod
    def can_show(value: Any) -> bool:
        """Whether the person could have chosen it here."""
        if isinstance(value, dict):
            unit, amount = next(iter(value.items()))
            return amount != 0 and unit in (_AHEAD if amount > 0 else _AGO)
        text = str(value)
        return not text[0].isdigit() or (len(text) == 10 and "1900" <= text[:4] <= "2999")

    def _on_which(self, _value: str) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        which = self.which.value
        self.number.setVisible(which[0] in "+-")
        self.date.setVisible(which == "date")
        self.calendar_button.setVisible(which == "date")

    def _open_calendar(self) -> None:
        shown = self.date.date()
        picker = DayPicker(date(shown.year(), shown.month(), shown.day()), self)
        picker.chosen.connect(lambda day: self.date.setDate(QDate(day.year, day.month, day.day)))
        picker.open_below(self.date)


class TwoDays(ValueEditor):
    """From one day to another."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.days = (DayValue(f"{name} from"), DayValue(f"{name} to"))
        self.days[1].which.set_value("today")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for word, day in zip(("", "and"), self.days, strict=True):
            if word:
                column.addWidget(text_label(word, "muted", wrap=False))
            day.changed.connect(self.changed)
            column.addWidget(day)
        self.row.addWidget(inside)
        self.setFocusProxy(self.days[0])

    def value(self) -> Any:
        return [day.value() for day in self.days]

    def set_value(self, value: Any) -> None:
        for day, each in zip(self.days, value, strict=True):
            day.set_value(each)


class PeriodValue(ValueEditor):
    """A period around today."""

    def __init__(self, name: str) -> None:
        super().__init__(wraps=True)
        self.which = ComboBox(list(_PERIODS))
        self.which.setAccessibleName(f"{name}: period")
        self.which.setMinimumContentsLength(11)
        self.which.setMinimumWidth(self.which.fontMetrics().averageCharWidth() * 10)
        self.number = NumberField(1, _MOST)
        self.number.setAccessibleName(f"{name}: how many days")
        self.number.setMaximumWidth(self.number.fontMetrics().averageCharWidth() * 12)
        self.number.setValue(_SHOWN_DAYS)
        self._unit = text_label("days", "muted", wrap=False)
        for widget in (self.which, self.number, self._unit):
            self.row.addWidget(widget)
        self.number.valueChanged.connect(lambda _value: self.changed.emit())
        self.which.value_changed.connect(self._on_which)
        self.setFocusProxy(self.which)

    def value(self) -> Any:
        which = self.which.value
        return {which: self.number.value()} if which.endswith("_days") else which

    def set_value(self, value: Any) -> None:
        if isinstance(value, dict):
            which, number = next(iter(value.items()))
            self.which.set_value(which)
            self.number.setValue(number)
        else:
            self.which.set_value(value)

    def _on_which(self, which: str) -> None:
        for widget in (self.number, self._unit):
            widget.setVisible(which.endswith("_days"))
        self.changed.emit()
