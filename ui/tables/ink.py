"""Colours, fonts and measures of table cells, made once per theme and font instead of once per cell."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QStaticText, QTextOption

from ui.tables.columns import Tone
from ui.theme.tokens import Tokens

MOST_LINES = 6_000
_TEXT: dict[Tone, str] = {"text": "text", "muted": "text_muted", "neutral": "text_muted", "accent": "accent_text"}
_SOFT: dict[Tone, str] = {"text": "neutral_soft", "muted": "neutral_soft"}


@dataclass(frozen=True)
class Line:
    """A line of text, laid out once: shaping it anew at each frame is what makes scrolling slow."""

    text: str
    glyphs: QStaticText
    width: float
    height: float


class Face:
    """A font with its measures and the lines already laid out."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetricsF(font)
        self._lines: dict[tuple[str, int], Line] = {}

    def line(self, text: str, width: int) -> Line:
        """The text, cut with an ellipsis where it is wider than `width` pixels."""
        key = (text, width)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) > MOST_LINES:
                self._lines.clear()
            line = self._lay_out(text)
            if line.width > width:  # most texts fit: measuring them before would shape them twice
                line = self._lay_out(self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width))
            self._lines[key] = line
        return line

    def _lay_out(self, text: str) -> Line:
        glyphs = QStaticText(text)
        glyphs.setTextFormat(Qt.TextFormat.PlainText)
        glyphs.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        glyphs.setTextOption(option)
        glyphs.prepare(font=self.font)
        size = glyphs.size()
        return Line(text, glyphs, size.width(), size.height())


class Ink:
    """Everything that a painter of cells dips into."""

    def __init__(self, tokens: Tokens, font: QFont) -> None:
        strong = QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        small = QFont(font)
        small.setPointSizeF(max(6.0, font.pointSizeF() * 0.9)) if font.pointSizeF() > 0 else small.setPixelSize(
            max(9, round(font.pixelSize() * 0.9))
        )
        small.setWeight(QFont.Weight.Medium)
        self.body = Face(font)
        self.strong = Face(strong)
        self.small = Face(small)
        self._tokens = tokens
        self._colours: dict[str, QColor] = {}

    def colour(self, token: str) -> QColor:
        """A colour of the theme by its token's name."""
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = QColor(getattr(self._tokens, token))
        return found

    def text(self, tone: Tone) -> QColor:
        """The colour of words in this tone."""
        return self.colour(_TEXT.get(tone, tone))

    def soft(self, tone: Tone) -> QColor:
        """The quiet background behind words in this tone."""
        return self.colour(_SOFT.get(tone, f"{tone}_soft"))
