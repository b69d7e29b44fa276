"""Editing status, phone and tags in the list of customers, through the same save as the dialog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject

from crm_desktop.audit.last_change import last_editor
from crm_desktop.audit.undo import current_transaction
from crm_desktop.customers.actions import edit_fields
from crm_desktop.customers.rows import CustomerDetails, CustomerRow
from crm_desktop.errors import ConnectionLost, CrmError, InvalidInput, NotFound, ServerUnavailable, StaleRow
from ui.customers.cell_editor import CellEditor
from ui.customers.words import LABELS, STATUS_WORDS
from ui.forms.conflict_dialog import ConflictDialog
from ui.forms.three_way import Difference, Side
from ui.tables.paged_view import PagedTable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"customers"})


@dataclass(frozen=True)
class _Saved:
    version: int
    transaction: int


@dataclass(frozen=True)
class _Stale:
    theirs: CustomerDetails
    who: str


class InlineEdit(QObject):
    """One cell at a time. What was typed stays until it is saved or given up, whatever goes wrong."""

    def __init__(self, context: Signed, table: PagedTable) -> None:
        super().__init__(table)
        self._context = context
        self._table = table
        self._row: CustomerRow | None = None
        self._version = 0
        self.editor: CellEditor | None = None
        if context.capabilities.edit_customers:
            table.cells.allow()
        table.cells.edit_requested.connect(self.start)
        for bar in (table.view.verticalScrollBar(), table.view.horizontalScrollBar()):
            bar.valueChanged.connect(self._place)
        table.view.horizontalHeader().sectionResized.connect(self._place)
        table.view.resized.connect(self._place)
        for signal in (table.model.rows_moved, table.model.dataChanged, table.model.modelReset):
            signal.connect(self._place)

    def start(self, row: CustomerRow, key: str) -> None:
        """Open the editor over a cell; one that is open elsewhere is saved first."""
        if self.editor is not None:
            self._commit(0)
            if self.editor is not None:
                return  # it could not be saved yet
        self._row, self._version = row, row.version
        editor = self.editor = CellEditor(self._table.view.viewport(), key, getattr(row, key))
        editor.committed.connect(self._commit)
        editor.given_up.connect(self.close)
        editor.keep_asked.connect(lambda: self._commit(0, keep_phone=True))
        self._place()
        editor.begin()

    def close(self) -> None:
        """Take the editor away; what is in it is forgotten."""
        editor, self.editor = self.editor, None
        if editor is not None:
            editor.hide()
            editor.deleteLater()
            self._table.view.setFocus()

    def _commit(self, step: int, *, keep_phone: bool = False) -> None:
        editor, row = self.editor, self._row
        if editor is None or row is None or editor.busy:
            return
        if editor.changed:
            self._save(editor.value(), step, keep_phone=keep_phone)
        else:
            self._go_on(row, step)

    def _save(self, value: Any, step: int, *, keep_phone: bool = False) -> None:
        editor, row, version = self.editor, self._row, self._version
        assert editor is not None and row is not None
        key = editor.key

        def work(session: Session) -> _Saved | _Stale:
            try:
                saved = edit_fields(session, row.id, version, {key: value}, allow_unchecked_phone=keep_phone)
            except StaleRow as moved:
                who = last_editor(session, row.id, "customers", row.id)
                return _Stale(cast(CustomerDetails, moved.theirs), who)
            return _Saved(saved, current_transaction(session))

        def done(result: _Saved | _Stale) -> None:
            editor.set_busy(False)
            if isinstance(result, _Stale):
                self._look_at_theirs(editor, result, value, step, keep_phone=keep_phone)
                return
            self._context.undo.did(f"changed {LABELS[key].lower()} of {row.name}", result.transaction, CHANGED)
            self._go_on(row._replace(**{key: value, "version": result.version}), step)

        def failed(error: CrmError) -> None:
            editor.set_busy(False)
            self._say(editor, error)

        editor.set_busy(True)
        self._context.operations.change(editor, work, done, failed=failed, changed=CHANGED)

    def _go_on(self, row: CustomerRow, step: int) -> None:
        """After a cell: the next one of the row, or back to the table."""
        key = self.editor.key if self.editor is not None else ""
        self.close()
        following = self._table.cells.after(key, step) if step else ""
        if following:
            self._table.cells.show(row.id, following)
            self.start(row, following)

    def _say(self, editor: CellEditor, error: CrmError) -> None:
        """What went wrong, at the cell; what was typed stays in it."""
        if isinstance(error, InvalidInput):
            text = error.fields.get(editor.key, str(error))
            editor.say(text, offer_to_keep=editor.key == "phone" and editor.key in error.fields)
        elif isinstance(error, (ConnectionLost, ServerUnavailable)):
            editor.say("The connection to the database is lost. Press Enter to save again when it is back.")
        elif isinstance(error, NotFound):
            editor.say("This customer has been deleted. Press Esc to go back.")
        else:
            editor.say(f"{error} {error.hint}".strip())
        editor.editor.setFocus()

    def _look_at_theirs(self, editor: CellEditor, stale: _Stale, mine: Any, step: int, *, keep_phone: bool) -> None:
        """Somebody saved this customer first: nothing of theirs is lost, nothing of mine."""
        theirs = getattr(stale.theirs, editor.key)
        self._version = stale.theirs.version
        if theirs == editor.opened:  # they changed something else
            self._save(mine, step, keep_phone=keep_phone)
            return
        if theirs == mine:
            assert self._row is not None
            self._go_on(self._row._replace(**{editor.key: mine, "version": self._version}), step)
            return
        question = ConflictDialog(
            self._table.window(),
            noun="customer",
            who=stale.who,
            found=[Difference(editor.key, editor.opened, theirs, mine)],
            labels=LABELS,
            text=_text,
        )

        def decided(choices: dict[str, Side]) -> None:
            chosen = Difference(editor.key, editor.opened, theirs, mine).value(choices[editor.key])
            editor.opened = theirs
            if chosen == theirs:
                self.close()
            else:
                self._save(chosen, step, keep_phone=keep_phone)

        def not_now() -> None:
            editor.opened = theirs
            editor.say(f"Not saved: {stale.who or 'somebody'} changed it to {_text(editor.key, theirs) or 'empty'}.")
            editor.editor.setFocus()

        question.decided.connect(decided)
        question.rejected.connect(not_now)
        question.finished.connect(lambda _result: question.deleteLater())
        question.open()

    def _place(self, *_: object) -> None:
        if self.editor is not None and self._row is not None:
            self.editor.place(self._table.cells.place(self._row.id, self.editor.key))


def _text(key: str, value: Any) -> str:
    if key == "tags":
        return ", ".join(value or ())
    return STATUS_WORDS.get(value, str(value)) if key == "status" else str(value or "")
