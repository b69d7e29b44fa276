"""How the chosen segment has grown: a chart, its table, and the last month in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.segments.growth import growth_chart, growth_words
from crm_desktop.segments.rows import SegmentRow
from crm_desktop.segments.sizes import SegmentSizeRow, sizes_of
from ui.analytics.importing import when_imported
from ui.theme.tokens import M
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.analytics.chart_card import ChartCard
    from ui.context import Signed
    from ui.handles import Handle

TOO_FEW = 2
_TOO_FEW = "Segments in use are counted once a day. Once there are two days to compare, a chart stands here."


class GrowthPart(QWidget):
    """Reads when it is seen. Segments that are not in use are not counted."""

    def __init__(self, context: Signed) -> None:
        super().__init__()
        self._context = context
        self._segment: SegmentRow | None = None
        self._handle: Handle | None = None
        self.words = text_label("Charts are being prepared…", "muted")
        self.card: ChartCard | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, M, 0, 0)
        column.setSpacing(M)
        column.addWidget(self.words)
        self._room = QVBoxLayout()
        column.addLayout(self._room)
        column.addStretch(1)
        when_imported(context, self, self._build)

    def _build(self) -> None:
        from ui.analytics.chart_card import ChartCard
        from ui.analytics.paper import Caption
        from ui.analytics.saving import Saving

        context, saving = self._context, Saving(self._context, self)
        card = self.card = ChartCard("Size of the segment", "Counted once a day", context.theme.tokens)
        card.exports = context.capabilities.export
        card.hide()
        self._room.addWidget(card)

        def caption() -> Caption:
            return Caption(card.title, made=saving.made())

        card.save_wanted.connect(lambda kind: saving.save(kind, card.sheets, caption()))
        card.print_wanted.connect(lambda: saving.print(card.sheets, caption()))
        context.theme.changed.connect(self._restyle)
        self.refresh()

    def _restyle(self) -> None:
        if self.card is not None:
            self.card.set_tokens(self._context.theme.tokens)

    def show_segment(self, row: SegmentRow) -> None:
        """Of this one, now or when it is seen."""
        self._segment = row
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Read again."""
        row = self._segment
        if row is None or self.card is None:
            return
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._context.operations.query(
            self, lambda session: sizes_of(session, row.id), self._show, failed=self._failed
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _show(self, sizes: tuple[SegmentSizeRow, ...]) -> None:
        self._handle = None
        if self.card is None or self._segment is None:
            return
        enough = len(sizes) >= TOO_FEW
        self.words.setText(growth_words(sizes) if enough else _TOO_FEW)
        self.card.setVisible(enough)
        if enough:
            self.card.set_data(growth_chart(self._segment.name, sizes))

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        if self.card is not None:
            self.words.setText("")
            self.card.show()
            self.card.set_error(error, self.refresh)
