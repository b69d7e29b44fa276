"""Lines of text, badges and chips in their places."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.helpers.contrast import contrast
from ui.tables.columns import LEFT, RIGHT, Tone
from ui.tables.ink import Ink
from ui.tables.painting import badge_width, draw_badge, draw_chips, draw_words
from ui.theme.tokens import DARK, LIGHT, Tokens
from ui.widgets.badges import TONES


def canvas() -> QImage:
    image = QImage(200, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    return image


def inked(image: QImage) -> list[int]:
    """The x at which something was drawn."""
    white = image.pixel(199, 39)
    return [x for x in range(200) if any(image.pixel(x, y) != white for y in range(40))]


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_words_stay_in_their_cell(qtbot: QtBot, tokens: Tokens) -> None:
    ink, image = Ink(tokens, QFont()), canvas()
    painter = QPainter(image)
    draw_words(painter, QRect(20, 0, 60, 40), "A rather long name of a company", ink.body, ink, "danger", LEFT, ())
    painter.end()
    marks = inked(image)
    assert marks
    assert min(marks) >= 19 and max(marks) <= 81


def test_numbers_stand_at_the_right(qtbot: QtBot) -> None:
    ink, image = Ink(LIGHT, QFont()), canvas()
    painter = QPainter(image)
    draw_words(painter, QRect(0, 0, 150, 40), "42", ink.body, ink, "text", RIGHT, ())
    painter.end()
    assert 145 <= max(inked(image)) <= 150


def test_a_cut_text_is_marked_where_it_is_cut(qtbot: QtBot) -> None:
    ink, image = Ink(LIGHT, QFont()), canvas()
    painter = QPainter(image)
    text = "abcdefgh" * 10
    draw_words(painter, QRect(0, 0, 100, 40), text, ink.body, ink, "text", LEFT, [(70, 4)])
    painter.end()
    found = ink.colour("found").rgb()
    assert any(image.pixel(x, 20) == found or image.pixel(x, 14) == found for x in range(80, 102))


def test_chips_that_do_not_fit_are_counted(qtbot: QtBot) -> None:
    ink, image = Ink(LIGHT, QFont()), canvas()
    painter = QPainter(image)
    draw_chips(painter, QRect(0, 0, 120, 40), ("wholesale", "newsletter", "key account"), ink)
    painter.end()
    assert max(inked(image)) <= 121


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("tone", sorted(set(TONES.values())))
def test_a_badge_on_a_chosen_row_can_be_seen(qtbot: QtBot, tokens: Tokens, tone: Tone) -> None:
    """ "Paid" has the very colour of a chosen row behind it."""
    ink, image = Ink(tokens, QFont()), canvas()
    ground = ink.colour("accent_soft")
    image.fill(ground)
    painter = QPainter(image)
    draw_badge(painter, QRect(10, 0, 100, 40), "Paid", ink, tone, outlined=True)
    painter.end()
    edge = image.pixelColor(10, 20)
    assert contrast(edge.name(), ground.name()) >= 3


def test_an_empty_badge_draws_nothing(qtbot: QtBot) -> None:
    ink, image = Ink(LIGHT, QFont()), canvas()
    painter = QPainter(image)
    assert draw_badge(painter, QRect(0, 0, 100, 40), "", ink, "success") == 0
    assert draw_badge(painter, QRect(0, 0, 100, 40), "Active", ink, "success") == badge_width("Active", ink)
    painter.end()
