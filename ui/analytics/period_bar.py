"""Which period the charts show, whether with the one before, in which steps and which currency; remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDate, QPoint, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from crm_desktop.analytics.shapes import PRESETS, Period, Question
from crm_desktop.analytics.words import period_words
from crm_desktop.listing.periods import Clock
from ui.filters.days import DateField
from ui.theme import icon
from ui.theme.tokens import XS, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.day_picker import DayPicker
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

CUSTOM = "custom"
USUAL = "last_12_months"
STEPS = (("", "Steps: auto"), ("day", "By day"), ("week", "By week"), ("month", "By month"), ("year", "By year"))
FILES = (("pdf", "Save all charts as PDF…"), ("png", "Save all charts as picture (PNG)…"))


class DayChoice(QWidget):
    """A date field with its calendar."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.field = DateField(name)
        self._calendar = icon_button("calendar", f"{name}: choose a day", self._open_calendar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.field)
        row.addWidget(self._calendar)
        self.field.editingFinished.connect(self.changed)

    @property
    def day(self) -> date:
        shown = self.field.date()
        return date(shown.year(), shown.month(), shown.day())

    def set_day(self, day: date) -> None:
        self.field.setDate(QDate(day.year, day.month, day.day))

    def _open_calendar(self) -> None:
        picker = DayPicker(self.day, self)
        picker.chosen.connect(self._take)
        picker.open_below(self.field)

    def _take(self, day: date) -> None:
        self.set_day(day)
        self.changed.emit()


