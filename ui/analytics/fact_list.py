"""One customer in words: how somebody is best reached, and what was bought."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from crm_desktop.analytics.answers import Habit
from crm_desktop.analytics.one_customer import CustomerFigures, Purchases
from ui.analytics.numbers import value_text
from ui.interactions.local_time import day_text, to_wall
from ui.interactions.words import TYPE_WORDS
from ui.theme.tokens import L, S
from ui.widgets.frames import Card
from ui.widgets.labels import text_label

WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


class FactList(Card):
    """Captions with their values; what is not known takes no room."""

    def __init__(self, title: str, nothing: str) -> None:
        super().__init__(title)
        self.body.setSpacing(S)
        self._nothing = text_label(nothing, "muted")
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(L)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[QLabel] = []
        self.body.addWidget(self._nothing)
        self.body.addWidget(self._rows)
        self.body.addStretch(1)

    @property
    def text(self) -> str:
        """What it says, line by line."""
        pairs = zip(self._labels[::2], self._labels[1::2], strict=True)
        return "\n".join(f"{caption.text()}: {value.text()}" for caption, value in pairs)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Other facts."""
        for old in self._labels:
            old.hide()
            old.deleteLater()
        self._labels = []
        for row, (caption, value) in enumerate((c, v) for c, v in facts if v):
            made = text_label(caption, "caption"), text_label(value)
            made[1].setAccessibleName(f"{caption}: {value}")
            for column, label in enumerate(made):
                self._grid.addWidget(label, row, column)
                self._labels.append(label)
        self._nothing.setVisible(not self._labels)
        self._rows.setVisible(bool(self._labels))


def reach_facts(figures: CustomerFigures) -> list[tuple[str, str]]:
    """Which channel gets answers, and when."""
    facts = []
    if figures.channels and figures.channels[0].answered:
        best = figures.channels[0]
        share = f"{best.answered:,} of {best.tried:,} answered"
        facts.append(("Best reached by", f"{TYPE_WORDS.get(best.type, best.type).lower()} ({share})"))
    facts.append(("Answers best on", WEEKDAYS[figures.habit.weekday] if figures.habit.weekday is not None else ""))
    facts.append(("At about", _hour(figures.habit)))
    return facts


def _hour(habit: Habit) -> str:
    return "" if habit.hour is None else f"{habit.hour:02}:00 to {(habit.hour + 1) % 24:02}:00"


def order_facts(purchases: tuple[Purchases, ...]) -> list[tuple[str, str]]:
    """What was bought, in each currency for itself."""
    facts = []
    today = to_wall(datetime.now(UTC)).date()
    for each in purchases:
        of = f" in {each.currency}" if len(purchases) > 1 else ""
        facts += [
            (f"Orders{of}", f"{each.orders:,}"),
            (f"Spent{of}", value_text(each.spent, each.currency)),
            (f"On average{of}", value_text(each.average, each.currency)),
            (f"Last order{of}", day_text(to_wall(each.last_at).date(), today)),
        ]
    return facts
