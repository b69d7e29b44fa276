"""The question before unsaved changes are thrown away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.widgets.dialog import Dialog
from ui.widgets.labels import text_label


class UnsavedQuestion(Dialog):
    """Save, discard, or go on editing (Esc). Answered without an event loop of its own."""

    def __init__(self, parent: QWidget, noun: str, *, save: Callable[[], None], discard: Callable[[], None]) -> None:
        super().__init__("Save your changes?", parent, width=460)
        words = f"This {noun} has changes that are not saved."
        self.body.addWidget(text_label(words))
        self.setAccessibleDescription(words)
        self.keep_button = self.add_button("Keep editing")
        self.discard_button = self.add_button("Discard", "danger-quiet")
        self.save_button = self.add_button("Save", "primary")
        self.save_button.setDefault(True)
        self.keep_button.clicked.connect(lambda _c=False: self.reject())
        self.discard_button.clicked.connect(lambda _c=False: self._answer(discard))
        self.save_button.clicked.connect(lambda _c=False: self._answer(save))
        self.finished.connect(lambda _result: self.deleteLater())
        self.save_button.setFocus()

    def _answer(self, act: Callable[[], None]) -> None:
        self.accept()
        act()
