"""How a dialog saves: what is in its form goes to the database in the background, and what became of it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import (
    ConnectionLost,
    CrmError,
    InvalidInput,
    NoCrmAccess,
    NotAllowed,
    NotFound,
    ServerUnavailable,
    StaleRow,
)
from ui.forms.record import Record, Saved
from ui.undo import offer_undo
from ui.widgets.held_picture import HeldPicture

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.forms.record_dialog import RecordDialog


class Saving(QObject):
    """Belongs to one dialog. While it is `running` the dialog stays open."""

    def __init__(self, dialog: RecordDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._picture = HeldPicture(dialog)
        self._close_after = False
        self.running = False

    def save(self, *, close_after: bool) -> None:
        """Save what has changed; wrong fields are marked instead."""
        dialog = self._dialog
        if dialog.busy or not dialog.ready or not dialog.may_edit:
            return
        if dialog.record is not None and not dialog.form.dirty:
            if close_after:
                dialog.accept()
            return
        errors = dialog.form.errors()
        dialog.form.show_errors(errors)
        if errors:
            self._refuse(errors)
            return
        self._close_after = close_after
        self._write(dialog.record, dialog.form.values())

    def save_over(self, theirs: Record, values: Mapping[str, Any]) -> None:
        """Save these values over their version."""
        dialog = self._dialog
        dialog.start_from(theirs)
        dialog.form.fill(values)
        if dialog.form.dirty:
            self._write(theirs, dialog.form.values())
        else:  # everything is as they have it: nothing is left to write
            self._saved(Saved(theirs.id, theirs))

    def _write(self, record: Record | None, values: Mapping[str, Any]) -> None:
        dialog = self._dialog
        dialog.saving.emit()
        self.running = True
        self._picture.hold()  # most saves are over before a form that fades and comes back could be seen
        dialog.notice.clear()
        dialog.show_state()
        closes, title = self._close_after, dialog.title_of(values)

        def work(session: Session) -> Saved:
            earlier = dialog.new_row.found(session, dialog.read) if record is None else None
            row_id = dialog.write(session, earlier or record, values)
            session.flush()
            # Nobody looks at the form again when it closes.
            fresh = None if closes else dialog.read(session, row_id)
            told = dialog.told(session, row_id, title, added=record is None) if closes else ""
            return Saved(row_id, fresh, 0 if earlier else current_transaction(session), told)

        def done(saved: Saved) -> None:
            step = dialog.step(title, added=record is None) if saved.transaction else ""
            self._saved(saved)
            if step and saved.told:
                offer_undo(dialog.context, saved.told, saved.transaction, dialog.subjects_changed(), "", step=step)
            elif step:
                dialog.context.undo.did(step, saved.transaction, dialog.subjects_changed())

        dialog.context.operations.change(
            dialog,
            work,
            done,
            failed=self._failed,
            changed=dialog.subjects_changed(),
            ids=lambda saved: dialog.rows_changed(saved.id),
        )

    def _end(self) -> None:
        self.running = False
        self._dialog.show_state()
        self._picture.release()

    def _saved(self, saved: Saved) -> None:
        dialog = self._dialog
        if saved.record is None:
            self.running = False
            dialog.saved.emit(saved.id)
            dialog.accept()
            return
        self._end()
        dialog.show_record(saved.record)
        dialog.saved.emit(saved.id)
        if self._close_after:
            dialog.accept()
        else:
            dialog.say_briefly("Saved")

    def _failed(self, error: CrmError) -> None:
        self._end()
        dialog, notice = self._dialog, self._dialog.notice
        if isinstance(error, InvalidInput) and error.fields:
            dialog.form.show_errors(error.fields)
            self._refuse(error.fields)
        elif isinstance(error, StaleRow) and dialog.record is not None:
            self._look_at_theirs(dialog.record)
        elif isinstance(error, NotFound):
            dialog.say_deleted()
        elif isinstance(error, (ConnectionLost, ServerUnavailable)):
            dialog.new_row.may_be_there = True  # it may have broken just after the database had saved
            again = dialog.save_and_close if self._close_after else dialog.save
            notice.tell(
                "danger", "The connection to the database is lost.",
                "Nothing you typed is gone. Save again when the connection is back.", "Save again", again,
            )  # fmt: skip
        elif isinstance(error, (NotAllowed, NoCrmAccess)):
            kept = "Nothing was saved; what you typed is still here."
            notice.tell("danger", str(error), f"{error.hint} {kept}".strip())
        else:
            notice.tell("danger", str(error), error.hint)

    def _refuse(self, errors: Mapping[str, str]) -> None:
        dialog, count = self._dialog, len(errors)
        unplaced = [text for name, text in errors.items() if name not in dialog.form]
        title = "One field needs another look." if count == 1 else f"{count} fields need another look."
        dialog.notice.tell("danger", title, " ".join(unplaced))
        dialog.refused_in_form(errors)

    def _look_at_theirs(self, record: Record) -> None:
        dialog = self._dialog
        self.running = True
        dialog.show_state()

        def show(theirs: Record) -> None:
            self._end()
            mine = dialog.form.values()
            if all(mine[name] == theirs.values.get(name) for name in mine):
                self._saved(Saved(theirs.id, theirs))  # our own, saved when the answer was lost; or just the same
            else:
                dialog.others.show_theirs(theirs)

        dialog.context.operations.query(
            dialog, lambda session: dialog.read(session, record.id), show, failed=self._failed
        )
