"""What stands above the agenda: whose it is, how many there are, and what can be done with the chosen entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QToolButton, QWidget

from ui.follow_ups.whose_choice import WhoseChoice
from ui.shell.shape import Shape
from ui.shortcuts import hint
from ui.theme.tokens import L, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.labels import text_label

BUTTONS = {
    "done": ("Done", "complete", "follow_up_done"),
    "next": ("Done and next", "follow-up", "follow_up_next"),
    "snooze": ("Snooze", "due", "follow_up_snooze"),
    "reassign": ("Reassign", "people", "follow_up_reassign"),
}


class FollowUpBar(QWidget):
    """Buttons are words where there is room for them, else icons."""

    def __init__(self, who: WhoseChoice, slots: Mapping[str, Callable[[], None]], more: Callable[[], None]) -> None:
        """`slots`: what each of BUTTONS does."""
        super().__init__()
        self.who = who
        self.count = text_label("", "muted", wrap=False)
        self.count.setAccessibleName("Number of follow-ups")
        self.buttons: dict[str, QPushButton] = {}
        self.small_buttons: dict[str, QToolButton] = {}
        for name, (text, glyph, key) in BUTTONS.items():
            self.buttons[name] = button(text, slots[name], icon_name=glyph, kind="ghost")
            self.small_buttons[name] = icon_button(glyph, text, slots[name])
            for each in (self.buttons[name], self.small_buttons[name]):
                each.setToolTip(f"{text} ({hint(key)})")
        self.more_button = icon_button("more-vertical", "More for the chosen follow-up", more)
        self._lay_out()

    def _lay_out(self) -> None:
        whose, tools = QHBoxLayout(), QHBoxLayout()
        whose.addWidget(self.who)
        whose.addWidget(self.count)
        whose.addStretch(1)
        tools.addStretch(1)
        for name in self.buttons:
            tools.addWidget(self.buttons[name])
            tools.addWidget(self.small_buttons[name])
        tools.addWidget(self.more_button)
        self._box = box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        for part in (whose, tools, box):
            part.setSpacing(S)
        box.addLayout(whose)
        box.addLayout(tools, 1)
        self._parts = (whose, tools)

    def set_shape(self, shape: Shape, edge: int) -> None:
        """Words on wide windows, icons on others; `edge` is what the entries below leave at the left."""
        narrow = shape is Shape.NARROW
        for name, made in self.buttons.items():
            made.setHidden(shape is not Shape.WIDE)
            self.small_buttons[name].setHidden(shape is Shape.WIDE or (narrow and name == "next"))
        self._box.setContentsMargins(edge, S, S if narrow else L, S)
        self.count.setHidden(narrow and not self.who.isHidden())
        self._fit()

    def show_count(self, words: str) -> None:
        """How many follow-ups there are."""
        self.count.setText(words)
        self._fit()

    def set_possible(self, *, change: bool, more: bool) -> None:
        """Whether the chosen entry can be changed, and whether there is one at all."""
        for made in (*self.buttons.values(), *self.small_buttons.values()):
            made.setEnabled(change)
        self.more_button.setEnabled(more)

    def place_for_menu(self) -> QPoint:
        """Below the button for more, on the screen."""
        return self.more_button.mapToGlobal(QPoint(0, self.more_button.height()))

    def _fit(self) -> None:
        """In one line, or where large text leaves no room for that, in two."""
        around = self._box.contentsMargins()
        wanted = sum(part.sizeHint().width() for part in self._parts) + around.left() + around.right()
        below = wanted > self.width()
        self._box.setDirection(QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