class PeriodBar(QWidget):
    """`changed` when something else is asked; `save_wanted` carries a kind of file for all charts on screen."""

    changed = Signal()
    save_wanted = Signal(str)
    print_wanted = Signal()
    report_wanted = Signal()

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._key = f"analytics/{context.user.id}/asked"
        self._told: dict[str, Any] = {}
        self._money = False
        self.preset = ComboBox([*PRESETS, (CUSTOM, "Choose dates…")])
        self.preset.setAccessibleName("Period")
        self.preset.setMinimumContentsLength(11)
        self.first, self.last = DayChoice("From"), DayChoice("To")
        self._to = text_label("to", "muted", wrap=False)
        self.compare = QCheckBox("Compare with the period before")
        self.step = ComboBox(list(STEPS))
        self.step.setAccessibleName("Steps of time")
        self.step.setMinimumContentsLength(7)
        self.currency = ComboBox()
        self.currency.setAccessibleName("Currency")
        self.save_button = button("Save or print", self.open_menu, kind="ghost", icon_name="export")
        self.save_small = icon_button("export", "Save or print", self.open_menu)
        self.days = text_label("", "caption")
        line = QWidget()
        flow = FlowLayout(line, spacing=S, line_spacing=XS)
        for each in (self.preset, self.first, self._to, self.last, self.step, self.currency, self.compare,
                     self.save_button, self.save_small):  # fmt: skip
            flow.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(line)
        column.addWidget(self.days)
        self._restore(context.preferences.get(self._key))
        self.set_narrow(False)
        self.set_offers(steps=False, currency=False)
        self._show_days()
        self.preset.value_changed.connect(self._on_preset)
        self.first.changed.connect(self._on_day)
        self.last.changed.connect(self._on_day)
        self.compare.toggled.connect(lambda _on: self._tell())
        self.step.value_changed.connect(lambda _value: self._tell())
        self.currency.value_changed.connect(lambda _value: self._tell())

    def set_narrow(self, narrow: bool) -> None:
        """A button without words where there is no room for them."""
        may = self._context.capabilities.export
        self.save_button.setVisible(may and not narrow)
        self.save_small.setVisible(may and narrow)

    # What is asked

    def period(self, clock: Clock | None = None) -> Period:
        """The chosen period, as it is today."""
        if self.preset.value != CUSTOM:
            return Period.of(self.preset.value, clock or Clock())
        first, last = sorted((self.first.day, self.last.day))
        return Period(first, last)

    def question(self) -> Question:
        """What the charts are asked."""
        clock = Clock()
        step = self.step.value or None
        return Question(self.period(clock), self.compare.isChecked(), clock, self.currency.value, step)  # type: ignore[arg-type]

    def before_words(self) -> str:
        """The period before, where it is compared with."""
        before = self.period().previous() if self.compare.isChecked() else None
        return "" if before is None else period_words(before)

    def set_offers(self, *, steps: bool, currency: bool) -> None:
        """Whether the charts on screen know steps of time and amounts of money."""
        self._money = currency
        self.step.setVisible(steps)
        self.currency.setVisible(currency and self.currency.count() > 1)

    def set_currencies(self, found: Sequence[str]) -> None:
        """Those that orders have, the most frequent first; the choice stays where it is still there."""
        options = [(each, each) for each in found]
        chosen = self.currency.value
        self.currency.blockSignals(True)
        self.currency.clear()
        for value, text in options:
            self.currency.addItem(text, value)
        self.currency.set_value(chosen)
        self.currency.blockSignals(False)
        self._told = self._asked()  # the first one is what was asked when nothing was chosen
        self.currency.setVisible(self._money and len(options) > 1)

    def choose(self, first: date, last: date) -> None:
        """Any days, both included."""
        self.first.set_day(first)
        self.last.set_day(last)
        self.preset.set_value(CUSTOM)
        self._on_day()

    def open_menu(self) -> None:
        """What can be done with all charts on screen."""
        menu = QMenu(self)
        for kind, words in FILES:
            menu.addAction(icon("save"), words, lambda kind=kind: self.save_wanted.emit(kind))
        menu.addSeparator()
        menu.addAction(icon("print"), "Print all charts…", self.print_wanted.emit)
        menu.addSeparator()
        menu.addAction(icon("save"), "Save all tables as workbook (XLSX)…", lambda: self.save_wanted.emit("xlsx"))
        menu.addAction(icon("file"), "Monthly report…", self.report_wanted.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        shown = self.save_button if self.save_button.isVisible() else self.save_small
        menu.popup(shown.mapToGlobal(QPoint(0, shown.height())))

    def _on_preset(self, _value: str) -> None:
        if self.preset.value == CUSTOM:
            self.first.field.setFocus()
        else:
            period = self.period()
            if not period.is_all:
                self.first.set_day(period.start)
                self.last.set_day(period.end)
        self._tell()

    def _on_day(self) -> None:
        self._tell()

    def _tell(self) -> None:
        self._show_days()
        asked = self._asked()
        if asked != self._told:
            self._told = asked
            self._context.preferences.set(self._key, asked)
            self.changed.emit()

    def _asked(self) -> dict[str, Any]:
        custom = self.preset.value == CUSTOM
        return {
            "preset": self.preset.value,
            "first": self.first.day.isoformat() if custom else "",
            "last": self.last.day.isoformat() if custom else "",
            "compare": self.compare.isChecked(),
            "step": self.step.value,
            "currency": self.currency.value,
        }

    def _restore(self, kept: Any) -> None:
        """What was chosen last; the file may hold anything."""
        found: dict[str, Any] = kept if isinstance(kept, dict) else {}
        preset = found.get("preset")
        self.preset.set_value(preset if isinstance(preset, str) and self.preset.findData(preset) >= 0 else USUAL)
        period = Period.of(USUAL, Clock()) if self.preset.value in (CUSTOM, "all") else self.period()
        self.first.set_day(_day(found.get("first")) or period.start)
        self.last.set_day(_day(found.get("last")) or period.end)
        self.compare.setChecked(found.get("compare") is True)
        self.step.set_value(found["step"] if isinstance(found.get("step"), str) else "")
        currency = found.get("currency")
        if isinstance(currency, str) and currency:
            self.currency.addItem(currency, currency)
            self.currency.set_value(currency)
        self._told = self._asked()

    def _show_days(self) -> None:
        custom = self.preset.value == CUSTOM
        for each in (self.first, self._to, self.last):
            each.setVisible(custom)
        before = self.before_words()
        none = " · there is no period before" if self.compare.isChecked() and not before else ""
        self.days.setText(f"{period_words(self.period())}{f' · before: {before}' if before else none}")


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
