"""What stands where there is nothing to show: nothing there, nothing found, or a failure with a way on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.tokens import L, M, S
from ui.widgets.buttons import button
from ui.widgets.frames import IconLabel
from ui.widgets.labels import text_label


@dataclass(frozen=True)
class Words:
    """What stands where there is nothing to show, and what one can do about it: (button text, what it does), the first
    stands out."""

    icon: str
    title: str
    text: str = ""
    actions: Sequence[tuple[str, Callable[[], object]]] = ()


class StatePanel(QWidget):
    """An icon, a title, a sentence and buttons in the middle of an otherwise empty table, page or card."""

    def __init__(self, words: Words | None = None) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._picture = IconLabel("search", 44, "text_disabled")
        self._title = text_label("", "heading")
        self._text = text_label("", "muted")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(S)
        box = QVBoxLayout(self)
        box.setContentsMargins(L, L, L, L)
        box.setSpacing(S)
        box.addStretch(2)
        box.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addSpacing(S)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setMaximumWidth(440)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            line = QHBoxLayout()
            line.addWidget(label)
            box.addLayout(line)
        box.addSpacing(M)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(self._buttons)
        row.addStretch(1)
        box.addLayout(row)
        box.addStretch(3)
        if words is not None:
            self.say(words)

    def say(self, words: Words, *, tone: str = "text_disabled") -> None:
        """Replace what is shown."""
        self._picture.set_icon(words.icon, tone)
        self._title.setText(words.title)
        self._text.setText(words.text)
        self._text.setVisible(bool(words.text))
        while (item := self._buttons.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for number, (text, action) in enumerate(words.actions):
            self._buttons.addWidget(button(text, action, kind="" if number else "primary"))

    @property
    def text(self) -> str:
        """What it says now."""
        return f"{self._title.text()} {self._text.text()}".strip()
