"""The usual outcomes of an interaction below the field that takes any: a press writes one, and it can be edited."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from crm_desktop.interactions.outcomes import USUAL
from ui.forms.editors import TextEditor
from ui.theme.tokens import XS
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout


class UsualOutcomes(QWidget):
    """For a text editor; hidden where a type has no usual outcomes."""

    def __init__(self, editor: TextEditor, interaction_type: str = "") -> None:
        super().__init__()
        self._editor = editor
        flow = FlowLayout(self, spacing=XS)
        self.choices: dict[str, QPushButton] = {}
        for outcome in dict.fromkeys(each for usual in USUAL.values() for each in usual):
            choice = self.choices[outcome] = button(outcome, partial(self._write, outcome))
            choice.setAccessibleName(f"Outcome: {outcome}")
            flow.addWidget(choice)
        self.show_for(interaction_type)

    def show_for(self, interaction_type: str) -> None:
        """Those of a type."""
        usual = USUAL.get(interaction_type, ())
        for outcome, choice in self.choices.items():
            choice.setVisible(outcome in usual)
        self.setVisible(bool(usual))

    def _write(self, outcome: str) -> None:
        """In place of another usual one, before what somebody has typed."""
        typed = self._editor.value()
        rest = "" if typed in self.choices else typed
        for other in self.choices:
            rest = rest.removeprefix(f"{other}. ")
        self._editor.selectAll()
        self._editor.insertPlainText(f"{outcome}. {rest}" if rest else outcome)
        self._editor.setFocus()
