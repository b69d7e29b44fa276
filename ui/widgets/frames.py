"""Surfaces: cards, wells, separators, message boxes inside a page, empty states, scrolled pages."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.icons import icon, icon_side
from ui.theme.tokens import L, M
from ui.widgets.labels import text_label
from ui.widgets.scroll_area import ScrollArea

MESSAGE_ICONS = {"danger": "warning-circle", "warning": "warning", "success": "check-circle", "info": "info"}


class IconLabel(QLabel):
    """An icon that follows the theme."""

    def __init__(self, name: str, size: int = 20, tone: str = "text_muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon(name, tone)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, name: str, tone: str = "text_muted") -> None:
        self._icon = icon(name, tone)
        self.update()

    def sizeHint(self) -> QSize:
        side = icon_side(self._size)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()

    def paintEvent(self, event: object) -> None:
        from PySide6.QtGui import QPainter

        painter = QPainter(self)
        self._icon.paint(painter, self.rect())


class Card(QFrame):
    """A white surface with an outline. Put things into `body`."""

    def __init__(self, title: str = "", parent: QWidget | None = None, *, padding: int = L, role: str = "card") -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(M)
        if title:
            self.body.addWidget(text_label(title, "subheading"))


def separator(vertical: bool = False) -> QFrame:
    line = QFrame()
    line.setProperty("role", "separator-vertical" if vertical else "separator")
    return line


class Message(QFrame):
    """A box within a page or dialog that says what is wrong, or what went well, and what to do next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self._icon = IconLabel("info", 20)
        self._title = text_label("", "subheading")
        self._text = text_label("")
        for label in (self._title, self._text):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(M, 10, M, 10)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def say(self, title: str, text: str = "", tone: str = "danger") -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._icon.set_icon(MESSAGE_ICONS.get(tone, "info"), tone)
        self.setProperty("tone", tone)
        restyle(self)
        restyle(self._title)
        self.setAccessibleName(f"{title} {text}".strip())
        self.show()

    @property
    def text(self) -> str:
        """What it says now, "" when hidden."""
        return "" if self.isHidden() else f"{self._title.text()} {self._text.text()}".strip()

    def clear(self) -> None:
        self.hide()


def scrolled(content: QWidget) -> ScrollArea:
    """`content` in a vertical scroll area without frame or background."""
    area = ScrollArea()
    content.setProperty("role", "scrolled")
    area.setWidget(content)
    content.setAutoFillBackground(False)
    return area


def restyle(widget: QWidget) -> None:
    """Apply the stylesheet again after a property that it looks at has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
