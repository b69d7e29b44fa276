"""Who moves from which tier to which, as a table: each number that is a move opens some of its customers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from crm_desktop.loyalty.kinds import TIERS
from crm_desktop.loyalty.what_if import WhatIf
from ui.customers.words import TIER_WORDS
from ui.theme.tokens import M, S
from ui.widgets.buttons import button
from ui.widgets.labels import text_label


class MovesTable(QWidget):
    """Rows are the tiers as they are, columns as they would be. `opened` carries both."""

    opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Moves between tiers")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(S)
        self._cells: list[QWidget] = []
        self._grid.addWidget(text_label("From \\ to", "caption", wrap=False), 0, 0)
        for place, tier in enumerate(TIERS, start=1):
            words = TIER_WORDS[tier]
            self._grid.addWidget(text_label(words, "caption", wrap=False), 0, place, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(text_label(words, "caption", wrap=False), place, 0)
            self._grid.setColumnStretch(place, 1)

    def show_moves(self, found: WhatIf) -> None:
        """Fill in the numbers."""
        for cell in self._cells:
            cell.hide()
            cell.deleteLater()
        counts = {(move.from_tier, move.to_tier): move.customers for move in found.moves}
        self._cells = [
            self._cell(row, column, old, new, counts.get((old, new), 0))
            for row, old in enumerate(TIERS, start=1)
            for column, new in enumerate(TIERS, start=1)
        ]

    def _cell(self, row: int, column: int, old: str, new: str, count: int) -> QWidget:
        if count and old != new:
            cell: QWidget = button(f"{count:,}", lambda: self.opened.emit(old, new), kind="link")
            cell.setAccessibleName(f"{TIER_WORDS[old]} to {TIER_WORDS[new]}: {count:,}. Show them")
            cell.setToolTip("Show them")
        else:
            cell = text_label(f"{count:,}" if count else "–", "muted", wrap=False)
        self._grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight)
        return cell
