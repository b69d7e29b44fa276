"""What can be done with attached files: the same wherever they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_desktop.attachments.actions import delete_file
from crm_desktop.attachments.names import is_runnable
from crm_desktop.attachments.queries import AttachmentRow
from crm_desktop.errors import CrmError
from ui.attachments.file_work import Added, add_files, copy_to_open, write_copy
from ui.operations import DataChange
from ui.undo import offer_undo
from ui.widgets.progress_dialog import ProgressDialog
from ui.widgets.system_dialogs import ask_where_to_save

if TYPE_CHECKING:
    from ui.context import Signed

CHANGED = frozenset({"attachments"})
FOLDER_KEY = "attachments/folder"


class FileActions(QObject):
    """For the card or dialog that is `parent`."""

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent

    def may_delete(self, row: AttachmentRow) -> bool:
        """One's own files; administrators all."""
        return self._context.user.role == "admin" or row.created_by == self._context.user.id

    def may_open(self, row: AttachmentRow) -> bool:
        """What could run something is only saved."""
        return not is_runnable(row.file_name)

    def choose(self, customer_id: UUID, interaction_id: UUID | None) -> None:
        """Let the person pick files to add."""
        chooser = QFileDialog(self._window, "Attach files", str(self._context.preferences.get(FOLDER_KEY, "") or ""))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.filesSelected.connect(
            lambda names: self.add([Path(name) for name in names], customer_id, interaction_id)
        )
        chooser.finished.connect(lambda _result: chooser.deleteLater())
        chooser.open()

    def add(self, paths: Sequence[Path], customer_id: UUID, interaction_id: UUID | None) -> None:
        """Attach files; those that cannot be are named, with the reason."""
        if not paths:
            return
        self._context.preferences.set(FOLDER_KEY, str(paths[0].parent))
        handle = self._context.operations.background(
            self._window,
            lambda progress: add_files(self._context.database, paths, customer_id, interaction_id, progress),
            lambda added: self._added(added, customer_id),
            always=True,
        )
        ProgressDialog(self._window, handle, "Adding files")

    def open(self, row: AttachmentRow) -> None:
        """Hand a copy to the program for such files."""
        try:
            path = self._context.opened_files.path_for(row.id, row.file_name)
        except CrmError as error:
            self._context.notices.crm_error(error)
            return
        handle = self._context.operations.background(
            self._window,
            lambda progress: copy_to_open(self._context.database, row, path, progress),
            self._hand_over,
        )
        ProgressDialog(self._window, handle, f"Opening {row.file_name}")

    def save(self, row: AttachmentRow) -> None:
        """Write the file where the person says."""
        folder = str(self._context.preferences.get(FOLDER_KEY, "") or "")
        ask_where_to_save(self._window, "Save file", folder, row.file_name, "", lambda path: self.save_to(row, path))

    def save_to(self, row: AttachmentRow, path: Path) -> None:
        """Write the file to `path`."""
        handle = self._context.operations.background(
            self._window,
            lambda progress: write_copy(self._context.database, row, path, progress),
            lambda saved: self._context.notices.info(f"Saved as {saved.name}."),
        )
        ProgressDialog(self._window, handle, f"Saving {row.file_name}")

    def delete(self, row: AttachmentRow) -> None:
        """Gone, with a way back."""

        def done(transaction: int) -> None:
            afterwards = f"{row.file_name} is back."
            offer_undo(self._context, f"{row.file_name} was deleted.", transaction, CHANGED, afterwards)

        work = partial(delete_file, attachment_id=row.id)
        self._context.operations.change(self._context.notices, work, done, changed=CHANGED)

    def _added(self, added: Added, customer_id: UUID) -> None:
        notices = self._context.notices
        if added.names:
            count = len(added.names)
            what = f"{added.names[0]} was" if count == 1 else f"{count} files were"
            notices.info(f"{what} attached.")
            self._context.operations.tell_changed(DataChange(CHANGED, (customer_id,), self))
        if len(added.refused) == 1:
            notices.crm_error(added.refused[0][1])
        elif added.refused:
            reasons = " ".join(dict.fromkeys(str(error) for _name, error in added.refused[:3]))
            notices.error(f"{len(added.refused)} files were not attached.", reasons)
        if added.cancelled and not added.names:
            notices.info("Cancelled. No file was attached.")

    def _hand_over(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._context.notices.error(f"No program for {path.name} is set up here.", "Save the file instead.")
