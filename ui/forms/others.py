"""What a dialog does about other people: it shows both versions after a stale save, and follows what they save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from crm_desktop.errors import CrmError, NotFound
from ui.forms.conflict_dialog import ConflictDialog
from ui.forms.editors import as_shown
from ui.forms.record import Record
from ui.forms.three_way import Side, differences, merged

if TYPE_CHECKING:
    from ui.forms.record_dialog import RecordDialog
    from ui.operations import DataChange

SETTLE_MS = 200


class Others(QObject):
    """Belongs to one dialog."""

    def __init__(self, dialog: RecordDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._look_again)
        dialog.context.operations.data_changed.connect(self._on_data_changed)

    def show_theirs(self, theirs: Record) -> None:
        """Somebody saved first: let the person choose, then save what was chosen."""
        dialog, form = self._dialog, self._dialog.form
        mine = form.values()
        dialog.about_to_show(theirs)
        names = [field.name for field in form]
        their_values = {name: as_shown(theirs.values.get(name)) for name in names}
        found = differences(form.opened, their_values, mine, names)
        if all(each.theirs in (each.original, each.mine) for each in found):
            dialog.saves.save_over(theirs, mine)  # nothing of theirs would be lost
            return
        question = ConflictDialog(
            dialog,
            noun=dialog.noun,
            who=theirs.changed_by,
            found=found,
            labels={field.name: field.label_text for field in form},
            text=dialog.value_text,
        )

        def decided(choices: dict[str, Side]) -> None:
            dialog.saves.save_over(theirs, merged(mine, choices, found))

        def not_now() -> None:
            text = "Your version is still here. Saving shows you both versions again."
            dialog.notice.tell("warning", f"Not saved: this {dialog.noun} was changed meanwhile.", text)

        question.decided.connect(decided)
        question.rejected.connect(not_now)
        question.finished.connect(lambda _result: question.deleteLater())
        question.open()

    def _on_data_changed(self, change: DataChange) -> None:
        record = self._dialog.record
        if record is None or change.origin is self._dialog or not change.concerns(self._dialog.subject):
            return
        if change.ids is None or record.id in change.ids:
            self._settle.start()

    def _look_again(self) -> None:
        dialog, record = self._dialog, self._dialog.record
        if record is None or dialog.busy or not dialog.isVisible():
            return
        dialog.context.operations.query(
            self, lambda session: dialog.read(session, record.id), self._compare, failed=self._failed
        )

    def _compare(self, fresh: Record) -> None:
        dialog, record = self._dialog, self._dialog.record
        if record is None or dialog.busy or fresh.version == record.version:
            return
        who = fresh.changed_by or "Somebody else"
        if dialog.is_dirty():
            text = "Saving will show you both versions."
            dialog.notice.tell("warning", f"{who} saved this {dialog.noun} while you were editing it.", text)
        else:
            dialog.show_record(fresh)
            dialog.say_briefly(f"{who} saved a change")

    def _failed(self, error: CrmError) -> None:
        if isinstance(error, NotFound) and not self._dialog.busy:
            self._dialog.say_deleted()
