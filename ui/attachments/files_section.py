"""The files of a customer or an interaction, with a place to drop more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.attachments.queries import AttachmentRow
from ui.attachments.file_actions import FileActions
from ui.attachments.file_row import FileRow
from ui.theme.tokens import XS, S
from ui.widgets.buttons import button
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

FEW = 5


class FilesSection(QFrame):
    """Says how many there are; the first few at once, all when asked for."""

    def __init__(self, context: Signed) -> None:
        super().__init__()
        self.setAccessibleName("Files")
        self.setProperty("role", "files")
        self.actions_of = FileActions(context, self)
        self._customer_id: UUID | None = None
        self._interaction_id: UUID | None = None
        self._rows: tuple[AttachmentRow, ...] = ()
        self._all = False
        self.files: list[FileRow] = []
        self.title = text_label("Files", "subheading", wrap=False)
        self.add_button = button("Attach files", self.choose, kind="link")
        self._none = text_label("Drop files here to attach them.", "muted")
        self._more = button("", self._show_all, kind="link")
        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(self.title, 1)
        head.addWidget(self.add_button)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(XS)
        box.addLayout(head)
        box.addWidget(self._none)
        box.addLayout(self._column)
        box.addWidget(self._more)
        self.take_drops_of(self)

    def show_files(self, customer_id: UUID, rows: Sequence[AttachmentRow], interaction_id: UUID | None = None) -> None:
        """Show these; what is added goes to this customer, or to this interaction of theirs."""
        if customer_id != self._customer_id:
            self._all = False
        elif tuple(rows) == self._rows and interaction_id == self._interaction_id:
            return
        self._customer_id, self._interaction_id, self._rows = customer_id, interaction_id, tuple(rows)
        self._fill()

    def choose(self) -> None:
        """Pick files to add."""
        if self._customer_id is not None:
            self.actions_of.choose(self._customer_id, self._interaction_id)

    def add(self, paths: Sequence[Path]) -> None:
        """Attach these files."""
        if self._customer_id is not None:
            self.actions_of.add(paths, self._customer_id, self._interaction_id)

    def take_drops_of(self, widget: QWidget) -> None:
        """Files dropped on this widget are added, too."""
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove) and isinstance(event, QDropEvent):
            wanted = bool(_files(event)) and self._customer_id is not None
            if isinstance(event, QDragEnterEvent):
                self._light_up(wanted)
            if wanted:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
            return wanted
        if event.type() == QEvent.Type.DragLeave:
            self._light_up(False)
        elif event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._light_up(False)
            paths = _files(event)
            if paths:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self.add(paths)
                return True
        return super().eventFilter(watched, event)

    def _light_up(self, on: bool) -> None:
        if bool(self.property("lit")) != on:
            self.setProperty("lit", on)
            restyle(self)

    def _show_all(self) -> None:
        self._all = True
        self._fill()
        if len(self.files) > FEW:
            self.files[FEW].setFocus()

    def _fill(self) -> None:
        for made in self.files:
            self._column.removeWidget(made)
            made.hide()
            made.deleteLater()
        shown = self._rows if self._all else self._rows[:FEW]
        self.files = [self._make(row) for row in shown]
        count = len(self._rows)
        self.title.setText(f"Files ({count})" if count else "Files")
        self._none.setHidden(bool(count))
        self._more.setText(f"Show all {count}")
        self._more.setHidden(len(shown) == count)

    def _make(self, row: AttachmentRow) -> FileRow:
        actions = self.actions_of
        made = FileRow(
            row,
            may_open=actions.may_open(row),
            may_delete=actions.may_delete(row),
            of_interaction=self._interaction_id is not None,
        )
        made.opened.connect(lambda: actions.open(row))
        made.saved.connect(lambda: actions.save(row))
        made.deleted.connect(lambda: actions.delete(row))
        self._column.addWidget(made)
        return made


def _files(event: QDropEvent) -> list[Path]:
    """The files on this computer that are being dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
