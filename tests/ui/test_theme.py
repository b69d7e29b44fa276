"""Contrast of both themes, the palette, the stylesheet, the icons."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStyle, QStyleOptionButton, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.contrast import contrast
from ui.tables.ink import Ink
from ui.theme import Theme, icon, tokens
from ui.theme.icons import GLYPHS
from ui.theme.theme import stylesheet
from ui.theme.tokens import DARK, LIGHT, Tokens
from ui.widgets.badges import TONES
from ui.widgets.buttons import button, icon_button
from ui.widgets.frames import IconLabel

BOTH = pytest.mark.parametrize("theme_tokens", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_text_can_be_read(theme_tokens: Tokens) -> None:
    t = theme_tokens
    grounds = (t.background, t.surface, t.surface_alt, t.surface_hover)
    pairs = [(ink, ground) for ink in (t.text, t.text_muted, t.accent_text, t.danger) for ground in grounds]
    pairs += [(t.on_accent, fill) for fill in (t.accent, t.accent_hover, t.accent_pressed, t.danger_fill)]
    pairs += [(t.on_accent, t.danger_fill_hover), (t.text, t.accent_soft), (t.accent_text, t.accent_soft)]
    tones = ("danger", "warning", "success", "info", "bronze", "silver", "gold", "platinum")
    pairs += [(getattr(t, tone), getattr(t, f"{tone}_soft")) for tone in tones]
    pairs += [(t.text, getattr(t, f"{tone}_soft")) for tone in ("danger", "warning", "success", "info")]
    pairs += [(t.text_muted, t.neutral_soft), (t.text, t.found), (t.tooltip_text, t.tooltip)]
    pairs += [(tone, t.surface) for tone in (t.warning, t.success, t.info)]
    too_weak = [(ink, ground, round(contrast(ink, ground), 2)) for ink, ground in pairs if contrast(ink, ground) < 4.5]
    assert too_weak == []


@BOTH
def test_badges_can_be_read_and_seen_on_a_chosen_row(theme_tokens: Tokens) -> None:
    """Every tone that any value has: its word on its pill and the outline of the pill on the row's ground."""
    ink = Ink(theme_tokens, QFont())
    weak = {}
    for tone in sorted({*TONES.values(), "neutral", "accent"}):
        word, pill = ink.text(tone).name(), ink.soft(tone).name()  # type: ignore[arg-type]
        found = contrast(word, pill), contrast(word, theme_tokens.accent_soft)
        if found[0] < 4.5 or found[1] < 4.5:
            weak[tone] = found
    assert weak == {}


@BOTH
def test_controls_can_be_seen(theme_tokens: Tokens) -> None:
    t = theme_tokens
    pairs = [(line, ground) for line in (t.border_strong, t.accent) for ground in (t.surface, t.background)]
    pairs += [(colour, t.surface) for colour in t.series]
    too_weak = [
        (line, ground, round(contrast(line, ground), 2)) for line, ground in pairs if contrast(line, ground) < 3
    ]
    assert too_weak == []


@BOTH
def test_the_stylesheet_is_complete(theme_tokens: Tokens, qapp: QApplication) -> None:
    made = stylesheet(theme_tokens, QFont("Inter", 10))
    assert "${" not in made
    assert theme_tokens.accent in made


@pytest.fixture
def worn(theme: Theme) -> Iterator[Theme]:
    yield theme
    theme.set_mode("light")
    theme.set_text_scale(1.0)


