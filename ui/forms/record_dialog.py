"""The dialog around a form: loads a record, has it saved, and never loses what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.errors import CrmError, NotFound
from ui.forms.action_message import ActionMessage
from ui.forms.form import Form
from ui.forms.kept_draft import KeptDraft
from ui.forms.new_row import NewRow
from ui.forms.others import Others
from ui.forms.record import Record
from ui.forms.saving import Saving
from ui.forms.unsaved import UnsavedQuestion
from ui.shortcuts import bind, hint
from ui.theme.tokens import L, M
from ui.widgets.dialog import Dialog
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle

NOTE_MS = 4000


class RecordDialog(Dialog):
    """What the dialogs of all kinds of records share.

    A subclass fills `fields` and the form, and says how to read and write.
    """

    saving = Signal()  # before a save begins
    saved = Signal(object)  # UUID of the row, each time it was saved

    subject = ""  # the kind of row in data_changed: "customers", "interactions"
    noun = ""  # for sentences: "customer", "interaction"
    is_small = False  # whether Return in a field of one line saves; in a long form that would be too early
    keeps_drafts = False  # whether what is typed survives a crash: ui/unsaved_work.py must know how to open it again

    def __init__(self, context: Signed, parent: QWidget | None, record_id: UUID | None, *, width: int) -> None:
        super().__init__("", parent, width=width)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.context = context
        self.record_id = record_id
        self._record: Record | None = None
        self.new_row = NewRow()
        self._handle: Handle | None = None
        self.may_edit = True  # a subclass says no for a record that this person may only read
        self._loading = False
        self._gone = False
        self._note = ""

        self.form = Form(self.check, self)
        self.fields = QWidget()
        self.fields_layout = QVBoxLayout(self.fields)
        self.fields_layout.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.fields)
        self.body.addStretch(1)
        self.message.setParent(None)  # ours can also act
        self.notice = ActionMessage()
        self._put_notice_under_heading()
        self.state_label = text_label("", "caption")
        self.buttons.setContentsMargins(L, M, L, M)
        self.buttons.insertWidget(0, self.state_label, 1)
        self.discard_button = self.add_button("Discard")
        self.discard_button.setToolTip("Close without saving")
        self.save_button = self.add_button("Save", "primary")
        self.save_button.setToolTip(f"Save and close: {hint('save_and_close')}. Save and go on: {hint('save')}")
        self.save_button.setDefault(self.is_small)
        self.discard_button.clicked.connect(lambda _c=False: self.discard())
        self.save_button.clicked.connect(lambda _c=False: self.save_and_close())
        self.form.edited.connect(self.show_state)
        bind(self, "save", self.save)
        bind(self, "save_and_close", self.save_and_close)
        self._note_over = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._note_over.timeout.connect(lambda: self.say_briefly(""))
        self.saves = Saving(self)
        self.others = Others(self)
        self.kept = KeptDraft(self)

    # What a subclass says.

    def title(self) -> str:
        """The heading, and the window's title without the dirty marker."""
        raise NotImplementedError

    def check(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What is wrong with the values, by field."""
        raise NotImplementedError

    def read(self, session: Session, record_id: UUID) -> Record:
        """The row as it is now; NotFound when it is gone. Runs off the GUI thread."""
        raise NotImplementedError

    def write(self, session: Session, record: Record | None, values: Mapping[str, Any]) -> UUID:
        """Add the row as `new_row.id`, or change the version that was opened (StaleRow when it moved on).

        Runs off the GUI thread.
        """
        raise NotImplementedError

    def value_text(self, name: str, value: Any) -> str:
        """A value in words, for the conflict dialog."""
        return "" if value is None else str(value)

    def subjects_changed(self) -> frozenset[str]:
        """Which kinds of rows a save changes."""
        return frozenset({self.subject})

    def step(self, title: str, *, added: bool) -> str:
        """What a save did, as it stands behind "Undo: "; "" when this person could not undo it."""
        return f"{'added' if added else 'changed'} {title}"

    def told(self, session: Session, row_id: UUID, title: str, *, added: bool) -> str:
        """What is said, with Undo beside it, when the dialog has closed; "" says nothing. Runs off the GUI thread."""
        return ""

    def title_of(self, values: Mapping[str, Any]) -> str:
        """What a row with these values is called."""
        raise NotImplementedError

    def rows_changed(self, row_id: UUID) -> tuple[UUID, ...]:
        """The ids of the rows that a save of `row_id` changes."""
        return (row_id,)

    def draft_title(self) -> str:
        """What a draft of it is called."""
        return self.title_of(self.form.values())

    def draft_values(self) -> Mapping[str, Any]:
        """What a draft keeps of the fields."""
        return self.form.values()

    def draft_about(self) -> Mapping[str, Any]:
        """What a draft has to hold beside the fields."""
        return {}

    def restore_about(self, about: Mapping[str, Any]) -> None:
        """Take what a draft held beside the fields."""

    def draft_fits(self, about: Mapping[str, Any]) -> bool:
        """Whether a draft of a new row may be offered here."""
        return True

    def about_to_show(self, record: Record) -> None:
        """Before a record's values are put into the fields."""

    def shown(self) -> None:
        """After a record was shown, or a new one begun."""

    def first_editor(self) -> QWidget:
        """Where typing begins."""
        return next(iter(self.form)).editor

    def refused_in_form(self, errors: Mapping[str, str]) -> None:
        """After wrong fields were marked."""

    # Loading.

    def begin(self, initial: Mapping[str, Any]) -> None:
        """Load the record, or begin a new one with some values filled in."""
        if self.record_id is None:
            self.form.open(initial)
            self.shown()
            self.show_state()
            self.kept.offer()
        else:
            self.load()

    def load(self) -> None:
        """Read the row in the background; the form can be used once it is there."""
        record_id = self.record_id
        assert record_id is not None
        self._loading = True
        self.notice.clear()
        self.show_state()
        self._handle = self.context.operations.query(
            self, lambda session: self.read(session, record_id), self._loaded, failed=self._load_failed
        )

    def _loaded(self, record: Record) -> None:
        self._loading = False
        self._handle = None
        if self.kept.waits:
            self.kept.show(record)
        else:
            self.show_record(record)
            self.kept.offer()
        focused = self.focusWidget()
        if focused is None or not self.fields.isAncestorOf(focused):
            self.first_editor().setFocus(Qt.FocusReason.OtherFocusReason)

    def show_record(self, record: Record) -> None:
        """Put a row into the form; from here on differences from it are changes."""
        self._record = record
        self.record_id = record.id
        self.about_to_show(record)
        self.form.open(record.values)
        self.shown()
        self.show_state()

    def _load_failed(self, error: CrmError) -> None:
        self._loading = False
        self._handle = None
        if isinstance(error, NotFound) and self.kept.show_without_row():
            self.say_deleted()
        elif isinstance(error, NotFound):
            self._gone = True
            self.notice.tell("danger", f"This {self.noun} has been deleted.")
        else:
            self.notice.tell("danger", str(error), error.hint, "Try again", self.load)
        self.show_state()

    # Saving.

    @property
    def record(self) -> Record | None:
        """The row as it was opened or last saved here; None while it is new."""
        return self._record

    @property
    def ready(self) -> bool:
        """Whether the form shows something that can be edited."""
        return not self._loading and (self.record_id is None or self._record is not None)

    def is_dirty(self) -> bool:
        """Whether there is something to save."""
        return self.ready and self.form.dirty

    def save(self) -> None:
        """Save and stay."""
        self.saves.save(close_after=False)

    def save_and_close(self) -> None:
        """Save, then close."""
        self.saves.save(close_after=True)

    # Somebody else.

    @property
    def busy(self) -> bool:
        """Whether something is under way, or nothing can be saved any more: not the time for news."""
        return self._loading or self.saves.running or self._gone

    def start_from(self, record: Record) -> None:
        """Changes are what differs from this version, from here on."""
        self._record = record
        self.form.open(record.values)

    def say_deleted(self) -> None:
        """The row is gone; what was typed is not."""
        self._gone = True
        can = self.can_save_as_new()
        self.notice.tell(
            "danger",
            f"Somebody has deleted this {self.noun}.",
            "Your version is still here.",
            "Save as new" if can else "",
            self._save_as_new if can else None,
        )
        self.show_state()

    def can_save_as_new(self) -> bool:
        """Whether a deleted row may be added again from what is on screen."""
        return True

    def _save_as_new(self) -> None:
        self._gone = False
        self._record = None
        self.record_id = None
        self.new_row = NewRow()
        self.save_and_close()

    # Closing.

    def discard(self) -> None:
        """Close without saving: the button says so, so nothing more is asked."""
        if not self.saves.running:
            self._leave()

    def reject(self) -> None:
        """Esc, or the window's close button: asks when something is unsaved."""
        if self.saves.running:
            return
        if self.is_dirty():
            UnsavedQuestion(self, self.noun, save=self.save_and_close, discard=self._leave).open()
        else:
            self._leave()

    def _leave(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        super().reject()

    # On screen.

    def say_briefly(self, text: str) -> None:
        """Something that has just happened, for a few seconds."""
        self._note = text
        if text:
            self._note_over.start()
        self.show_state()

    def show_state(self) -> None:
        """Title, buttons and fields, as things stand."""
        dirty = self.is_dirty()
        title = self.title()
        self.heading.setText(title)
        self.setWindowTitle(f"{title}[*]")
        self.setWindowModified(dirty)
        can_edit = self.ready and not self.saves.running
        if not can_edit and self.fields.isEnabled():
            self._focus_before = self.focusWidget()
        if can_edit != self.fields.isEnabled():
            self.fields.setEnabled(can_edit)
            if can_edit and self._focus_before is not None:
                self._focus_before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.save_button.setEnabled(can_edit and self.may_edit and not self._gone)
        self.discard_button.setEnabled(not self.saves.running)
        busy = "Loading…" if self._loading else "Saving…" if self.saves.running else ""
        self.state_label.setText(busy or self._note or ("Unsaved changes" if dirty else ""))

    _focus_before: QWidget | None = None

    def _put_notice_under_heading(self) -> None:
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        item = column.itemAt(0)
        top = item.layout() if item else None
        assert isinstance(top, QVBoxLayout)
        top.removeWidget(self.message)
        top.addWidget(self.notice)
