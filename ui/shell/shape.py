"""The three widths that the window is designed for."""

from enum import Enum

from ui.theme.tokens import PHONE, TABLET


class Shape(Enum):
    """NARROW: one column with touch-sized rows. MEDIUM: the card slides over the list. WIDE: side by side."""

    NARROW = "narrow"
    MEDIUM = "medium"
    WIDE = "wide"

    @classmethod
    def of(cls, width: int) -> "Shape":
        """The shape for a window `width` pixels wide."""
        if width < PHONE:
            return cls.NARROW
        return cls.MEDIUM if width < TABLET else cls.WIDE
