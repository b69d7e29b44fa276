"""An editor for several values of a kind: one line each, and a blank one at the end for the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ui.forms.editors import LineEditor
from ui.theme.tokens import XS
from ui.widgets.buttons import icon_button
from ui.widgets.frames import restyle


class SeveralLines(QWidget):
    """The value is a tuple of the lines that are not blank. A line that was emptied goes when it is left."""

    edited = Signal()
    left = Signal()

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._placeholder = placeholder
        self._name = ""
        self._description = ""
        self._read_only = False
        self._lines: list[_Line] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(XS)
        self._add("")

    def value(self) -> tuple[str, ...]:
        return tuple(text for line in self._lines if (text := line.input.value()))

    def set_value(self, value: Any) -> None:
        texts = [str(text) for text in value or ()]
        while len(self._lines) > len(texts) + 1:
            self._drop(self._lines[-1])
        while len(self._lines) < len(texts) + 1:
            self._add("")
        for line, text in zip(self._lines, [*texts, ""], strict=True):
            line.input.show_text(text)
        self._settle()

    @property
    def inputs(self) -> list[LineEditor]:
        """The lines, the blank one too."""
        return [line.input for line in self._lines]

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(f"{name} editor")
        self._name = name
        self._settle()

    def setAccessibleDescription(self, text: str) -> None:
        """What is said below the field: a line that an error names in quotation marks is marked."""
        super().setAccessibleDescription(text)
        self._description = text
        wrong = bool(self.property("invalid"))
        for line in self._lines:
            line.input.setAccessibleDescription(text)
            line.input.setProperty("invalid", wrong and f"“{line.input.value()}”" in text)
            restyle(line.input)

    def setReadOnly(self, read_only: bool) -> None:
        self._read_only = read_only
        self._settle()

    def _add(self, text: str) -> _Line:
        line = _Line(text, self._placeholder)
        line.input.setAccessibleDescription(self._description)
        line.input.edited.connect(self._on_edited)
        line.input.left.connect(lambda: self._on_left(line))
        line.remove.clicked.connect(lambda _checked=False: self._remove(line))
        self._lines.append(line)
        self._column.addWidget(line)
        self.setFocusProxy(self._lines[0].input)
        self._settle()
        return line

    def _drop(self, line: _Line) -> None:
        self._lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.setFocusProxy(self._lines[0].input)

    def _remove(self, line: _Line) -> None:
        place = self._lines.index(line)
        self._drop(line)
        self._settle()
        self._lines[min(place, len(self._lines) - 1)].input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _on_edited(self) -> None:
        if self._lines[-1].input.value():
            self._add("")
        self._settle()
        self.edited.emit()

    def _on_left(self, line: _Line) -> None:
        if line in self._lines[:-1] and not line.input.value():
            had_focus = line.input.hasFocus()
            place = self._lines.index(line)
            self._drop(line)
            self._settle()
            if had_focus:  # Return was pressed in it
                self._lines[place].input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.left.emit()

    def _settle(self) -> None:
        """Names, buttons and what stands in the blank line."""
        last = len(self._lines) - 1
        for number, line in enumerate(self._lines):
            name = self._name if number == 0 else f"{self._name} {number + 1}"
            line.input.setAccessibleName(name)
            line.input.setReadOnly(self._read_only)
            line.input.setPlaceholderText(self._placeholder if number == last else "")
            text = line.input.value()
            line.remove.setAccessibleName(f"Remove {text}" if text else f"Remove line {number + 1}")
            line.remove.setToolTip("Remove")
            line.remove.setVisible(number != last and not self._read_only)
            line.setHidden(number == last and number > 0 and self._read_only)


class _Line(QWidget):
    """A value and the button that takes it away."""

    def __init__(self, text: str, placeholder: str) -> None:
        super().__init__()
        self.input = LineEditor(self)
        self.input.setPlaceholderText(placeholder)
        self.input.show_text(text)
        self.remove: QToolButton = icon_button("close", "Remove", small=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(XS)
        row.addWidget(self.input, 1)
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignVCenter)


def joined(values: Sequence[str]) -> str:
    """Several values in words, one in each line."""
    return "\n".join(values)
