"""Puts a theme on the application: font, palette and stylesheet; light, dark, or following the system."""

from __future__ import annotations

from dataclasses import fields
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication

from crm_desktop import paths
from ui.theme.tokens import DARK, LIGHT, Tokens

Mode = Literal["system", "light", "dark"]
MODES: tuple[Mode, ...] = ("system", "light", "dark")
TEXT_SCALES = (1.0, 1.15, 1.3, 1.5, 2.0)
FAMILY = "Inter"
FACES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")
# 14 px at 96 dpi; a system that asks for more gets more.
LEAST_POINT_SIZE = 10.5


class Theme(QObject):
    """The look of the running application. Widgets need not listen: palette and stylesheet reach them by themselves;
    `changed` is for what paints with tokens of its own (charts, cached pixmaps)."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = "system", text_scale: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self._mode: Mode = mode
        self._text_scale = text_scale
        self._system_size = app.font().pointSizeF()
        for face in FACES:
            QFontDatabase.addApplicationFont(str(paths.shipped("resources") / "fonts" / face))
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._put_on()

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def text_scale(self) -> float:
        return self._text_scale

    @property
    def tokens(self) -> Tokens:
        return DARK if self._is_dark() else LIGHT

    def set_mode(self, mode: Mode) -> None:
        if mode != self._mode:
            self._mode = mode
            self._put_on()

    def set_text_scale(self, scale: float) -> None:
        """1.0 is the normal size; up to 2.0."""
        if scale != self._text_scale:
            self._text_scale = scale
            self._put_on()

    def _is_dark(self) -> bool:
        if self._mode == "system":
            return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._mode == "dark"

    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._put_on()

    def _put_on(self) -> None:
        font = QFont(FAMILY)
        font.setPointSizeF(max(LEAST_POINT_SIZE, self._system_size) * self._text_scale)
        font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
        self._app.setFont(font)
        self._app.setPalette(palette(self.tokens))
        self._app.setStyleSheet(stylesheet(self.tokens, font))
        self.changed.emit()


def palette(theme: Tokens) -> QPalette:
    """Every role set: nothing of the desktop's own colours shines through."""
    made = QPalette()
    role = QPalette.ColorRole
    normal = {
        role.Window: theme.background,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.surface_alt,
        role.Text: theme.text,
        role.PlaceholderText: theme.text_muted,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.on_accent,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent_text,
        role.LinkVisited: theme.accent_text,
        role.ToolTipBase: theme.tooltip,
        role.ToolTipText: theme.tooltip_text,
        role.Light: theme.surface,
        role.Midlight: theme.surface_hover,
        role.Mid: theme.border,
        role.Dark: theme.border_strong,
        role.Shadow: theme.border_strong,
    }
    for which, colour in normal.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.text_disabled))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.border))
    return made


def stylesheet(theme: Tokens, font: QFont) -> str:
    """resources/styles/application.qss with the tokens filled in; sizes follow the font."""
    line = QFontMetricsF(font).height()
    size = font.pointSizeF()
    avatar = max(20, round(line)) + 16
    styles = paths.shipped("resources") / "styles"
    values: dict[str, str] = {f.name: str(getattr(theme, f.name)) for f in fields(theme)}
    values |= {
        "pt": f"{size:.2f}pt",
        "pt_small": f"{size * 0.9:.2f}pt",
        "pt_large": f"{size * 1.15:.2f}pt",
        "pt_heading": f"{size * 1.3:.2f}pt",
        "pt_title": f"{size * 1.75:.2f}pt",
        "pt_display": f"{size * 2.1:.2f}pt",
        "control": f"{max(20, round(line)) + 2}px",  # with 6 px above and below and the outline: 36 px
        "avatar": f"{avatar}px",
        "avatar_radius": f"{avatar // 2 + 1}px",  # with the outline: a circle
        "row": f"{max(20, round(line))}px",
        "indicator": f"{max(18, round(line))}px",
        "indicator_radius": f"{max(18, round(line)) // 2}px",
        "scheme": "dark" if theme.dark else "light",
        "styles": styles.as_posix(),
    }
    return Template((styles / "application.qss").read_text(encoding="utf-8")).substitute(values)
