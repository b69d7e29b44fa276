"""Who joined or changed tier lately: a row opens the customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout

from crm_desktop.loyalty.programme import ChangedTier
from ui.customers.words import TIER_WORDS
from ui.interactions.local_time import day_text, full_text, to_wall
from ui.theme.tokens import TOUCH_ROW, L
from ui.widgets.frames import Card
from ui.widgets.labels import text_label, tooltip

TITLES = ("Customer", "Change", "When")
NOBODY = "Nobody has joined yet."
ROWS_SHOWN = 8


class ChangesTable(Card):
    """`opened` carries the customer."""

    opened = Signal(UUID)

    def __init__(self) -> None:
        super().__init__(padding=L)
        self.setAccessibleName("Tier changes lately")
        self._ids: list[UUID] = []
        self.words = text_label(NOBODY, "muted")
        table = self.table = QTableWidget(0, len(TITLES))
        table.setAccessibleName("Tier changes lately")
        table.setProperty("role", "plain")
        table.setHorizontalHeaderLabels(TITLES)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(max(TOUCH_ROW, self.fontMetrics().height() * 2))
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(TITLES)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        table.activated.connect(lambda index: self._open(index.row()))
        table.clicked.connect(lambda index: self._open(index.row()))
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(text_label("Tier changes lately", "subheading"))
        head.addWidget(self.words)
        self.body.addLayout(head)
        self.body.addWidget(table, 1)
        row = table.verticalHeader().defaultSectionSize()
        table.setMinimumHeight(row * (ROWS_SHOWN + 1))

    def show_changes(self, found: Sequence[ChangedTier]) -> None:
        """Fill in the rows."""
        self._ids = [each.customer_id for each in found]
        self.table.setRowCount(len(found))
        today = to_wall(datetime.now(UTC)).date()
        for row, each in enumerate(found):
            at = to_wall(each.at)
            texts = (each.name, change_words(each), day_text(at.date(), today))
            for column, (text, tip) in enumerate(zip(texts, (each.name, texts[1], full_text(at)), strict=True)):
                item = QTableWidgetItem(text)
                item.setToolTip(tooltip(tip))
                self.table.setItem(row, column, item)
        self.words.setText("The latest first." if found else NOBODY)
        self.table.setVisible(bool(found))

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._ids):
            self.opened.emit(self._ids[row])


def change_words(change: ChangedTier) -> str:
    """ "Silver → Gold"; "Joined as Bronze"."""
    new = TIER_WORDS.get(change.to_tier, change.to_tier)
    if change.from_tier is None:
        return f"Joined as {new}"
    return f"{TIER_WORDS.get(change.from_tier, change.from_tier)} → {new}"
