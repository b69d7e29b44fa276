"""Taking an import back: with progress and Cancel, because it may have been a large one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.importing.history import UndoneImport, undo_import
from ui.widgets.progress_dialog import ProgressDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Progress

CHANGED = frozenset({"customers", "contacts", "interactions", "orders", "imports"})
"""What views show that an import or its undo changes."""


def take_back(
    context: Signed,
    parent: QWidget,
    batch_id: UUID,
    done: Callable[[UndoneImport], None],
    failed: Callable[[CrmError], None],
) -> None:
    """Undo the import; `failed` hears of a cancelled undo, too: nothing has changed then."""

    def work(session: Session, progress: Progress) -> UndoneImport:
        return undo_import(session, batch_id, progress.report)

    def taken_back(undone: UndoneImport) -> None:
        context.undo.import_undone(batch_id)
        done(undone)

    handle = context.operations.long_change(parent, work, taken_back, failed=failed, changed=CHANGED)
    if not handle.over:
        ProgressDialog(parent, handle, "Undoing the import…")


def failure_words(error: CrmError) -> tuple[str, str]:
    """Why nothing was taken back."""
    if isinstance(error, Cancelled):
        return "The undo was cancelled.", "Nothing was changed."
    return str(error), error.hint


def undone_words(undone: UndoneImport) -> tuple[str, str]:
    """What taking an import back came to."""
    if not undone.kept:
        return "The import was undone.", "Everything is as it was before."
    kept = "1 record was" if undone.kept == 1 else f"{undone.kept:,} records were"
    return "The import was undone, but not all of it.", f"{kept} changed since and stayed."
