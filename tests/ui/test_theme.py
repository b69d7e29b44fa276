"""Contrast of both themes, the palette, the stylesheet, the icons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.theme import Theme, icon, tokens
from ui.theme.icons import GLYPHS
from ui.theme.theme import stylesheet
from ui.theme.tokens import DARK, LIGHT, Tokens
from ui.widgets.buttons import icon_button

BOTH = pytest.mark.parametrize("theme_tokens", [LIGHT, DARK], ids=["light", "dark"])


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


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
