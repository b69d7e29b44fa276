"""Buttons by kind. The text is the accessible name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from ui.theme.icons import icon, icon_side
from ui.widgets.labels import tooltip

BESIDE_WORDS = 18
_TONES = {"primary": "on_accent", "danger": "on_accent", "danger-quiet": "danger", "link": "accent_text"}


class _KeepsIconSize:
    """An icon as large as the text of the application asks for, also after that has changed."""

    _side = _spare = 0

    def size_icon(self, side: int, spare: int = 0) -> None:
        """`side` at the normal size of text; `spare` is how much wider its box is."""
        self._side, self._spare = side, spare
        side = icon_side(side)
        self.setIconSize(QSize(side + spare, side))  # type: ignore[attr-defined]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)  # type: ignore[misc]
        if self._side and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.size_icon(self._side, self._spare)


class IconButton(_KeepsIconSize, QToolButton):
    """A button with an icon only."""


class Button(_KeepsIconSize, QPushButton):
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
        made.size_icon(BESIDE_WORDS, 6)
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
    side: int = 0,
    tone: str = "text_muted",
    parent: QWidget | None = None,
) -> QToolButton:
    """A button with an icon only; `name` is its accessible name and tooltip, `side` another size of the icon."""
    made = IconButton(parent)
    made.setProperty("kind", "small-icon" if small else "icon")
    made.setIcon(icon(icon_name, tone))
    made.size_icon(side or (16 if small else 20))
    made.setToolTip(tooltip(name))
    made.setAccessibleName(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made
