"""Reminders: whether, and how long before a follow-up is due. Each person's own, on this computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.settings.keys import REMIND_BEFORE, reminder_key
from ui.theme.tokens import L
from ui.widgets.form import ComboBox, FormField
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

WIDEST = 420


class RemindersPage(QWidget):
    """What is chosen holds at once; `changed` tells whoever reminds."""

    def __init__(self, context: Signed, changed: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._changed = changed
        self._key = reminder_key(context.user.id)
        stored = context.preferences.get(self._key, 0)
        self.minutes = ComboBox([(str(minutes), words) for minutes, words in REMIND_BEFORE])
        self.minutes.set_value(str(stored if stored in dict(REMIND_BEFORE) else 0))
        hint = "Shown by the desktop, and within the window where the desktop shows no messages."
        field = FormField("Remind me of my follow-ups", self.minutes, hint=hint)
        field.setMaximumWidth(WIDEST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        column.addWidget(field)
        column.addWidget(
            text_label(
                "Each follow-up is reminded of once for each time it is due; what falls due at the same time comes in "
                "one message. While the window is locked, no names are shown.",
                "muted",
            )
        )
        column.addStretch(1)
        self.minutes.value_changed.connect(self._choose)

    def _choose(self, value: str) -> None:
        self._context.preferences.set(self._key, int(value))
        self._changed()
