"""What a dialog does about drafts: it keeps what is typed, and offers what a crash left behind."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from crm_desktop.drafts.draft import Draft
from ui.drafts import when_text
from ui.forms.record import Record

if TYPE_CHECKING:
    from ui.forms.record_dialog import RecordDialog

NEW_ID = "new_id"
KEEP_AFTER_MS = 1_000
"""So much of what was typed a crash may cost. Counted from the first letter: who never pauses is kept, too."""


class KeptDraft(QObject):
    """Belongs to one dialog."""

    def __init__(self, dialog: RecordDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._id = ""  # "" until there is one on disk
        self._continued: Draft | None = None
        self._timer = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._timer.timeout.connect(self._keep)
        dialog.form.edited.connect(self._on_edited)
        dialog.saved.connect(lambda _id: self._drop())
        dialog.finished.connect(lambda _result: self._drop())

    # While somebody types.

    def _on_edited(self) -> None:
        if not self._dialog.keeps_drafts:
            return
        if not self._dialog.is_dirty():
            if not self._dialog.busy and self._continued is None:
                self._drop()  # everything is as it was again
        elif not self._timer.isActive():
            self._timer.start()

    def _keep(self) -> None:
        dialog = self._dialog
        if not dialog.is_dirty():
            return
        self._id = self._id or uuid.uuid4().hex
        record = dialog.record
        dialog.context.drafts.keep(
            Draft(
                id=self._id,
                kind=dialog.subject,
                record_id=None if record is None else record.id,
                version=0 if record is None else record.version,
                title=dialog.draft_title(),
                at=datetime.now(UTC),
                opened=dict(dialog.form.opened),
                values=dialog.draft_values(),
                about={**dialog.draft_about(), **({NEW_ID: dialog.new_row.id} if record is None else {})},
            )
        )

    def _drop(self) -> None:
        self._timer.stop()
        if self._id:
            self._dialog.context.drafts.drop(self._id)
            self._id = ""

    def leave_behind(self) -> None:
        """The dialog closes and what was typed stays: it is offered again at the next sign-in."""
        self._keep()
        self._timer.stop()
        self._id = ""

    # What was left behind, by a crash or on purpose.

    def offer(self) -> None:
        """Say at the top that there is one for this row, once the row is shown."""
        dialog = self._dialog
        if not dialog.keeps_drafts or self._continued is not None or not dialog.may_edit:
            return
        draft = dialog.context.drafts.of(dialog.subject, dialog.record_id)
        if draft is None or not dialog.draft_fits(draft.about):
            return
        whom = f": {draft.title}" if dialog.record_id is None and draft.title else ""
        dialog.notice.tell(
            "info",
            f"There is an unsaved draft from {when_text(draft.at)}{whom}.",
            "It was typed here and not saved.",
            "Continue",
            lambda: self.go_on_with(draft),
            other_text="Discard",
            other=lambda: self._refuse(draft),
        )

    def go_on_with(self, draft: Draft) -> None:
        """Show the draft, as it was left; at once, or when the row has been read."""
        dialog = self._dialog
        if not dialog.context.drafts.claim(draft):
            dialog.notice.tell("warning", "This draft is not there any more.", "Another window may have taken it.")
            return
        if dialog.is_dirty():
            self.leave_behind()  # what was typed here meanwhile is offered at the next sign-in
        self._continued, self._id = draft, draft.id
        if dialog.ready:
            self.show(dialog.record)

    def show(self, fresh: Record | None) -> None:
        """Over the row as it is now: what was seen then counts as opened, so that a save finds out what changed."""
        draft, dialog = self._continued, self._dialog
        if draft is None:
            return
        dialog.notice.clear()
        dialog.restore_about(draft.about)
        if fresh is None:
            if isinstance(row_id := draft.about.get(NEW_ID), UUID):
                dialog.new_row.sent_before(row_id)
            dialog.form.open(draft.opened)
        else:
            dialog.show_record(replace(fresh, version=draft.version, values=draft.opened))
        dialog.form.fill(draft.values)
        self._continued = None
        if fresh is not None and fresh.version != draft.version:
            who = fresh.changed_by or "Somebody"
            dialog.notice.tell(
                "warning", f"{who} changed this {dialog.noun} since.", "Saving will show you both versions."
            )

    def show_without_row(self) -> bool:
        """The row has been deleted meanwhile: what was typed can be saved as a new one. False without a draft."""
        draft = self._continued
        if draft is None or draft.record_id is None:
            return False
        self.show(Record(draft.record_id, draft.version, draft.opened, draft.title))
        return True

    @property
    def waits(self) -> bool:
        """Whether a draft is to be shown once the row has been read."""
        return self._continued is not None

    def _refuse(self, draft: Draft) -> None:
        self._dialog.context.drafts.drop(draft.id)
        self._dialog.notice.clear()
