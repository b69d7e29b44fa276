"""A customer's interactions: what is planned above what was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.interactions.rows import InteractionRow
from crm_desktop.interactions.rows import Timeline as TimelineRows
from ui.interactions.rights import NO_RIGHTS, Rights
from ui.interactions.timeline_entry import TimelineEntry
from ui.theme.tokens import XS, M
from ui.widgets.buttons import button
from ui.widgets.frames import separator
from ui.widgets.labels import text_label


class Timeline(QWidget):
    """Keeps the focus on the same entry when it is shown anew."""

    opened = Signal(object)  # InteractionRow, as in the signals below
    completed = Signal(object)
    cancelled = Signal(object)
    deleted = Signal(object)
    more_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Timeline")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(M)
        self._body: QWidget | None = None
        self._entries: dict[UUID, TimelineEntry] = {}

    @property
    def entries(self) -> list[TimelineEntry]:
        """The entries on screen, planned ones first."""
        return list(self._entries.values())

    def show_rows(self, rows: TimelineRows, rights: Mapping[UUID, Rights], now: datetime) -> None:
        """Replace what is shown."""
        focused = next((row_id for row_id, entry in self._entries.items() if _has_focus(entry)), None)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        self._entries = {}
        self._section(column, "Planned", rows.planned, rights, now, "Nothing is planned.")
        self._section(column, "History", rows.history, rights, now, "Nothing has been logged yet.")
        if rows.more:
            column.addWidget(button("Show more", self.more_wanted.emit, kind="link"))
        column.addStretch(1)
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._body = body
        self._column.addWidget(body)
        if focused in self._entries:
            self._entries[focused].setFocus()

    def _section(
        self,
        column: QVBoxLayout,
        title: str,
        rows: list[InteractionRow],
        rights: Mapping[UUID, Rights],
        now: datetime,
        none: str,
    ) -> None:
        section = QVBoxLayout()
        section.setSpacing(XS)
        section.addWidget(text_label(f"{title} ({len(rows)})" if rows and title == "Planned" else title, "subheading"))
        if not rows:
            section.addWidget(text_label(none, "muted"))
        for number, row in enumerate(rows):
            if number:
                section.addWidget(separator())
            entry = TimelineEntry(row, rights.get(row.id, NO_RIGHTS), now)
            entry.opened.connect(self.opened)
            entry.completed.connect(self.completed)
            entry.cancelled.connect(self.cancelled)
            entry.deleted.connect(self.deleted)
            self._entries[row.id] = entry
            section.addWidget(entry)
        column.addLayout(section)


def _has_focus(entry: TimelineEntry) -> bool:
    focused = entry.window().focusWidget()
    return focused is not None and (focused is entry or entry.isAncestorOf(focused))
