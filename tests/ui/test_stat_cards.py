"""The figures above the lists."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui.shell.stat_cards import StatCards
from ui.theme import Theme


def test_figures_stay_whole_when_the_text_grows_in_an_open_window(theme: Theme, qtbot: QtBot) -> None:
    cards = StatCards()
    qtbot.addWidget(cards)
    cards.resize(1440, cards.height())
    cards.show()
    before = cards.height()
    theme.set_text_scale(2.0)
    try:
        qtbot.waitUntil(lambda: cards.height() > before * 1.3)
        labels = [label for card in cards.cards for label in card.findChildren(QLabel)]
        qtbot.waitUntil(lambda: all(label.height() >= label.sizeHint().height() for label in labels))
    finally:
        theme.set_text_scale(1.0)
