"""The question before somebody signs out while a dialog holds what was not saved."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QPushButton, QWidget

from ui.widgets.dialog import Dialog
from ui.widgets.labels import text_label

Answer = Literal["stay", "keep", "discard"]
HOLDS = "A dialog that is still open holds changes that have not been saved."
CAN_KEEP = "They can be kept on this computer, for you alone, until you sign in again."


class SignOutQuestion(Dialog):
    """The harmless answer is the default. Keeping is offered where it can be done."""

    def __init__(self, parent: QWidget, *, can_keep: bool) -> None:
        super().__init__("Sign out with unsaved changes?", parent, width=480)
        self.answer: Answer = "stay"
        words = f"{HOLDS} {CAN_KEEP}" if can_keep else HOLDS
        self.body.addWidget(text_label(words))
        self.setAccessibleDescription(words)
        stay = self._offer("Stay", "", "stay")
        self._offer("Discard and sign out", "danger-quiet", "discard")
        if can_keep:
            self._offer("Keep and sign out", "primary", "keep")
        stay.setDefault(True)
        stay.setFocus()

    def _offer(self, text: str, kind: str, answer: Answer) -> QPushButton:
        made = self.add_button(text, kind)
        made.clicked.connect(lambda _c=False: self._take(answer))
        return made

    def _take(self, answer: Answer) -> None:
        self.answer = answer
        self.accept()


def ask_at_sign_out(parent: QWidget, *, can_keep: bool) -> Answer:
    """Waits for the answer."""
    question = SignOutQuestion(parent, can_keep=can_keep)
    question.exec()
    question.deleteLater()
    return question.answer
