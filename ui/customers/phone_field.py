"""The phone editors: they remember which numbers the person chose to keep as written."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from ui.forms.editors import LineEditor
from ui.forms.several_lines import SeveralLines


class Numbers(Protocol):
    """What both have in common."""

    edited: SignalInstance
    left: SignalInstance

    def numbers(self) -> tuple[str, ...]: ...

    def agreed(self) -> frozenset[str]: ...

    def keep_as_written(self) -> None: ...


class PhoneEditor(LineEditor):
    """A number that is agreed to may be saved although it cannot be checked; another one has to be agreed to again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept: str | None = None

    def numbers(self) -> tuple[str, ...]:
        """What is on screen."""
        return (self.value(),) if self.value() else ()

    def agreed(self) -> frozenset[str]:
        """What of that may stay as written."""
        return frozenset({self._kept}.intersection(self.numbers()))  # type: ignore[arg-type]

    def keep_as_written(self) -> None:
        """Agree to the number as it stands."""
        self._kept = self.value()
        self.edited.emit()

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        if self.value() != self._kept:
            self._kept = None


class PhonesEditor(SeveralLines):
    """The same for several numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._kept: frozenset[str] = frozenset()

    def numbers(self) -> tuple[str, ...]:
        """What is on screen."""
        return self.value()

    def agreed(self) -> frozenset[str]:
        """What of that may stay as written."""
        return self._kept.intersection(self.value())

    def keep_as_written(self) -> None:
        """Agree to the numbers as they stand."""
        self._kept = frozenset(self.value())
        self.edited.emit()

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self._kept = self.agreed()
