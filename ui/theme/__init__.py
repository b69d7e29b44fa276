"""Look: design tokens, Fusion with our own palette, one stylesheet built from the tokens, and tinted icons."""

from ui.theme.icons import icon, paint_icon, pixmap
from ui.theme.theme import Mode, Theme
from ui.theme.tokens import Tokens, tokens

__all__ = ["Mode", "Theme", "Tokens", "icon", "paint_icon", "pixmap", "tokens"]
