"""One run of a segment's rules: when, at whose desk, what it did, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.segments.rule_words import kind_words
from crm_desktop.segments.runs import RunRow
from ui.interactions.local_time import moment_text
from ui.theme.tokens import XS, M
from ui.widgets.buttons import button
from ui.widgets.labels import text_label


class RunEntry(QWidget):
    """`undo_wanted` carries the run."""

    undo_wanted = Signal(object)

    def __init__(self, row: RunRow, *, can_undo: bool) -> None:
        super().__init__()
        self.row = row
        now = datetime.now(UTC)
        when = moment_text(row.at, now)
        who = row.by or "somebody who is gone"
        words = kind_words(row.kind, row.size, row.entered, row.left, row.did)
        self.setAccessibleName(f"{when}, {who}: {words}")
        self.words = text_label(words)
        caption = f"{when} · at the desk of {who}"
        if row.undone_at is not None:
            caption += f" · undone {moment_text(row.undone_at, now)} by {row.undone_by or 'somebody who is gone'}"
            if row.kept:
                caption += f"; {row.kept:,} changed since and stayed"
        column = QVBoxLayout()
        column.setSpacing(XS)
        column.addWidget(self.words)
        column.addWidget(text_label(caption, "caption"))
        self.undo_button = button("Undo", lambda: self.undo_wanted.emit(row), kind="link", icon_name="undo")
        self.undo_button.setAccessibleName(f"Undo the run: {when}, {words}")
        self.undo_button.setVisible(can_undo and row.undone_at is None and row.changed > 0)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(M)
        line.addLayout(column, 1)
        line.addWidget(self.undo_button)
