"""Icons and Python's garbage collector: PySide 6.11 crashed when a cycle of widgets held the last copy of an icon."""

import gc

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.theme import icon
from ui.widgets.frames import IconLabel


def test_an_icon_is_made_once(qtbot: QtBot) -> None:
    assert icon("search") is icon("search")
    assert icon("search") is not icon("search", "danger")


def test_widgets_in_cycles_can_be_collected(qtbot: QtBot) -> None:
    for _ in range(50):
        holder = QWidget()
        label = IconLabel("search", 20, parent=holder)
        holder.setProperty("label", label)
        label.holder = holder  # type: ignore[attr-defined]
        holder.label = label  # type: ignore[attr-defined]
    del holder, label
    gc.collect()
