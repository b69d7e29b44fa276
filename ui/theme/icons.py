"""Icons: Phosphor glyphs (from QtAwesome's files), tinted at paint time with the palette of the theme on screen.

QtAwesome itself is not imported: that costs more than the whole sign-in window (0.2 s), and its icons keep the colour
that they were made with.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPixmap,
    QRawFont,
    QTransform,
)

from ui.theme.tokens import Tokens, tokens

# What a thing is called here -> its glyph. Any other name is taken as a glyph's own (https://phosphoricons.com, 1.x).
GLYPHS = {
    "add": "plus",
    "analytics": "chart-bar",
    "back": "arrow-left",
    "business": "buildings",
    "call": "phone",
    "cancel": "x-circle",
    "chevron-down": "caret-down",
    "chevron-left": "caret-left",
    "chevron-right": "caret-right",
    "chevron-up": "caret-up",
    "close": "x",
    "columns": "columns",
    "complete": "check-circle",
    "customer-add": "user-plus",
    "customers": "users",
    "delete": "trash",
    "due": "clock",
    "duplicates": "copy",
    "edit": "pencil-simple",
    "email": "envelope-simple",
    "error": "warning-circle",
    "file": "file-text",
    "filter": "funnel-simple",
    "follow-up": "calendar-check",
    "follow_up": "calendar-check",
    "import": "download-simple",
    "individual": "user",
    "interaction": "chat-circle-text",
    "interaction-add": "note-pencil",
    "interactions": "chat-circle-text",
    "location": "map-pin",
    "lock": "lock-simple",
    "loyalty": "medal",
    "meeting": "users-three",
    "menu": "list",
    "merge": "git-merge",
    "more": "dots-three",
    "more-vertical": "dots-three-vertical",
    "other": "dots-three-circle",
    "overdue": "clock-counter-clockwise",
    "owner": "identification-badge",
    "people": "users",
    "print": "printer",
    "redo": "arrow-clockwise",
    "refresh": "arrows-clockwise",
    "sale": "shopping-bag",
    "save": "floppy-disk",
    "search": "magnifying-glass",
    "segments": "users-four",
    "select": "check-square",
    "server": "hard-drives",
    "settings": "gear-six",
    "shortcuts": "keyboard",
    "success": "check-circle",
    "support": "lifebuoy",
    "tags": "tag",
    "this-computer": "desktop",
    "undo": "arrow-counter-clockwise",
}


@cache
def _font_folder() -> Path:
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("QtAwesome's font files are not installed.")
    return Path(spec.origin).parent / "fonts"


@cache
def _charmap() -> dict[str, str]:
    with next(_font_folder().glob("phosphor-charmap-*.json")).open(encoding="utf-8") as file:
        loaded: dict[str, str] = json.load(file)
    return loaded


@cache
def _raw_font() -> QRawFont:
    path = next(p for p in _font_folder().glob("phosphor-*.ttf"))
    return QRawFont(str(path), 64.0)


@cache
def _outline(glyph: str) -> QPainterPath:
    """The outline in a 64 x 64 box."""
    code = _charmap().get(glyph)
    if code is None:
        raise ValueError(f"There is no icon named {glyph!r}.")
    font = _raw_font()
    index = font.glyphIndexesForString(chr(int(code, 16)))[0]
    path = QPainterPath(font.pathForGlyph(index))
    path.setFillRule(Qt.FillRule.WindingFill)
    # The em box of the font is the icon's box: the baseline sits at the ascent.
    path.translate(0.0, font.ascent() * 64.0 / (font.ascent() + font.descent()))
    return path


def _tint(tone: str, mode: QIcon.Mode, theme: Tokens) -> QColor:
    if mode == QIcon.Mode.Disabled:
        return QColor(theme.text_disabled)
    colour = getattr(theme, tone)
    assert isinstance(colour, str)
    return QColor(colour)


def paint_icon(painter: QPainter, rect: QRect, name: str, colour: QColor) -> None:
    """Draw an icon into `rect` (for delegates and other things that paint themselves)."""
    side = min(rect.width(), rect.height())
    transform = QTransform()
    corner = QPointF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2)
    transform.translate(corner.x(), corner.y())
    transform.scale(side / 64.0, side / 64.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setTransform(transform, True)
    painter.fillPath(_outline(GLYPHS.get(name, name)), colour)
    painter.restore()


class _GlyphEngine(QIconEngine):
    def __init__(self, name: str, tone: str) -> None:
        super().__init__()
        self._name = name
        self._tone = tone

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        paint_icon(painter, rect, self._name, _tint(self._tone, mode, tokens()))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._tone)


def icon_side(side: int = 18) -> int:
    """The side of an icon that stands beside text of the application's size; `side` is that at the normal size."""
    return round(side * max(1.0, QFontMetrics(QGuiApplication.font()).height() / 17.0))


@cache
def icon(name: str, tone: str = "text_muted") -> QIcon:
    """An icon by its name here or in Phosphor; `tone` is the field of Tokens that colours it.

    Each is made once and never goes away: when Python's garbage collector frees a widget that holds the last QIcon of
    an engine written in Python, PySide 6.11 crashes in QIcon's destructor.
    """
    _outline(GLYPHS.get(name, name))  # a wrong name fails where it is written, not while painting
    return QIcon(_GlyphEngine(name, tone))


def pixmap(name: str, size: int, tone: str = "text_muted", ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap of `size` logical pixels, for labels."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint_icon(painter, QRect(0, 0, size, size), name, _tint(tone, QIcon.Mode.Normal, tokens()))
    painter.end()
    return made
