"""Appearance: theme and text size; and when this computer locks the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.settings.keys import LOCK_CHOICES, LOCK_MINUTES, LOCK_MINUTES_KEY, TEXT_SCALE_KEY, THEME_KEY
from ui.theme.theme import MODES, TEXT_SCALES
from ui.theme.tokens import L
from ui.widgets.form import ComboBox, FormField
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.sign_in.idle import IdleWatch

WIDEST = 420
THEME_WORDS = {"system": "Like the system", "light": "Light", "dark": "Dark"}


class AppearancePage(QWidget):
    """What is chosen shows at once and is remembered on this computer."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        theme = context.theme
        self.theme = ComboBox([(mode, THEME_WORDS[mode]) for mode in MODES])
        self.theme.set_value(theme.mode)
        self.text_size = ComboBox([(str(scale), f"{scale:.0%}") for scale in TEXT_SCALES])
        self.text_size.set_value(str(theme.text_scale))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        for field in (FormField("Theme", self.theme), FormField("Text size", self.text_size)):
            field.setMaximumWidth(WIDEST)
            column.addWidget(field)
        column.addStretch(1)
        self.theme.value_changed.connect(self._set_theme)
        self.text_size.value_changed.connect(self._set_text_size)

    def _set_theme(self, value: str) -> None:
        for mode in MODES:
            if mode == value:
                self._context.theme.set_mode(mode)
                self._context.preferences.set(THEME_KEY, mode)

    def _set_text_size(self, value: str) -> None:
        self._context.theme.set_text_scale(float(value))
        self._context.preferences.set(TEXT_SCALE_KEY, float(value))


class ComputerPage(QWidget):
    """What holds for this computer only."""

    def __init__(self, context: Signed, idle: IdleWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._idle = idle
        self.minutes = ComboBox([(str(minutes), words) for minutes, words in LOCK_CHOICES])
        self.minutes.set_value(str(context.preferences.get(LOCK_MINUTES_KEY, LOCK_MINUTES)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        hint = "The password of the person signed in opens it again. Nothing that was typed is lost."
        lock = FormField("Lock the window", self.minutes, hint=hint)
        lock.setMaximumWidth(WIDEST)
        column.addWidget(lock)
        column.addWidget(text_label("Where the customers are", "subheading"))
        column.addWidget(text_label(_where(context), "muted"))
        column.addStretch(1)
        self.minutes.value_changed.connect(self._set_minutes)

    def _set_minutes(self, value: str) -> None:
        self._context.preferences.set(LOCK_MINUTES_KEY, int(value))
        self._idle.set_minutes(int(value))


def _where(context: Signed) -> str:
    profile = context.profile
    if profile.kind == "local":
        return f"On this computer, in {profile.data_dir}."
    return f"{profile.name}: {profile.target}."
