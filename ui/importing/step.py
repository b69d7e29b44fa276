"""What every step of the wizard has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme.tokens import L

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.importing.choices import Choices


class Step(QWidget):
    """`ready_changed` when Next can or can no longer be pressed; `said` is a failure (title, hint; "" clears)."""

    title = ""
    next_text = "Next"
    ready_changed = Signal()
    said = Signal(str, str)

    def __init__(self, context: Signed, choices: Choices) -> None:
        super().__init__()
        self._context = context
        self._choices = choices
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(L)

    @property
    def ready(self) -> bool:
        """Whether one can go on."""
        return True

    @property
    def busy(self) -> bool:
        """Whether something runs that would have to be stopped first."""
        return False

    def enter(self) -> None:
        """The step is shown: forwards, or again."""

    def leave(self) -> None:
        """The step is left, either way."""

    def stop(self) -> None:
        """Stop what runs."""