def test_a_change_reaches_palette_font_and_listeners(worn: Theme, qapp: QApplication) -> None:
    told: list[bool] = []
    worn.changed.connect(lambda: told.append(tokens().dark))
    size = qapp.font().pointSizeF()
    worn.set_mode("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.background)
    worn.set_text_scale(2.0)
    assert qapp.font().pointSizeF() == pytest.approx(size * 2)
    assert qapp.font().family() == "Inter"
    assert told == [True, True]


def test_icons_take_the_colour_of_the_theme(worn: Theme) -> None:
    plus = icon("add", "accent_text")

    def colours() -> set[str]:
        image = plus.pixmap(32, 32).toImage()
        points = ((x, y) for x in range(32) for y in range(32))
        return {QColor(image.pixel(x, y)).name() for x, y in points if image.pixelColor(x, y).alpha() == 255}

    assert colours() == {LIGHT.accent_text}
    worn.set_mode("dark")
    plus = icon("add", "accent_text")
    assert colours() == {DARK.accent_text}


def test_every_named_icon_exists(qapp: QApplication) -> None:
    for name in GLYPHS:
        assert not icon(name).isNull()
    with pytest.raises(ValueError, match="no icon named 'nothing-like-it'"):
        icon("nothing-like-it")


@pytest.mark.parametrize("scale", [1.0, 1.3, 2.0])
def test_initials_fit_their_circle_at_every_text_size(theme: Theme, qtbot: QtBot, scale: float) -> None:
    """Two of the widest letters, not an ellipsis."""
    theme.set_text_scale(scale)
    try:
        made = icon_button("owner", "Menu")
        qtbot.addWidget(made)
        made.setText("WM")
        made.setProperty("kind", "avatar")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        made.show()
        size = made.sizeHint()
        assert size.width() == size.height() >= 36
        assert made.fontMetrics().horizontalAdvance("WM") <= size.width() - 4
    finally:
        theme.set_text_scale(1.0)


def test_a_link_in_focus_shows_all_its_letters(theme: Theme, qtbot: QtBot) -> None:
    made = button("Attach files", kind="link")
    qtbot.addWidget(made)
    made.show()
    made.resize(made.sizeHint())
    rooms = []
    for state in (QStyle.StateFlag.State_None, QStyle.StateFlag.State_HasFocus):
        option = QStyleOptionButton()
        made.initStyleOption(option)
        option.state = (option.state & ~QStyle.StateFlag.State_HasFocus) | state
        rooms.append(made.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, made).width())
    assert rooms[1] >= rooms[0] >= made.fontMetrics().horizontalAdvance(made.text())


# What red, green and blue light become without one kind of cones (Machado, Oliveira and Fernandes 2009, severity 1).
CONES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, cones: str) -> tuple[float, float, float]:
    """A colour as eyes see it, in CIE L*a*b*."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    r, g, b = (max(0.0, sum(m * c for m, c in zip(row, linear, strict=True))) for row in CONES[cones])
    white = (0.95047, 1.0, 1.08883)
    xyz = (
        0.4124 * r + 0.3576 * g + 0.1805 * b,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        0.0193 * r + 0.1192 * g + 0.9505 * b,
    )
    x, y, z = (
        (v / w) ** (1 / 3) if v / w > 0.008856 else 7.787 * v / w + 16 / 116 for v, w in zip(xyz, white, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@BOTH
@pytest.mark.parametrize("cones", CONES)
def test_charts_can_be_told_apart_by_colour_blind_eyes(theme_tokens: Tokens, cones: str) -> None:
    """The first four series by their colours alone; the others have their patterns beside that."""
    colours = [seen(colour, cones) for colour in theme_tokens.series]
    pairs = [(a, b) for a in range(len(colours)) for b in range(a)]
    near = {(a, b): round(math.dist(colours[a], colours[b]), 1) for a, b in pairs}
    assert {pair: far for pair, far in near.items() if max(pair) < 4 and far < 14} == {}
    assert {pair: far for pair, far in near.items() if far < 7} == {}


def test_icons_grow_with_the_text_of_an_open_window(theme: Theme, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    row = QHBoxLayout(page)
    parts = button("Add", icon_name="add"), icon_button("delete", "Delete"), IconLabel("search")
    for part in parts:
        row.addWidget(part)
    page.show()

    def sides() -> list[int]:
        QApplication.processEvents()
        return [parts[0].iconSize().height(), parts[1].iconSize().height(), parts[2].height()]

    assert sides() == [18, 20, 20]
    try:
        theme.set_text_scale(2.0)
        assert all(now > 1.8 * before for now, before in zip(sides(), (18, 20, 20), strict=True))
    finally:
        theme.set_text_scale(1.0)
    assert sides() == [18, 20, 20]
