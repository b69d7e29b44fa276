"""Somebody else saved first: what it was, what they made of it and what I typed, field by field, to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from ui.forms.option import Option
from ui.forms.responsive_grid import ResponsiveGrid
from ui.forms.three_way import Difference, Side
from ui.theme.tokens import S
from ui.widgets.badges import Badge
from ui.widgets.buttons import button
from ui.widgets.dialog import Dialog
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import Card
from ui.widgets.labels import text_label

SIDES: tuple[Side, ...] = ("original", "theirs", "mine")


class ConflictDialog(Dialog):
    """`decided` carries the chosen side of each field; closing it in any other way changes nothing."""

    decided = Signal(dict)

    def __init__(
        self,
        parent: QWidget,
        *,
        noun: str,
        who: str,
        found: Sequence[Difference],
        labels: Mapping[str, str],
        text: Callable[[str, Any], str],
    ) -> None:
        super().__init__(f"{who or 'Somebody else'} saved this {noun} while you were editing it", parent, width=760)
        self.setWindowTitle("Two versions")
        self.heading.setWordWrap(True)
        self._groups: dict[str, QButtonGroup] = {}
        self._captions: dict[Side, str] = {"original": "Original", "theirs": who or "Theirs", "mine": "Mine"}
        self.body.addWidget(text_label(_advice(sum(each.both_changed for each in found)), "muted"))
        shortcuts = QWidget()
        flow = FlowLayout(shortcuts, spacing=S)
        flow.addWidget(button("Take all of mine", lambda: self.choose_all("mine")))
        flow.addWidget(button(f"Take all of {who or 'theirs'}", lambda: self.choose_all("theirs")))
        self.body.addWidget(shortcuts)
        for difference in found:
            self.body.addWidget(self._row(difference, labels.get(difference.field, difference.field), text))
        self.body.addStretch(1)
        self.back_button = self.add_button("Back")
        self.back_button.setToolTip("Go back to the form; nothing is saved")
        self.save_button = self.add_button("Save", "primary")
        self.save_button.setDefault(True)
        self.back_button.clicked.connect(lambda _c=False: self.reject())
        self.save_button.clicked.connect(lambda _c=False: self._decide())
        first = next(iter(sorted(found, key=lambda each: not each.both_changed)), None)
        if first is not None:
            self._groups[first.field].buttons()[SIDES.index(first.suggestion)].setFocus()

    def choices(self) -> dict[str, Side]:
        """What is chosen now."""
        return {name: SIDES[group.checkedId()] for name, group in self._groups.items()}

    def choose(self, name: str, side: Side) -> None:
        """Choose a side of one field."""
        self._groups[name].button(SIDES.index(side)).setChecked(True)

    def choose_all(self, side: Side) -> None:
        """Choose the same side everywhere."""
        for name in self._groups:
            self.choose(name, side)

    def _row(self, difference: Difference, label: str, text: Callable[[str, Any], str]) -> QWidget:
        card = Card(padding=12)
        card.body.setSpacing(S)
        top = QHBoxLayout()
        top.addWidget(text_label(label, "subheading"), 1)
        if difference.both_changed:
            top.addWidget(Badge("Both changed", "warning"))
        card.body.addLayout(top)
        grid = ResponsiveGrid(letters=18, most=3)
        group = QButtonGroup(card)
        for number, side in enumerate(SIDES):
            shown = text(difference.field, difference.value(side))
            grid.add(Option(group, number, self._captions[side], shown, label))
        group.button(SIDES.index(difference.suggestion)).setChecked(True)
        self._groups[difference.field] = group
        card.body.addWidget(grid)
        return card

    def _decide(self) -> None:
        choices = self.choices()
        self.accept()
        self.decided.emit(choices)


def _advice(both_changed: int) -> str:
    what = "Choose what to keep in each field, then save."
    if not both_changed:
        return f"{what} No field was changed by both of you: the suggestion keeps everything."
    return f"{what} {'One field was' if both_changed == 1 else f'{both_changed} fields were'} changed by both of you."
