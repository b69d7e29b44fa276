"""The tags editor: type and press Enter or a comma, complete from the tags in use, remove a chip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from ui.theme.tokens import S
from ui.widgets.badges import Chip
from ui.widgets.flow_layout import FlowLayout


class TagsField(QWidget):
    """The value is a tuple of tags in the order given; the same word in other letters is the same tag."""

    edited = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tags: list[str] = []
        self._setting = False
        self.input = _TagInput()
        self.input.setPlaceholderText("Type a tag and press Enter")
        self.setFocusProxy(self.input)
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.input)
        column.addWidget(self._chips)
        self._chips.hide()
        self.input.committed.connect(self._take)
        self.input.went_back.connect(self._remove_last)
        self.input.textChanged.connect(self._on_typed)
        self.input.focus_left.connect(self._on_left)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name + " editor")
        self.input.setAccessibleName(name)

    def suggest(self, tags: Iterable[str]) -> None:
        """Offer the tags in use while typing."""
        completer = QCompleter(QStringListModel(list(tags), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(8)
        # Queued: QLineEdit puts the chosen text in after this signal.
        completer.activated.connect(self._complete, Qt.ConnectionType.QueuedConnection)
        self.input.setCompleter(completer)

    def value(self) -> tuple[str, ...]:
        """The chips, and a word that was typed but not yet made one."""
        return tuple(_with(self._tags, self.input.text()))

    def set_value(self, value: Any) -> None:
        self._clear_input()
        self._show([str(tag) for tag in value or ()])

    def _on_typed(self, text: str) -> None:
        if self._setting:
            return
        if "," in text or ";" in text:
            self._take(text)
        else:
            self.edited.emit()

    def _complete(self, text: str) -> None:
        self._take(text)

    def _take(self, text: str) -> None:
        self._show(_with(self._tags, text))
        self._clear_input()
        self.edited.emit()

    def _clear_input(self) -> None:
        self._setting = True
        self.input.clear()
        self._setting = False

    def _remove(self, tag: str) -> None:
        self._show([each for each in self._tags if each != tag])
        self.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _remove_last(self) -> None:
        if self._tags:
            self._remove(self._tags[-1])

    def _on_left(self) -> None:
        if self.input.text().strip():
            self._take(self.input.text())
        self.left.emit()

    def _show(self, tags: Sequence[str]) -> None:
        self._tags = list(tags)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for tag in self._tags:
            chip = Chip(tag)
            chip.removed.connect(self._remove)
            self._flow.addWidget(chip)
        self._chips.setVisible(bool(self._tags))


def _with(tags: Sequence[str], text: str) -> list[str]:
    """The tags and the words of `text` (commas or semicolons between them) that are not among them yet."""
    result = list(tags)
    known = {tag.casefold() for tag in tags}
    for word in text.replace(";", ",").split(","):
        tag = " ".join(word.split())
        if tag and tag.casefold() not in known:
            known.add(tag.casefold())
            result.append(tag)
    return result


class _TagInput(QLineEdit):
    committed = Signal(str)
    went_back = Signal()
    focus_left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self.text().strip():
            self.committed.emit(self.text())
            event.accept()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.went_back.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.focus_left.emit()
