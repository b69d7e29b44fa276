"""A labelled field: label above, editor, and below it one line for a hint, a warning or what is wrong."""

from collections.abc import Callable
from typing import Any, Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from ui.forms.editors import Editor
from ui.forms.looks import repolish
from ui.theme.tokens import S, XS

Tone = Literal["hint", "warning", "error"]


class FormField(QWidget):
    """One field of a form.

    `name` is the schema's; the label doubles as accessible name. With `mnemonic` Alt and that letter puts the focus here.
    """

    def __init__(self, name: str, label: str, editor: QWidget, *, mnemonic: str = "", required: bool = False) -> None:
        super().__init__()
        self.name = name
        self.label_text = label
        self.widget = editor
        self.editor = cast(Editor, editor)
        self._standing_hint = ""
        self._tone: Tone = "hint"
        editor.setObjectName(f"field-{name}")
        editor.setAccessibleName(label)
        self._caption = QLabel(_with_mnemonic(label, mnemonic) + (" *" if required else ""))
        self._caption.setProperty("role", "label")
        self._caption.setBuddy(editor)
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setObjectName(f"message-{name}")
        self._action = QPushButton()
        self._action.setProperty("kind", "link")
        self._action.setCursor(Qt.CursorShape.PointingHandCursor)
        self._action_call: Callable[[], None] | None = None
        self._action.clicked.connect(self._on_action)
        below = QHBoxLayout()
        below.setSpacing(S)
        below.addWidget(self._message, 1)
        below.addWidget(self._action, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        column.addWidget(self._caption)
        column.addWidget(editor)
        column.addLayout(below)
        self._message.hide()
        self._action.hide()

    def value(self) -> Any:
        """The editor's value."""
        return self.editor.value()

    def set_value(self, value: Any) -> None:
        """Show a value and forget what was said about the one before."""
        self.editor.set_value(value)
        self.clear_message()

    def set_hint(self, text: str) -> None:
        """A line that stands below the field while nothing is wrong with it."""
        self._standing_hint = text
        if self._tone == "hint":
            self.clear_message()

    def say(
        self, text: str, tone: Tone = "hint", action_text: str = "", action: Callable[[], None] | None = None
    ) -> None:
        """Say something below the field, with a way to act on it."""
        self._tone = tone
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self._message.setProperty("tone", {"hint": "muted", "warning": "warning", "error": "danger"}[tone])
        repolish(self._message)
        self._action_call = action
        self._action.setText(action_text)
        self._action.setVisible(bool(action_text))
        self.widget.setProperty("invalid", tone == "error")
        repolish(self.widget)
        self.widget.setAccessibleDescription(text)

    def clear_message(self) -> None:
        """Back to the standing hint."""
        self.say(self._standing_hint)

    @property
    def message(self) -> str:
        """What is said below the field now."""
        return self._message.text()

    @property
    def tone(self) -> Tone:
        """Whether that is a hint, a warning or an error."""
        return self._tone

    @property
    def action_button(self) -> QPushButton:
        """The button beside the message (hidden when there is nothing to do)."""
        return self._action

    def _on_action(self) -> None:
        if self._action_call:
            self._action_call()


def _with_mnemonic(label: str, letter: str) -> str:
    place = label.lower().find(letter.lower()) if letter else -1
    return label if place < 0 else f"{label[:place]}&{label[place:]}"
