"""One customer's figures as a row of plain facts above the charts."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QGridLayout, QWidget

from crm_desktop.analytics.one_customer import CustomerFigures
from ui.interactions.local_time import distance_text
from ui.interactions.words import minutes_text
from ui.theme.tokens import L
from ui.widgets.frames import Card
from ui.widgets.labels import text_label


class FactCard(Card):
    """A title, a figure and a line below."""

    def __init__(self, title: str, value: str, caption: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{title}: {value}")
        self.body.setSpacing(2)
        self.body.addWidget(text_label(title, "caption", wrap=False))
        self.body.addWidget(text_label(value, "display", wrap=False))
        self.body.addWidget(text_label(caption, "caption"))
        self.body.addStretch(1)


class CustomerFacts(QWidget):
    """Replaces its cards whenever it is told figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(L)
        self._columns = 4
        self._cards: list[FactCard] = []

    def show_figures(self, figures: CustomerFigures) -> None:
        """Show another customer, or newer figures."""
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = _cards(figures)
        self._arrange()

    def set_columns(self, columns: int) -> None:
        """All in a row, two and two, or one below the other."""
        self._columns = columns
        self._arrange()

    def _arrange(self) -> None:
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // self._columns, number % self._columns)
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)


def _cards(figures: CustomerFigures) -> list[FactCard]:
    now = datetime.now(UTC)
    last = distance_text(figures.last_at, now) if figures.last_at else "never"
    cards = [
        FactCard("Interactions", f"{figures.total:,}", f"the last one {last}"),
        FactCard("Open", f"{figures.pending:,}", f"{figures.completed:,} completed"),
        FactCard("Time together", minutes_text(figures.minutes), "in calls and meetings"),
    ]
    latest = max(figures.purchases, key=lambda each: each.last_at, default=None)
    if latest is None:
        return [*cards, FactCard("Orders", "–", "none yet")]
    return [
        *cards,
        FactCard(
            "Orders",
            f"{sum(p.orders for p in figures.purchases):,}",
            f"the last one {distance_text(latest.last_at, now)}",
        ),
    ]
