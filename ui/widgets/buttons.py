"""Buttons by kind. The text is the accessible name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from ui.theme.icons import icon, icon_side
from ui.widgets.labels import tooltip

_TONES = {"primary": "on_accent", "danger": "on_accent", "danger-quiet": "danger", "link": "accent_text"}


class Button(QPushButton):
    """Return presses it as Space does: Qt does that only for the buttons of a dialog that may become its default."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        # Only a dialog's own choice is its default button; Qt would take the first otherwise.
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)


def button(
    text: str,
    on_click: Callable[[], object] | None = None,
    *,
    kind: str = "",
    icon_name: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """`kind`: primary, danger, danger-quiet, ghost, link, or "" for the ordinary outlined button."""
    made = Button(text, parent)
    if kind:
        made.setProperty("kind", kind)
    if icon_name:
        made.setIcon(icon(icon_name, _TONES.get(kind, "text_muted")))
        # The icon is drawn in the middle of its box: a wider box keeps it off the words.
        made.setIconSize(QSize(icon_side() + 6, icon_side()))
    across = QSizePolicy.Policy.Maximum if kind == "link" else QSizePolicy.Policy.Minimum
    made.setSizePolicy(across, QSizePolicy.Policy.Fixed)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


def primary_button(text: str, on_click: Callable[[], object] | None = None, icon_name: str = "") -> QPushButton:
    return button(text, on_click, kind="primary", icon_name=icon_name)


def icon_button(
    icon_name: str,
    name: str,
    on_click: Callable[[], object] | None = None,
    *,
    small: bool = False,
    tone: str = "text_muted",
    parent: QWidget | None = None,
) -> QToolButton:
    """A button with an icon only; `name` is its accessible name and tooltip."""
    made = QToolButton(parent)
    made.setProperty("kind", "small-icon" if small else "icon")
    made.setIcon(icon(icon_name, tone))
    side = icon_side(16 if small else 20)
    made.setIconSize(QSize(side, side))
    made.setToolTip(tooltip(name))
    made.setAccessibleName(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made
