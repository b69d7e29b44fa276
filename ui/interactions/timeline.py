"""A customer's interactions: what is planned above what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.interactions.rows import InteractionRow
from crm_desktop.interactions.rows import Timeline as TimelineRows
from ui.interactions.rights import NO_RIGHTS, Rights
from ui.interactions.timeline_entry import TimelineEntry
from ui.theme.tokens import XS, M
from ui.widgets.buttons import button
from ui.widgets.labels import text_label

AT_ONCE = 10
PER_TURN = 5
"""A long history is filled in a few entries at a time, so that the window never waits for it."""
_HEADINGS = 2  # above the entries of a section


class Timeline(QWidget):
    """Entries are made once and filled again for the next customer. The focus stays on the same interaction."""

    opened = Signal(object)  # InteractionRow, as in the signals below
    completed = Signal(object)
    cancelled = Signal(object)
    deleted = Signal(object)
    more_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Timeline")
        self._planned = _Section("Nothing is planned.")
        self._history = _Section("Nothing has been logged yet.")
        self._more = button("Show more", self.more_wanted.emit, kind="link")
        self._is_more = False
        self._waiting: list[tuple[_Section, InteractionRow]] = []
        self._rights: Mapping[UUID, Rights] = {}
        self._now: datetime | None = None
        self._focused: UUID | None = None
        self._chain: list[QWidget] = []
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(lambda: self._fill(PER_TURN))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        for part in (self._planned, self._history, self._more):
            column.addWidget(part)
        column.addStretch(1)

    @property
    def entries(self) -> list[TimelineEntry]:
        """The entries on screen, planned ones first."""
        return [*self._planned.entries, *self._history.entries]

    def show_rows(self, rows: TimelineRows, rights: Mapping[UUID, Rights], now: datetime) -> None:
        """Show these; what is on screen already stays as it is."""
        self._focused = next((entry.row.id for entry in self.entries if entry.holds_focus), None)
        self._rights, self._now, self._is_more = rights, now, rows.more
        self._planned.begin(f"Planned ({len(rows.planned)})" if rows.planned else "Planned", rows.planned)
        self._history.begin("History", rows.history)
        self._waiting = [(self._planned, row) for row in rows.planned] + [(self._history, row) for row in rows.history]
        self._waiting.reverse()
        self._turn.stop()
        self._fill(AT_ONCE)

    def _fill(self, count: int) -> None:
        assert self._now is not None
        while count and self._waiting:
            section, row = self._waiting.pop()
            entry, is_new = section.next_entry(row.id)
            if is_new:
                entry.opened.connect(self.opened)
                entry.completed.connect(self.completed)
                entry.cancelled.connect(self.cancelled)
                entry.deleted.connect(self.deleted)
            rights = self._rights.get(row.id, NO_RIGHTS)
            # Those that say the same as before cost nothing, and are all gone through at once.
            count -= entry.show_row(row, rights, self._now, first=len(section.entries) == 1)
            entry.show()
            if row.id == self._focused:
                entry.setFocus()
        for section in (self._planned, self._history):
            section.end()
        if self._waiting:
            self._turn.start()
            return
        self._order_tabs()
        self._more.setVisible(self._is_more)

    def _order_tabs(self) -> None:
        """Entries come and go out of order; Tab goes down the screen."""
        chain: list[QWidget] = []
        for entry in self.entries:
            chain += [entry, *entry.buttons]
        chain.append(self._more)
        if chain == self._chain:
            return
        self._chain = chain
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)


class _Section(QWidget):
    """A heading and entries; keeps entries that are not needed now."""

    def __init__(self, none: str) -> None:
        super().__init__()
        self.entries: list[TimelineEntry] = []
        self._order: list[TimelineEntry] = []  # of the layout
        self._spare: list[TimelineEntry] = []
        self._kept: dict[UUID, TimelineEntry] = {}
        self._title = text_label("", "subheading")
        self._none = text_label(none, "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(XS)
        self._column.addWidget(self._title)
        self._column.addWidget(self._none)

    def begin(self, title: str, rows: Sequence[InteractionRow]) -> None:
        """Start anew with this heading. An entry stays with its row; the others are spare."""
        self._title.setText(title)
        self._none.setVisible(not rows)
        coming = {row.id for row in rows}
        before = [*self.entries, *self._kept.values()]
        self._kept = {entry.row.id: entry for entry in before if entry.row.id in coming}
        self._spare = [entry for entry in before if entry.row.id not in coming] + self._spare
        self.entries = []

    def next_entry(self, row_id: UUID) -> tuple[TimelineEntry, bool]:
        """The entry for the next row, and whether it was just made."""
        entry = self._kept.pop(row_id, None)
        is_new = entry is None and not self._spare
        if entry is None:
            entry = TimelineEntry() if is_new else self._spare.pop(0)
        place = len(self.entries)
        # Asked of a list, not of the layout: PySide keeps what itemAt() gave, and takes whatever comes to stand at the
        # address of an item that is gone for that item.
        if is_new or self._order[place] is not entry:
            if is_new:
                entry.hide()
            else:
                self._order.remove(entry)
            self._order.insert(place, entry)
            self._column.insertWidget(_HEADINGS + place, entry)
        self.entries.append(entry)
        return entry, is_new

    def end(self) -> None:
        """Put away what is left over."""
        for entry in self._spare:
            entry.hide()
