"""What the rules that are being typed would do, while they are typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.loyalty.rules import Rules
from crm_desktop.loyalty.what_if import WhatIf, what_if, who_would_move
from ui.loyalty.moves_table import MovesTable
from ui.theme.tokens import M, S
from ui.undo_history import these
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle

SETTLE_MS = 350
UNKNOWN = "The thresholds are not in order yet."


class WhatIfBox(QWidget):
    """Asks the database a moment after the last key. `customers_wanted` carries a filter: some who would move."""

    customers_wanted = Signal(object)

    def __init__(self, context: Signed, wanted: Callable[[], Rules | None], parent: QWidget | None = None) -> None:
        """`wanted` gives the rules as they are typed, or None while they cannot be read."""
        super().__init__(parent)
        self._context = context
        self._wanted = wanted
        self._asked: Rules | None = None
        self._handle: Handle | None = None
        self.line = text_label("", "subheading", wrap=False)
        self.table = MovesTable()
        self.table.hide()
        self.details_button = button("Show who moves", self._toggle, kind="link")
        self.details_button.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        row = FlowLayout(spacing=M, line_spacing=S)
        row.addWidget(self.line)
        row.addWidget(self.details_button)
        column.addLayout(row)
        column.addWidget(self.table)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.ask)
        self.table.opened.connect(self._open)

    def later(self) -> None:
        """Something was typed."""
        self._settle.start()

    def ask(self) -> None:
        """Ask now."""
        self._settle.stop()
        rules = self._asked = self._wanted()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if rules is None:
            self._say(UNKNOWN)
            return
        thresholds, basis = rules.thresholds, rules.basis
        self._handle = self._context.operations.query(
            self, lambda session: what_if(session, thresholds, basis), self._show, failed=self._failed
        )

    def _show(self, found: WhatIf) -> None:
        self._handle = None
        self._say(sentence(found), moves=bool(found.up or found.down))
        self.table.show_moves(found)

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._say(str(error))

    def _say(self, text: str, *, moves: bool = False) -> None:
        self.line.setText(text)
        self.line.setAccessibleName(text)
        self.details_button.setVisible(moves)
        if not moves:
            self._show_details(show=False)

    def _toggle(self) -> None:
        self._show_details(show=self.table.isHidden())

    def _show_details(self, *, show: bool) -> None:
        self.table.setVisible(show)
        self.details_button.setText("Hide who moves" if show else "Show who moves")

    def _open(self, old: str, new: str) -> None:
        rules = self._asked
        if rules is None:
            return
        thresholds, basis = rules.thresholds, rules.basis

        def show(ids: tuple[UUID, ...]) -> None:
            self.customers_wanted.emit(these(ids))

        self._context.operations.query(self, lambda session: who_would_move(session, thresholds, basis, old, new), show)


def sentence(found: WhatIf) -> str:
    """ "412 customers move up, 30 down; 8,120 stay." """
    if not found.members:
        return "Nobody is in the programme yet."
    if not found.up and not found.down:
        return "Nobody changes tier."
    parts = []
    if found.up:
        parts.append(f"{_customers(found.up)} up")
    if found.down:
        parts.append(f"{found.down:,} down" if found.up else f"{_customers(found.down)} down")
    return f"{', '.join(parts)}; {found.members - found.up - found.down:,} stay."


def _customers(count: int) -> str:
    return "1 customer moves" if count == 1 else f"{count:,} customers move"
