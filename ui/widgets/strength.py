"""How strong a password is, while it is typed: a bar, a word and advice."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from crm_desktop.access.passwords import MIN_LENGTH, length_fault, password_strength
from ui.theme.tokens import XS
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label

TONES = ("danger", "danger", "warning", "success", "success")


class StrengthMeter(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 4)
        self._bar.setAccessibleName("Password strength")
        self._words = text_label("", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(self._bar)
        column.addWidget(self._words)

    @property
    def text(self) -> str:
        return self._words.text()

    def show_strength(self, password: str, username: str = "") -> None:
        """Empty: say what is asked for."""
        if not password:
            self._bar.setValue(0)
            wanted = f"At least {MIN_LENGTH} characters."
            self._words.setText(f"{wanted} A few unrelated words are strong and easy to remember.")
            return
        strength = password_strength(password, username)
        # A weak password shows a little of the bar, too: an empty one looks as if nothing had been typed.
        self._bar.setValue(max(1, strength.score))
        self._bar.setProperty("tone", TONES[strength.score])
        restyle(self._bar)
        # How long it has to be is said at the field when it is refused.
        advice = f"{len(password)} of {MIN_LENGTH} characters." if length_fault(password) else strength.advice
        self._words.setText(f"{strength.label}. {advice}".strip())
        self._bar.setAccessibleDescription(self._words.text())
