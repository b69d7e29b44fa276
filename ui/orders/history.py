"""A customer's orders on the card: what they come to, the latest first, and a button for a new one."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.orders.currencies import money
from crm_desktop.orders.rows import OrderHistory, Spent
from crm_desktop.words import counted
from ui.interactions.local_time import day_text, to_wall
from ui.orders.history_entry import HistoryEntry
from ui.theme.tokens import S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label


class History(QWidget):
    """Entries are made once and filled again for the next customer."""

    add_wanted = Signal()
    more_wanted = Signal()
    opened = Signal(object)  # OrderRow
    menu_wanted = Signal(object, QPoint)

    def __init__(self, *, may_add: bool) -> None:
        super().__init__()
        self.setAccessibleName("Order history")
        self._spare: list[HistoryEntry] = []
        self.entries: list[HistoryEntry] = []
        self.title = text_label("Orders", "subheading", wrap=False)
        self.add_button = button("Add Order", self.add_wanted.emit, kind="link", icon_name="add")
        self.add_button.setVisible(may_add)
        self.totals = text_label("", "muted")
        self.none = text_label("Nothing has been ordered yet.", "muted")
        self.more_button = button("Show older orders", self.more_wanted.emit, kind="link")
        head = QWidget()
        flow = FlowLayout(head, spacing=S)
        flow.addWidget(self.title)
        flow.addWidget(self.add_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for part in (head, self.totals, self.none):
            column.addWidget(part)
        column.addLayout(self._list)
        column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_history(self, history: OrderHistory) -> None:
        """Show these orders."""
        self.totals.setText("\n".join(spent_words(each) for each in history.spent))
        self.totals.setVisible(bool(history.spent))
        self.none.setVisible(not history.orders)
        self.more_button.setVisible(history.more)
        while len(self.entries) < len(history.orders):
            self.entries.append(self._spare.pop() if self._spare else self._new_entry())
        while len(self.entries) > len(history.orders):
            gone = self.entries.pop()
            gone.hide()
            self._spare.append(gone)
        for entry, row in zip(self.entries, history.orders, strict=True):
            entry.show_row(row)
            entry.show()

    def _new_entry(self) -> HistoryEntry:
        entry = HistoryEntry()
        entry.opened.connect(self.opened)
        entry.menu_wanted.connect(self.menu_wanted)
        self._list.addWidget(entry)
        return entry


def spent_words(each: Spent) -> str:
    """What was bought in one currency: "12 orders, 3,450.00 EUR since Tue 3 Mar 2024"."""
    today = to_wall(datetime.now(UTC)).date()
    first = day_text(to_wall(each.first_order_at).date(), today)
    since = f" since {first}" if each.orders > 1 else f", {first}"
    return f"{counted(each.orders, 'order')}, {money(each.spent, each.currency)}{since}"
