"""One interaction in a timeline."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from crm_desktop.interactions.rows import InteractionRow
from ui.interactions.local_time import due, due_text, full_text, moment_text, to_wall
from ui.interactions.rights import Rights
from ui.interactions.words import PRIORITY_WORDS, TYPE_WORDS, minutes_text, type_icon
from ui.theme.icons import icon
from ui.theme.tokens import XS, M, S
from ui.widgets.badges import Badge, tone_of
from ui.widgets.buttons import icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import IconLabel
from ui.widgets.labels import ElidedLabel, text_label
from ui.widgets.value_label import ValueLabel

LINES, LETTERS = 4, 280
_DUE_WORDS = {"overdue": "Overdue", "today": "Due today", "later": "Due"}
_DUE_TONES = {"overdue": "danger", "today": "warning", "later": "success"}


class TimelineEntry(QFrame):
    """Enter or a double click opens it; the buttons and the context menu hold what the person may do with it."""

    opened = Signal(object)  # InteractionRow, as in the signals below
    completed = Signal(object)
    cancelled = Signal(object)
    deleted = Signal(object)

    def __init__(self, row: InteractionRow, rights: Rights, now: datetime) -> None:
        super().__init__()
        self.row = row
        self.rights = rights
        self.setProperty("role", "entry")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_spoken(row, now))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(S, S, XS, S)
        layout.setSpacing(M)
        layout.addWidget(IconLabel(type_icon(row.type), 20, _icon_tone(row, now)), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._words(row, now), 1)
        layout.addLayout(self._buttons(row), 0)

    def _words(self, row: InteractionRow, now: datetime) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        subject = ValueLabel(row.subject, "subheading", selectable=False)
        if row.status == "cancelled":
            font = subject.font()
            font.setStrikeOut(True)
            subject.setFont(font)
        words.addWidget(subject)
        line = QWidget()
        flow = FlowLayout(line, spacing=S, line_spacing=2)
        if row.status == "pending" and row.follow_up is not None:
            state = due(row.follow_up, now)
            when = moment_text(row.follow_up, now)
            flow.addWidget(Badge(_DUE_WORDS[state], _DUE_TONES[state]))
            flow.addWidget(ElidedLabel(when.removeprefix("Today "), "caption"))
            line.setToolTip(full_text(to_wall(row.follow_up)))
        elif row.status != "completed":
            flow.addWidget(Badge(row.status.capitalize(), tone_of(row.status)))
        if row.priority in ("high", "urgent"):
            flow.addWidget(Badge(PRIORITY_WORDS[row.priority], tone_of(row.priority)))
        about = text_label(_about(row, now), "caption")
        if row.created_at is not None:
            about.setToolTip(f"Logged {full_text(to_wall(row.created_at))}")
        if flow.count():
            words.addWidget(line)
        words.addWidget(about)
        for text in (row.description, row.outcome):
            if text:
                words.addWidget(ValueLabel(_shortened(text), "muted", selectable=False))
        return words

    def _buttons(self, row: InteractionRow) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        buttons.setAlignment(Qt.AlignmentFlag.AlignTop)
        if row.status == "pending" and self.rights.edit:
            done = icon_button("complete", f"Complete {row.subject}", lambda: self.completed.emit(row), small=True)
            buttons.addWidget(done)
        more = icon_button("more-vertical", f"More for {row.subject}", small=True)
        more.clicked.connect(lambda _c=False: self._show_menu(more.mapToGlobal(QPoint(0, more.height()))))
        buttons.addWidget(more)
        return buttons

    def menu(self) -> QMenu:
        """What can be done with this entry by this person."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self.row
        menu.addAction(icon("edit"), "Edit" if self.rights.edit else "Open", lambda: self.opened.emit(row))
        if self.rights.edit and row.status == "pending":
            menu.addAction(icon("complete"), "Complete", lambda: self.completed.emit(row))
            menu.addAction(icon("cancel"), "Cancel interaction", lambda: self.cancelled.emit(row))
        if self.rights.delete:
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Delete", lambda: self.deleted.emit(row))
        return menu

    def _show_menu(self, place: QPoint) -> None:
        self.menu().popup(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit(self.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.row)
        elif event.key() == Qt.Key.Key_Delete and self.rights.delete:
            self.deleted.emit(self.row)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)


def _shortened(text: str) -> str:
    """The beginning of a long text; the dialog shows all of it."""
    lines = "\n".join(text.splitlines()[:LINES])
    short = lines if len(lines) <= LETTERS else lines[:LETTERS].rsplit(" ", 1)[0]
    return short if short == text else f"{short.rstrip()} …"


def _about(row: InteractionRow, now: datetime) -> str:
    parts = [TYPE_WORDS.get(row.type, row.type)]
    if row.created_at is not None:
        parts.append(moment_text(row.created_at, now))
    if row.duration:
        parts.append(minutes_text(row.duration))
    parts.append(row.author if row.assignee in ("", row.author) else f"{row.author} → {row.assignee}")
    return " · ".join(part for part in parts if part)


def _icon_tone(row: InteractionRow, now: datetime) -> str:
    if row.status == "pending" and row.follow_up is not None:
        return _DUE_TONES[due(row.follow_up, now)]
    return "text_muted" if row.status != "cancelled" else "text_disabled"


def _spoken(row: InteractionRow, now: datetime) -> str:
    parts = [row.subject, _about(row, now)]
    if row.status == "pending" and row.follow_up is not None:
        parts.append(due_text(row.follow_up, now))
    else:
        parts.append(row.status)
    return ", ".join(parts)
