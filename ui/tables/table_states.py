"""What stands in a table's place: its rows, words where there are none, or a sketch of rows that take their time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedLayout

from ui.tables.ink import Ink
from ui.tables.loading_rows import LoadingRows
from ui.tables.paged_model import Phase
from ui.widgets.state_panel import StatePanel, Words
from ui.widgets.waiting_line import WaitingLine

if TYPE_CHECKING:
    from ui.tables.paged_view import PagedTable


class TableStates(QObject):
    """Follows the phases of one table's model."""

    def __init__(self, table: PagedTable, ink: Ink) -> None:
        super().__init__(table)
        self._model = table.model
        self._view = table.view
        self.empty: Callable[[], Words] = lambda: Words("search", "Nothing here")
        """Asked for its words each time that there is no row."""
        self.panel = StatePanel()
        self._loading = LoadingRows(ink)
        self.line = WaitingLine(table)
        self.stack = QStackedLayout()
        for widget in (self._view, self.panel, self._loading):
            self.stack.addWidget(widget)
        self._model.phase_changed.connect(self._on_phase)
        self._model.counted.connect(self._on_counted)
        self.line.appeared.connect(self._on_waiting)

    def set_ink(self, ink: Ink) -> None:
        """Other colours or another font size."""
        self._loading.ink = ink

    def _on_phase(self, phase: Phase) -> None:
        if phase is Phase.LOADING:
            self.line.start()
            return
        self.line.stop()
        if phase is Phase.FAILED and self._model.error is not None:
            error = self._model.error
            words = Words("error", str(error), error.hint, (("Try again", self._model.reload),))
            self.panel.say(words, tone="danger")
            self.stack.setCurrentWidget(self.panel)

    def _on_counted(self, _count: int, _exact: bool) -> None:
        if self._model.phase is not Phase.READY:
            return
        if self._model.rowCount():
            self.stack.setCurrentWidget(self._view)
            return
        had_focus = self._view.hasFocus()
        self.panel.say(self.empty())
        self.stack.setCurrentWidget(self.panel)
        if had_focus:
            self.panel.setFocus()

    def _on_waiting(self) -> None:
        if not self._model.rowCount():
            self.stack.setCurrentWidget(self._loading)
