"""Design tokens: the colours by role, in a light and a dark set, and the spacing scale.

Text colours reach at least 4.5:1 on every surface they are meant for and control outlines 3:1 (WCAG 2.2, 1.4.3 and
1.4.11). The colours of charts are those of Okabe and Ito (jfly.uni-koeln.de/color), shifted in lightness until they
reach 3:1 on a surface and stay apart without red, green or blue cones. tests/ui/test_theme.py computes both.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication, QPalette


@dataclass(frozen=True)
class Tokens:
    """One theme. Colours are `#rrggbb`; `*_soft` is the quiet background that carries the colour of the same name."""

    dark: bool
    background: str  # behind everything
    surface: str  # cards, tables, dialogs, fields
    surface_alt: str  # table headers, wells, disabled fields
    surface_hover: str
    border: str  # separators and card outlines: decoration
    border_strong: str  # outlines that a control is recognised by
    text: str
    text_muted: str
    text_disabled: str
    accent: str  # filled buttons, focus ring
    accent_hover: str
    accent_pressed: str
    accent_text: str  # links, selected tabs, icons on a surface
    accent_soft: str  # selected rows and segments
    on_accent: str
    danger: str
    danger_soft: str
    danger_fill: str
    danger_fill_hover: str
    warning: str
    warning_soft: str
    success: str
    success_soft: str
    info: str
    info_soft: str
    neutral_soft: str
    bronze: str
    bronze_soft: str
    silver: str
    silver_soft: str
    gold: str
    gold_soft: str
    platinum: str
    platinum_soft: str
    found: str  # behind a searched word
    tooltip: str
    tooltip_text: str
    series: tuple[str, ...]  # charts, in order: blue, orange, green, purple, yellow, sky or vermilion, grey


# Spacing in pixels, a 4/8 grid.
XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
RADIUS_SMALL = 6
TOUCH_ROW = 44

# Widths at which the layout changes: below PHONE one column, below TABLET the card slides over the list.
PHONE = 600
TABLET = 1080

LIGHT = Tokens(
    dark=False,
    background="#f5f6f8",
    surface="#ffffff",
    surface_alt="#f1f3f6",
    surface_hover="#eef1f5",
    border="#e2e6ec",
    border_strong="#838e9e",
    text="#18212d",
    text_muted="#566273",
    text_disabled="#929cab",
    accent="#3353d6",
    accent_hover="#2944ba",
    accent_pressed="#213899",
    accent_text="#2c4bcb",
    accent_soft="#e8edfd",
    on_accent="#ffffff",
    danger="#b92838",
    danger_soft="#fdecee",
    danger_fill="#c02d3d",
    danger_fill_hover="#a32331",
    warning="#855600",
    warning_soft="#fff3d9",
    success="#176f45",
    success_soft="#e4f5eb",
    info="#1c6689",
    info_soft="#e3f2fa",
    neutral_soft="#eceff3",
    bronze="#85491f",
    bronze_soft="#f9ece2",
    silver="#4c5868",
    silver_soft="#e9edf2",
    gold="#735600",
    gold_soft="#fbf0cb",
    platinum="#4b4a94",
    platinum_soft="#ececfb",
    found="#ffe69c",
    tooltip="#18212d",
    tooltip_text="#ffffff",
    series=("#0a5fa6", "#d55e00", "#1d9a78", "#8a3a78", "#7d5c00", "#3a98d2", "#4e5663"),
)

DARK = Tokens(
    dark=True,
    background="#12161c",
    surface="#1a2029",
    surface_alt="#212935",
    surface_hover="#252e3b",
    border="#2d3745",
    border_strong="#6b788b",
    text="#e8ecf2",
    text_muted="#a5b0bf",
    text_disabled="#6c7787",
    accent="#4463e4",
    accent_hover="#4c6bea",
    accent_pressed="#3854cd",
    accent_text="#9fb2ff",
    accent_soft="#263358",
    on_accent="#ffffff",
    danger="#f58c96",
    danger_soft="#42242b",
    danger_fill="#c53949",
    danger_fill_hover="#cc4152",
    warning="#f0bd5e",
    warning_soft="#3c311b",
    success="#72cf9e",
    success_soft="#1d392c",
    info="#7fc6ea",
    info_soft="#1c3543",
    neutral_soft="#2a3341",
    bronze="#e6a878",
    bronze_soft="#3d2c20",
    silver="#c0cad8",
    silver_soft="#303946",
    gold="#ecc75a",
    gold_soft="#3a3218",
    platinum="#b9b8fb",
    platinum_soft="#302f55",
    found="#7a5d12",
    tooltip="#e8ecf2",
    tooltip_text="#18212d",
    series=("#56b4e9", "#e69f00", "#1fa37e", "#e39ac2", "#f0e442", "#d9652b", "#c9d3e0"),
)


def tokens() -> Tokens:
    """The tokens of the theme on screen; Qt's own palette says which that is."""
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if window.lightness() < 128 else LIGHT
