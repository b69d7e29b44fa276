"""The views of one list: choosing, saving, sharing; what is different from what was saved; what is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from crm_desktop.errors import CrmError, StaleRow
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.views.actions import change_view, delete_view
from crm_desktop.views.definition import ViewDefinition, read_definition
from crm_desktop.views.queries import ViewRow, saved_views
from ui.undo import offer_undo

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.operations import DataChange

CHANGED = frozenset({"views"})
REMEMBER_AFTER_MS = 300


class ViewHost(Protocol):
    """The list that views are of."""

    def view_state(self) -> ViewDefinition:
        """What is shown now."""

    def show_view(self, wanted: ViewDefinition) -> None:
        """Show this; InvalidFilter, and nothing changes, when its filter cannot be used."""

    def as_shown(self, wanted: ViewDefinition) -> ViewDefinition:
        """What `view_state` would give once this is shown. InvalidFilter when its filter cannot be used."""


class Views(QObject):
    """Knows which view is on. Tell `state_changed` whenever something of the list's state has."""

    changed = Signal()

    def __init__(self, context: Signed, subject: str, host: ViewHost, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self.subject, self._host = context, subject, host
        # One person's own, also where several share a computer.
        self._key = f"views/{context.profile.name}/{context.user.username}/{subject}"
        self.rows: tuple[ViewRow, ...] = ()
        self.current: ViewRow | None = None
        self._base: ViewDefinition | None = None
        self._awaited: UUID | None = None
        self._asked = False
        self._remember = QTimer(self, singleShot=True, interval=REMEMBER_AFTER_MS)
        self._remember.timeout.connect(self.flush)
        context.operations.data_changed.connect(self._on_change)

    # At the start

    def restore(self) -> None:
        """Show the view to start with, or else what was shown last; before the list is read."""
        saved = self._saved()
        start = saved.get("start")
        if isinstance(start, Mapping):
            self._awaited = _id(start.get("id"))
            self._show_quietly(read_definition(start.get("definition")))
        elif "state" in saved:
            self._awaited = _id(saved.get("view"))
            self._show_quietly(replace(read_definition(saved["state"]), search=""))

    def ask(self) -> None:
        """Read the views unless that has been done."""
        if not self._asked:
            self._asked = True
            self._read()

    def flush(self) -> None:
        """Remember now what is shown."""
        self._remember.stop()
        current = self.current.id if self.current else self._awaited
        state = self._host.view_state()
        self._save({"view": str(current) if current else None, "state": state.stored()})

    # What the person can do

    @property
    def is_modified(self) -> bool:
        """Whether the list differs from the view that is on."""
        return self.current is not None and self._base is not None and self._host.view_state() != self._base

    @property
    def shows_everything(self) -> bool:
        """Whether nothing narrows the list, and no view is on."""
        state = self._host.view_state()
        return self.current is None and not state.filter and not state.search

    @property
    def starts_here(self) -> bool:
        """Whether the list starts with the view that is on."""
        start = self._saved().get("start")
        return bool(self.current and isinstance(start, Mapping) and start.get("id") == str(self.current.id))

    def fault(self, view: ViewRow) -> str:
        """Why a view cannot be used, with the place; "" when it can."""
        try:
            self._host.as_shown(view.definition)
        except InvalidFilter as error:
            return f"{error.fault} (at {error.path})" if error.path else error.fault
        return ""

    def choose(self, view: ViewRow) -> None:
        """Show a view. One that cannot be used says why, and stays as it is."""
        fault = self.fault(view)
        if fault:
            self._context.notices.error(f"The view “{view.name}” cannot be used: {fault}.", "It is kept as it is.")
            return
        self._offer_changes()
        self._awaited = None
        self._take(view)
        self._host.show_view(view.definition)
        self._rebase()

    def leave(self) -> None:
        """No view is on any more; the list stays as it is."""
        self._awaited = self._base = self.current = None
        self.state_changed()

    def state_changed(self) -> None:
        """Something of the list's state has changed."""
        self._remember.start()
        self.changed.emit()

    def save(self) -> None:
        """Save what is shown over the view that is on."""
        if self.current is not None:
            self._change(f"Saved the view “{self.current.name}”.", definition=self._host.view_state())

    def state(self) -> ViewDefinition:
        """What a view of what is shown keeps."""
        return self._host.view_state()

    def show_everything(self) -> None:
        """Without a view, filter and search; order and columns stay."""
        self._offer_changes()
        self.leave()
        self._host.show_view(replace(self._host.view_state(), filter=None, search=""))

    def renamed(self, view: ViewRow) -> None:
        """The view that is on has another name."""
        self._take(view)
        self.changed.emit()
        self._read()

    def share(self, is_shared: bool) -> None:
        """Let everybody use the view that is on, or nobody else."""
        if self.current is not None:
            text = "Everybody can use" if is_shared else "Only you can use"
            self._change(f"{text} the view “{self.current.name}” now.", is_shared=is_shared)

    def start_here(self, wanted: bool) -> None:
        """Start with the view that is on from now on, or with what was shown last."""
        if self.current is not None:
            view = self.current
            start = {"id": str(view.id), "definition": view.definition.stored()} if wanted else None
            self._save({"start": start})

    def delete(self) -> None:
        """Delete the view that is on; the list stays as it is."""
        view = self.current
        if view is None:
            return

        def done(transaction: int) -> None:
            if self.starts_here:
                self._save({"start": None})
            self.leave()
            self._read()
            text, back = f"The view “{view.name}” was deleted.", f"The view “{view.name}” is back."
            offer_undo(self._context, text, transaction, CHANGED, back, step=f"deleted the view “{view.name}”")

        view_id = view.id
        self._context.operations.change(self, lambda session: delete_view(session, view_id), done, changed=CHANGED)

    def added(self, view: ViewRow) -> None:
        """A view was saved of what is shown: it is the one that is on."""
        self._awaited = None
        self._take(view)
        self._rebase()
        self._read()

    # Behind

    def _offer_changes(self) -> None:
        """Changes that were not saved are left behind: they can be brought back."""
        view, base, state = self.current, self._base, self._host.view_state()
        if view is None or not self.is_modified:
            return

        def bring_back() -> None:
            self.current, self._base = view, base
            self._show_quietly(state)
            self.state_changed()

        self._context.notices.info(f"The changes to the view “{view.name}” were not saved.", "Bring back", bring_back)

    def _change(self, said: str, **values: Any) -> None:
        view = self.current
        if view is None:
            return

        def done(now: ViewRow) -> None:
            self._take(now)
            if "definition" in values:
                self._rebase()
            self._context.notices.info(said)
            self._read()

        self._context.operations.change(
            self, lambda session: change_view(session, view, **values), done, failed=self._failed, changed=CHANGED
        )

    def _failed(self, error: CrmError) -> None:
        if isinstance(error, StaleRow) and isinstance(error.theirs, ViewRow):
            self._take(error.theirs)
            self._base = self._as_shown(error.theirs.definition)
            self._context.notices.error(str(error), "Save again to replace it with what you see.")
            self._read()
        else:
            self._context.notices.crm_error(error)

    def _read(self) -> None:
        subject = self.subject
        self._context.operations.query(
            self, lambda session: saved_views(session, subject), self._show_rows, failed=lambda _error: None
        )

    def _on_change(self, change: DataChange) -> None:
        if self._asked and change.concerns("views") and change.origin is not self:
            self._read()

    def _show_rows(self, rows: tuple[ViewRow, ...]) -> None:
        self.rows = rows
        wanted = self._awaited or (self.current.id if self.current else None)
        found = next((row for row in rows if row.id == wanted), None)
        if wanted is None:
            pass
        elif found is None:
            if self.current is not None:
                self._context.notices.info(f"The view “{self.current.name}” is not there any more.")
            if self._awaited is not None and self._starts_with() == self._awaited:
                self._save({"start": None})
            self._awaited = self.current = self._base = None
        elif self._awaited is not None:
            starting = self._starts_with() == self._awaited
            self._awaited = None
            self._take(found)
            self._base = self._as_shown(found.definition)
            if starting and self.is_modified and not self.fault(found):
                self._host.show_view(found.definition)  # it was changed since
                self._rebase()
        elif self.current is not None and found.version != self.current.version:
            untouched = not self.is_modified
            self._take(found)
            self._base = self._as_shown(found.definition)
            if untouched and self.is_modified and not self.fault(found):
                self._host.show_view(found.definition)
                self._rebase()
        self.changed.emit()

    def _take(self, view: ViewRow) -> None:
        self.current = view
        if self._starts_with() == view.id:
            self._save({"start": {"id": str(view.id), "definition": view.definition.stored()}})

    def _rebase(self) -> None:
        """What is shown is what is saved."""
        self._base = self._host.view_state()
        self.state_changed()

    def _as_shown(self, definition: ViewDefinition) -> ViewDefinition:
        """What is shown is compared with this: not with what another version of the program wrote."""
        try:
            return self._host.as_shown(definition)
        except InvalidFilter:
            return definition

    def _show_quietly(self, wanted: ViewDefinition) -> None:
        try:
            self._host.show_view(wanted)
        except InvalidFilter:
            self._host.show_view(replace(wanted, filter=None))  # written by another version of the program

    def _starts_with(self) -> UUID | None:
        start = self._saved().get("start")
        return _id(start.get("id")) if isinstance(start, Mapping) else None

    def _saved(self) -> dict[str, Any]:
        saved = self._context.preferences.get(self._key, None)
        return dict(saved) if isinstance(saved, Mapping) else {}

    def _save(self, values: Mapping[str, Any]) -> None:
        self._context.preferences.set(self._key, {**self._saved(), **values})


def _id(stored: Any) -> UUID | None:
    try:
        return UUID(stored)
    except (TypeError, ValueError, AttributeError):
        return None
