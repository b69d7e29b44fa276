"""Other email addresses and phones on the card: each can be used and copied like the main one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.customers.phones import is_checked, readable
from ui.customers.words import LABELS, NOT_CHECKED
from ui.theme.tokens import S
from ui.widgets.badges import Badge
from ui.widgets.buttons import icon_button
from ui.widgets.value_label import ValueLabel


class OtherLine(QWidget):
    """One value: to read, to use, to copy."""

    wanted = Signal(str)  # the value: write to it, or call it

    def __init__(self, value: str, copied: Callable[[str], None], *, phone: bool) -> None:
        super().__init__()
        self._value = value
        self._shown = readable(value) if phone else value
        self._kind = "phone" if phone else "email"
        self._on_copied = copied
        words = ValueLabel(self._shown)
        words.setAccessibleName(f"{LABELS[self._kind]}: {self._shown}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(words, 1, top)
        if phone and not is_checked(value):
            mark = Badge("Not checked", "warning")
            mark.setToolTip(NOT_CHECKED)
            row.addWidget(mark, 0, top)
        use, icon = (f"Call {self._shown}", "call") if phone else (f"Write to {self._shown}", "email")
        self.use_button = icon_button(icon, use, lambda: self.wanted.emit(value), small=True)
        self.copy_button = icon_button("copy", f"Copy {self._shown}", self._copy, small=True)
        row.addWidget(self.use_button, 0, top)
        row.addWidget(self.copy_button, 0, top)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._shown)
        self._on_copied(f"{LABELS[self._kind]} copied")


class OtherLines(QWidget):
    """All of one kind, one below the other."""

    wanted = Signal(str)

    def __init__(self, copied: Callable[[str], None], *, phone: bool) -> None:
        super().__init__()
        self._copied = copied
        self._phone = phone
        self._values: tuple[str, ...] = ()
        self.lines: list[OtherLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_values(self, values: Sequence[str]) -> None:
        """None take no room."""
        if tuple(values) == self._values:
            return
        self._values = tuple(values)
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = [OtherLine(value, self._copied, phone=self._phone) for value in values]
        for line in self.lines:
            line.wanted.connect(self.wanted)
            self._column.addWidget(line)
