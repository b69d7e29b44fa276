"""One interaction in a timeline."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMenu

from crm_desktop.interactions.rows import InteractionRow
from ui.interactions.entry_words import DUE_TONES, lay_out, marks, spoken
from ui.interactions.local_time import due, full_text, to_wall
from ui.interactions.rights import Rights
from ui.interactions.words import type_icon
from ui.theme.icons import icon, paint_icon
from ui.theme.tokens import M, S, Tokens
from ui.widgets.buttons import icon_button
from ui.widgets.entry import Entry
from ui.widgets.entry_layout import EntryLayout

ICON = 20


class TimelineEntry(Entry):
    """Its icon tells the type, and in its colour how soon a follow-up is due."""

    opened = Signal(object)  # InteractionRow, as in the signals below
    completed = Signal(object)
    cancelled = Signal(object)
    deleted = Signal(object)

    text_at = S + ICON + M

    def __init__(self) -> None:
        super().__init__()
        self.row: InteractionRow
        self.rights: Rights
        self._now: datetime
        self._shown: object = None
        self.done_button = icon_button("complete", "Complete", lambda: self.completed.emit(self.row), small=True)
        self.set_buttons(self.done_button, self.more_button)

    def show_row(self, row: InteractionRow, rights: Rights, now: datetime, *, first: bool) -> bool:
        """Show this interaction; the first of a list has no line above it. False when it looks as before."""
        words = spoken(row, now)
        shown = (row, rights, words, marks(row, now))
        self.set_first(first)
        self._now = now
        if shown == self._shown:
            return False
        self._shown = shown
        self.row, self.rights, self.may_remove = row, rights, rights.delete
        self.setAccessibleName(words)
        logged = f"Logged {full_text(to_wall(row.created_at))}" if row.created_at is not None else ""
        follow_up = f"Follow up {full_text(to_wall(row.follow_up))}" if row.follow_up is not None else ""
        self.setToolTip("\n".join(part for part in (follow_up, logged) if part))
        self.done_button.setVisible(row.status == "pending" and rights.edit)
        self.done_button.setAccessibleName(f"Complete {row.subject}")
        self.more_button.setAccessibleName(f"More for {row.subject}")
        self.refresh()
        return True

    # What stands in it.

    def lay_out(self, width: int, beside_buttons: int) -> EntryLayout:
        return lay_out(self.row, self._now, beside_buttons, self.font())

    def paint_beside(self, painter: QPainter, theme: Tokens) -> None:
        row = self.row
        tone = "text_disabled" if row.status == "cancelled" else "text_muted"
        if row.status == "pending" and row.follow_up is not None:
            tone = DUE_TONES[due(row.follow_up, self._now)]
        paint_icon(painter, QRect(S, S, ICON, ICON), type_icon(row.type), QColor(getattr(theme, tone)))

    # What the person does.

    def menu(self) -> QMenu:
        menu = QMenu(self)
        row = self.row
        menu.addAction(icon("edit"), "Edit" if self.rights.edit else "Open", lambda: self.opened.emit(row))
        if self.rights.edit and row.status == "pending":
            menu.addAction(icon("complete"), "Complete", lambda: self.completed.emit(row))
            menu.addAction(icon("cancel"), "Cancel interaction", lambda: self.cancelled.emit(row))
        if self.rights.delete:
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Delete", lambda: self.deleted.emit(row))
        return menu

    def open(self) -> None:
        self.opened.emit(self.row)

    def remove(self) -> None:
        self.deleted.emit(self.row)
