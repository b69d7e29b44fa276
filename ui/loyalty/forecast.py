"""Which points expire in which month, unless they are used."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QProgressBar, QVBoxLayout, QWidget

from crm_desktop.loyalty.rows import Expiring
from ui.loyalty.words import month, points
from ui.theme.tokens import L, M, S
from ui.widgets.buttons import button
from ui.widgets.frames import Card
from ui.widgets.labels import text_label

MOST_MONTHS = 12
NEVER = "Points do not expire."


class Forecast(Card):
    """A bar for each of the next months that have any. `opened` carries the month's first day."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__(padding=L)
        self.setAccessibleName("Points that expire")
        self.words = text_label("Reading…", "muted")
        self.rows: list[QWidget] = []
        self._bars = QWidget()
        self._grid = QGridLayout(self._bars)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnStretch(1, 1)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(text_label("Points that expire", "subheading"))
        head.addWidget(self.words)
        self.body.addLayout(head)
        self.body.addWidget(self._bars)
        self.body.addStretch(1)

    def show_never(self) -> None:
        """Points do not expire."""
        self.words.setText(NEVER)
        self._clear()

    def show_months(self, found: Sequence[Expiring], expire_months: int) -> None:
        """Fill in the months."""
        self._clear()
        rule = f"{expire_months} months after they came, unless they are used."
        if not found:
            self.words.setText(f"Points expire {rule} None are there.")
            return
        total, more = sum(each.points for each in found), len(found) - MOST_MONTHS
        shown = f" The next {MOST_MONTHS} of {len(found)} months with any:" if more > 0 else ""
        self.words.setText(f"{points(total)} expire {rule}{shown}")
        most = max(each.points for each in found[:MOST_MONTHS])
        for row, each in enumerate(found[:MOST_MONTHS]):
            bar = QProgressBar()
            bar.setTextVisible(False)
            bar.setRange(0, 1000)
            bar.setValue(max(10, round(1000 * each.points / most)))
            bar.setAccessibleName(f"{month(each.month)}: {points(each.points)}")
            number = button(f"{each.points:,}", partial(self.opened.emit, each.month), kind="link")
            members = "1 member" if each.accounts == 1 else f"{each.accounts:,} members"
            number.setAccessibleName(f"{month(each.month)}: {points(each.points)} of {members}. Show them")
            number.setToolTip(f"Of {members}. Show them")
            for column, widget in enumerate((text_label(month(each.month), wrap=False), bar, number)):
                self._grid.addWidget(widget, row, column)
                self.rows.append(widget)

    def _clear(self) -> None:
        for widget in self.rows:
            widget.hide()
            widget.deleteLater()
        self.rows = []
