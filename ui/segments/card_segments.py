"""The card's Segments tab: which segments this customer is in, which not, and why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.errors import CrmError
from crm_desktop.segments.members import segments_of
from crm_desktop.segments.rows import SegmentRow
from ui.customers.card_page import CardPage
from ui.theme.tokens import M, S
from ui.widgets.buttons import button
from ui.widgets.frames import IconLabel, Message
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

SETTLE_MS = 400


class CardSegments(CardPage):
    """Reads when it is seen, and a moment after something has changed."""

    def __init__(self, context: Signed) -> None:
        super().__init__()
        self._context = context
        self._customer: CustomerDetails | None = None
        self._shown: UUID | None = None
        self._handle: Handle | None = None
        self._found: tuple[tuple[SegmentRow, bool], ...] | None = None
        self.setAccessibleName("Segments of the customer")
        self.lines: list[SegmentLine] = []
        self.message = Message()
        self.words = text_label("", "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(M)
        self._column.addWidget(self.message)
        self._column.addWidget(self.words)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        context.operations.data_changed.connect(self._on_data_changed)

    def show_customer(self, customer: CustomerDetails) -> None:
        if self._customer is None or customer.id != self._customer.id:
            self._found = None
            self._show_lines(())
            self.words.setText("Looking…")
        self._customer = customer
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        customer = self._customer
        if customer is None:
            return
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._context.operations.query(
            self, lambda session: segments_of(session, customer.id), self._show, failed=self._failed
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _show(self, found: tuple[tuple[SegmentRow, bool], ...]) -> None:
        self._handle = None
        self.message.clear()
        inside = sum(holds for _row, holds in found)
        self.words.setText(f"In {inside:,} of {len(found):,} segments" if found else "There are no segments yet.")
        if found != self._found:
            self._found = found
            self._show_lines(tuple(sorted(found, key=lambda each: not each[1])))

    def _show_lines(self, found: tuple[tuple[SegmentRow, bool], ...]) -> None:
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = []
        for row, inside in found:
            line = SegmentLine(row, inside)
            line.why_button.clicked.connect(partial(self._explain, row))
            self._column.addWidget(line)
            self.lines.append(line)

    def _explain(self, row: SegmentRow, _checked: bool = False) -> None:
        from ui.segments.why_dialog import WhyDialog

        customer = self._customer
        if customer is not None:
            dialog = WhyDialog(self._context, self.window(), row.id, row.name, customer.id, customer.name)
            dialog.open_button.setEnabled(False)
            dialog.open()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self.words.setText("")
        self.message.say(str(error), error.hint)

    def _on_data_changed(self, change: DataChange) -> None:
        if self.isVisible() and change.concerns("segments", "customers", "interactions", "loyalty", "orders"):
            self._settle.start()


class SegmentLine(QWidget):
    """One segment: a mark, its name, and the way to the reasons."""

    def __init__(self, row: SegmentRow, inside: bool) -> None:
        super().__init__()
        self.name, self.inside = row.name, inside
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(S)
        glyph, tone = ("check-circle", "success") if inside else ("circle", "text_disabled")
        line.addWidget(IconLabel(glyph, 18, tone), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(text_label(row.name, "" if inside else "muted"))
        line.addLayout(words, 1)
        self.why_button = button("Why?" if inside else "Why not?", kind="link")
        self.why_button.setAccessibleName(f"Why {'' if inside else 'not '}in {row.name}?")
        line.addWidget(self.why_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(f"{'In' if inside else 'Not in'} the segment {row.name}")
