"""What a customer's orders tell on the card: what is bought most, how often, how much at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crm_desktop.orders.currencies import money
from crm_desktop.orders.habits import Favourite, Habits
from crm_desktop.words import counted
from ui.interactions.local_time import day_text, distance_text, to_wall
from ui.theme.tokens import XS, L
from ui.widgets.labels import text_label
from ui.widgets.value_label import ValueLabel

_NAMES = ("Buys most", "Categories", "Buys every", "Last purchase", "Average order")


class HabitsSection(QWidget):
    """A line for each that is known; hidden before the first purchase."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Buying habits")
        self.values = {name: ValueLabel() for name in _NAMES}
        self._captions = {name: text_label(name, "caption", wrap=False) for name in _NAMES}
        grid = QGridLayout()
        grid.setHorizontalSpacing(L)
        grid.setVerticalSpacing(XS)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(_NAMES):
            grid.addWidget(self._captions[name], row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.values[name], row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(text_label("What purchases tell", "subheading", wrap=False))
        column.addLayout(grid)
        self.hide()

    def show_habits(self, habits: Habits) -> None:
        """Show what is known."""
        self.setVisible(bool(habits.spent))
        last = ""
        if habits.last_order_at is not None:
            now = datetime.now(UTC)
            day = day_text(to_wall(habits.last_order_at).date(), to_wall(now).date())
            ago = distance_text(habits.last_order_at, now)
            last = day if day in ("Today", "Yesterday", "Tomorrow") else f"{day}, {ago}"
        texts = (
            _named(habits.products),
            _named(habits.categories),
            interval_words(habits.interval_days),
            last,
            " · ".join(money(amount, currency) for amount, currency in habits.averages),
        )
        for name, text in zip(_NAMES, texts, strict=True):
            self.values[name].set_value(text)
            self.values[name].setAccessibleName(f"{name}: {text}")
            for part in (self.values[name], self._captions[name]):
                part.setVisible(bool(text))


def _named(found: Sequence[Favourite]) -> str:
    return ", ".join(f"{each.name} ({counted(each.orders, 'order')})" for each in found)


def interval_words(days: float | None) -> str:
    """The usual time from one purchase to the next: "14 days", "7 weeks"."""
    if days is None:
        return ""
    whole = max(1, round(days))
    if whole < 28:
        return counted(whole, "day")
    return counted(round(whole / 7), "week") if whole < 120 else counted(round(whole / 30.44), "month")
