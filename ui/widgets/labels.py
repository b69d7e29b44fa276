"""Text: labels by role, and a label that shortens its text instead of being cut."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget


def text_label(text: str, role: str = "", *, wrap: bool = True, parent: QWidget | None = None) -> QLabel:
    """A label; `role` is one of the stylesheet's: title, heading, subheading, label, muted, caption, error, display."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def tooltip(text: str) -> str:
    """A tooltip that shows `text` as it is. Qt takes what looks like HTML for HTML, and would load its images."""
    return f"<span>{html.escape(text)}</span>".replace("\n", "<br/>") if "<" in text else text


def literal(text: str) -> str:
    """The text of a button or a menu's entry that shows each "&", where Qt takes one for the mark of a key."""
    return text.replace("&", "&&")


class ElidedLabel(QLabel):
    """One line; what does not fit is shortened with an ellipsis and shown whole in the tooltip."""

    def __init__(
        self,
        text: str = "",
        role: str = "",
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…") * 3, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        rect = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._mode, rect.width())
        self.style().drawItemText(
            painter, rect, int(self.alignment()), self.palette(), self.isEnabled(), text, QPalette.ColorRole.WindowText
        )

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.contentsRect().width()
            self.setToolTip("" if fits else tooltip(self.text()))
        return super().event(event)
