"""A labelled field of a record: besides hint and error it can warn, and offer something to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.forms.editors import Editor
from ui.theme.tokens import XS
from ui.widgets.buttons import button
from ui.widgets.form import FormField

Tone = Literal["hint", "warning", "error"]


class RecordField(FormField):
    """`name` is the schema's. With `mnemonic`, Alt and that letter puts the focus here."""

    def __init__(
        self, name: str, label: str, editor: QWidget, *, mnemonic: str = "", hint: str = "", required: bool = False
    ) -> None:
        super().__init__(label, editor, hint=hint, required=required)
        self.name = name
        self.label_text = label
        self._standing_hint = hint
        self._tone: Tone = "hint"
        self._act: Callable[[], None] | None = None
        editor.setObjectName(f"field-{name}")
        self.label.setTextFormat(Qt.TextFormat.AutoText)  # plain text labels show no mnemonic
        self.label.setBuddy(editor.focusProxy() or editor)  # a composite editor itself takes no focus
        self.label.setText(_with_mnemonic(label, mnemonic) + (" *" if required else ""))
        self.action_button = button("", self._on_action, kind="link")
        self.action_button.hide()
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.below) + 1, self.action_button)
        column.setSpacing(XS)

    @property
    def control(self) -> Editor:
        """The editor as the form uses it."""
        return cast(Editor, self.editor)

    def value(self) -> Any:
        """The editor's value."""
        return self.control.value()

    def set_value(self, value: Any) -> None:
        """Show a value and forget what was said about the one before."""
        self.control.set_value(value)
        self.clear_message()

    def set_standing_hint(self, text: str) -> None:
        """The line that stands below the field while there is nothing else to say."""
        self._standing_hint = text
        if self._tone == "hint":
            self.clear_message()

    def say(self, text: str, tone: Tone, action_text: str = "", action: Callable[[], None] | None = None) -> None:
        """Say something below the field, with a way to act on it."""
        self._tone = tone
        if tone == "error":
            self.set_error(text)
        else:
            self.set_error("")
            self.set_hint(text, "warning" if tone == "warning" else "caption")
        self._act = action
        self.action_button.setText(action_text)
        self.action_button.setVisible(bool(action_text))

    def clear_message(self) -> None:
        """Back to the standing hint."""
        self.say(self._standing_hint, "hint")

    @property
    def message_text(self) -> str:
        """What is said below the field now."""
        return self.below.text()

    @property
    def tone(self) -> Tone:
        """Whether that is a hint, a warning or an error."""
        return self._tone

    def _on_action(self) -> None:
        if self._act is not None:
            self._act()


def _with_mnemonic(label: str, letter: str) -> str:
    place = label.lower().find(letter.lower()) if letter else -1
    return label if place < 0 else f"{label[:place]}&{label[place:]}"
