"""Colours, fonts and measures of table cells, made once per theme and font instead of once per cell."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from ui.tables.columns import Tone
from ui.theme.tokens import Tokens

_TEXT: dict[Tone, str] = {"text": "text", "muted": "text_muted", "neutral": "text_muted", "accent": "accent_text"}
_SOFT: dict[Tone, str] = {"text": "neutral_soft", "muted": "neutral_soft"}


@dataclass(frozen=True)
class Face:
    """A font with its measures and the widths already worked out."""

    font: QFont
    metrics: QFontMetricsF
    cut: dict[tuple[str, int], str]

    @classmethod
    def of(cls, font: QFont) -> "Face":
        """Measure a font."""
        return cls(font, QFontMetricsF(font), {})

    def fit(self, text: str, width: int) -> str:
        """The text, cut with an ellipsis where it is wider than `width` pixels."""
        key = (text, width)
        fitted = self.cut.get(key)
        if fitted is None:
            if len(self.cut) > 20_000:
                self.cut.clear()
            fitted = self.cut[key] = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        return fitted


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
        self.body = Face.of(font)
        self.strong = Face.of(strong)
        self.small = Face.of(small)
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
