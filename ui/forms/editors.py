"""The editors of a form: each has `value()` and `set_value()`.

Its signal `edited` comes with each change by the person, `left` when the focus goes elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QStringListModel, Qt, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyledItemDelegate,
    QWidget,
)

from ui.widgets.form import fit_popup


class Editor(Protocol):
    """What a form needs of an editor."""

    edited: SignalInstance
    left: SignalInstance

    def value(self) -> Any: ...

    def set_value(self, value: Any) -> None: ...


def as_shown(value: Any) -> Any:
    """A value of the database as an editor gives it back untouched: trimmed, tuples for lists."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return tuple(value) if isinstance(value, list) else value


class LineEditor(QLineEdit):
    """One line of text, with completion where suggestions are given."""

    edited = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setting = False
        # Not textEdited: screen readers and other helpers set the text as a whole.
        self.textChanged.connect(self._on_text_changed)
        self.returnPressed.connect(self.left)

    def value(self) -> Any:
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        self.show_text(str(value or ""))

    def show_text(self, text: str) -> None:
        """Not typed by the person: no `edited`."""
        self._setting = True
        self.setText(text)
        self._setting = False
        self.setCursorPosition(0)

    def _on_text_changed(self) -> None:
        if not self._setting:
            self.edited.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def suggest(self, words: Sequence[str]) -> None:
        """Offer these while typing, wherever in the word the letters are."""
        completer = QCompleter(QStringListModel(list(words), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(8)
        self.setCompleter(completer)


class TextEditor(QPlainTextEdit):
    """Several lines of text; Tab goes on to the next field."""

    edited = Signal()
    left = Signal()

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._setting = False
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._on_text_changed)
        self._fit()

    def _fit(self) -> None:
        margin = round(self.document().documentMargin()) + self.frameWidth()
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + 2 * margin + 8)

    def changeEvent(self, event: Any) -> None:
        super().changeEvent(event)
        if event.type() in (event.Type.FontChange, event.Type.StyleChange):
            self._fit()

    def _on_text_changed(self) -> None:
        if not self._setting:
            self.edited.emit()

    def value(self) -> Any:
        return self.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        self._setting = True
        self.setPlainText(str(value or ""))
        self._setting = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class Choice(QComboBox):
    """One of a few values; the wheel scrolls the form, not the choice."""

    edited = Signal()
    left = Signal()

    def __init__(self, options: Sequence[tuple[Any, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setItemDelegate(QStyledItemDelegate(self))  # a combo box's own one draws without the stylesheet
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_options(options)
        self.activated.connect(lambda _index: self.edited.emit())

    def set_options(self, options: Sequence[tuple[Any, str]]) -> None:
        """Replace the options; the chosen value stays, also when it is no longer offered."""
        had, chosen, label = self.count() > 0, self.value(), self.currentText()
        self.clear()
        for value, text in options:
            self.addItem(text, value)
        if had and self.place_of(chosen) < 0:
            self.addItem(label, chosen)
        if had:
            self.setCurrentIndex(self.place_of(chosen))

    def offer(self, value: Any, label: str) -> None:
        """Make sure that a value can be shown by its name."""
        if self.place_of(value) < 0:
            self.addItem(label, value)

    def drop(self, value: Any) -> None:
        """No longer offer a value."""
        if self.place_of(value) >= 0:
            self.removeItem(self.place_of(value))

    def value(self) -> Any:
        return self.currentData()

    def set_value(self, value: Any) -> None:
        index = self.place_of(value)
        if index < 0:
            self.addItem(str(value or ""), value)
            index = self.count() - 1
        self.setCurrentIndex(index)

    def place_of(self, value: Any) -> int:
        """Where a value stands; -1 when it is not offered. Qt's own search finds the same object only, and not an id
        that was read a second time."""
        return next((place for place in range(self.count()) if self.itemData(place) == value), -1)

    def showPopup(self) -> None:
        super().showPopup()
        fit_popup(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before and not self.view().isVisible():
            self.edited.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class MinutesEditor(LineEditor):
    """A duration typed as '15', '15 min', '1:30' or '1h 30': whole minutes, or the text when it is none."""

    def value(self) -> Any:
        text = self.text().strip()
        if not text:
            return None
        minutes = parse_minutes(text)
        return text if minutes is None else minutes

    def set_value(self, value: Any) -> None:
        self.show_text("" if value is None else str(value))


def parse_minutes(text: str) -> int | None:
    """Minutes meant by '90', '90 min', '1:30', '1h 30m' or '1.5 h'; None when it is not understood."""
    words = text.lower().replace("minutes", "m").replace("minute", "m").replace("mins", "m").replace("min", "m")
    words = words.replace("hours", "h").replace("hour", "h").replace(" ", "").replace(",", ".")
    if _is_number(words.removesuffix("m")):
        return int(words.removesuffix("m"))
    for separator in (":", "h"):
        hours, found, minutes = words.partition(separator)
        minutes = minutes.removesuffix("m") or "0"
        if found and _is_number(hours) and _is_number(minutes) and int(minutes) < 60:
            return int(hours) * 60 + int(minutes)
    if words.endswith("h"):
        try:
            return round(float(words[:-1]) * 60)
        except (ValueError, OverflowError):
            return None
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
