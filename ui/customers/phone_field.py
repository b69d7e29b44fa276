"""The phone editor: a line of text that remembers which number the person chose to keep as written."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from ui.forms.editors import LineEditor


class PhoneEditor(LineEditor):
    """`kept` is the text that may be saved although it cannot be checked; another text has to be agreed to again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kept: str | None = None

    def keep_as_written(self) -> None:
        """Agree to the number as it stands."""
        self.kept = self.value()
        self.edited.emit()

    @property
    def allowed_unchecked(self) -> bool:
        """Whether the number on screen is one that was agreed to."""
        return self.kept is not None and self.value() == self.kept

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        if self.value() != self.kept:
            self.kept = None
