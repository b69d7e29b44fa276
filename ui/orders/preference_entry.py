"""One stated preference on the card."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.orders.preferences import Preference
from ui.orders.words import ATTITUDE_WORDS, KIND_WORDS
from ui.theme.tokens import S
from ui.widgets.badges import Badge
from ui.widgets.buttons import icon_button
from ui.widgets.value_label import ValueLabel


class PreferenceEntry(QWidget):
    """Likes or dislikes, what, and the note below."""

    edit_wanted = Signal(object)  # Preference
    remove_wanted = Signal(object)

    def __init__(self, row: Preference, *, may_edit: bool) -> None:
        super().__init__()
        self.row = row
        words = ATTITUDE_WORDS[row.attitude]
        kind = "" if row.kind == "other" else KIND_WORDS[row.kind].lower()
        subject = f"{row.subject} ({kind})" if kind else row.subject
        self.setAccessibleName(f"{words} {subject}. {row.note}".strip())
        self.edit_button = icon_button("edit", f"Edit: {words} {row.subject}", small=True)
        self.edit_button.clicked.connect(lambda _c=False: self.edit_wanted.emit(row))
        self.remove_button = icon_button("close", f"Remove: {words} {row.subject}", small=True)
        self.remove_button.clicked.connect(lambda _c=False: self.remove_wanted.emit(row))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(ValueLabel(subject))
        if row.note:
            text.addWidget(ValueLabel(row.note, "muted"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(S)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(Badge(words, "success" if row.attitude == "likes" else "danger"), 0, top)
        line.addLayout(text, 1)
        for each in (self.edit_button, self.remove_button):
            each.setVisible(may_edit)
            line.addWidget(each, 0, top)
