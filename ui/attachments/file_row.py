"""One attached file: its name, how large, when and by whom; open it, save it, delete it."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from crm_desktop.attachments.names import size_text
from crm_desktop.attachments.queries import AttachmentRow
from ui.interactions.local_time import full_text, moment_text, to_wall
from ui.theme.icons import icon
from ui.theme.tokens import RADIUS_SMALL, XS, S, tokens
from ui.widgets.buttons import icon_button
from ui.widgets.frames import IconLabel
from ui.widgets.labels import ElidedLabel, tooltip

_ICONS = {"image": "image", "audio": "file-text", "text": "file-text"}


class FileRow(QWidget):
    """Enter or a double click opens it, or saves what is not opened from here; the menu holds the rest."""

    opened = Signal()
    saved = Signal()
    deleted = Signal()

    def __init__(self, row: AttachmentRow, *, may_open: bool, may_delete: bool, of_interaction: bool) -> None:
        super().__init__()
        self.row = row
        self._may_open = may_open
        self._may_delete = may_delete
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        parts = [size_text(row.size), moment_text(row.created_at, datetime.now(UTC)), row.author]
        if row.interaction and not of_interaction:
            parts.append(row.interaction)
        detail = " · ".join(part for part in parts if part)
        self.setAccessibleName(f"{row.file_name}, {detail}")
        self.setToolTip(tooltip(f"{row.file_name}\nAttached {full_text(to_wall(row.created_at))}"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(row.file_name, mode=Qt.TextElideMode.ElideMiddle))
        words.addWidget(ElidedLabel(detail, "caption"))
        self.more_button = icon_button("more-vertical", f"More for {row.file_name}", small=True)
        self.more_button.clicked.connect(
            lambda _c=False: self._show_menu(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(XS, XS, 0, XS)
        line.setSpacing(S)
        glyph = _ICONS.get(row.media_type.partition("/")[0], "file")
        line.addWidget(IconLabel(glyph, 20), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignTop)

    def menu(self) -> QMenu:
        """What this person can do with it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._may_open:
            menu.addAction(icon("export"), "Open", self.opened.emit)
        menu.addAction(icon("save"), "Save as…", self.saved.emit)
        if self._may_delete:
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Delete", self.deleted.emit)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(tokens().accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS_SMALL, RADIUS_SMALL)
            painter.end()

    def _show_menu(self, place: QPoint) -> None:
        self.menu().popup(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._use()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._use()
        elif event.key() == Qt.Key.Key_Delete and self._may_delete:
            self.deleted.emit()
        elif event.key() == Qt.Key.Key_Menu:
            self._show_menu(self.mapToGlobal(self.rect().bottomLeft()))
        else:
            super().keyPressEvent(event)

    def _use(self) -> None:
        (self.opened if self._may_open else self.saved).emit()
