"""What the dialogs over a whole selection share: it is frozen when they open, and changed as it was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from crm_desktop.customers.bulk import BulkResult
from crm_desktop.customers.listed import SOURCE
from crm_desktop.customers.queries import customer_names
from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.listing.frozen import Frozen, freeze, thaw
from crm_desktop.listing.selection import Selection
from ui.customers.bulk_words import customers
from ui.theme.tokens import L
from ui.undo import offer_undo
from ui.undo_history import NAMED, these
from ui.widgets.dialog import Dialog
from ui.widgets.labels import text_label
from ui.widgets.progress import ProgressPanel

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle, Progress
    from ui.tables.selection_bar import SelectionBar
    from ui.undo_history import Why

CHANGED = frozenset({"customers", "interactions"})


class BulkDialog(Dialog):
    """`content` is a subclass's, `apply_button` too; while the work runs, progress and Cancel take their place."""

    changed = CHANGED  # the kinds of rows that the work changes
    why: Why | None = None  # why some may be left alone when it is undone

    def __init__(self, context: Signed, selection: Selection, bar: SelectionBar, *, width: int) -> None:
        super().__init__("Counting…", bar.window(), width=width)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.context = context
        self.frozen: Frozen | None = None
        self._bar = bar
        self._handle: Handle | None = None
        self._changing = False
        self.content = QWidget()
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(L)
        self.panel = ProgressPanel()
        self.panel.hide()
        self.body.addWidget(self.content)
        self.body.addWidget(self.panel)
        self.cancel_button = self.add_button("Cancel")
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.apply_button = self.make_apply_button()
        self.apply_button.clicked.connect(lambda _c=False: self.apply())
        self.apply_button.setEnabled(False)
        self._freeze(selection)

    # What a subclass says.

    def make_apply_button(self) -> QPushButton:
        """The button that changes them all."""
        raise NotImplementedError

    def title(self, count: int) -> str:
        """The heading, once they have been counted."""
        raise NotImplementedError

    def look(self, session: Session, frozen: Frozen) -> object:
        """Read what else has to be known before; off the GUI thread."""
        return None

    def counted(self, frozen: Frozen, found: object) -> None:
        """They have been frozen; `found` is from `look`."""

    def change(self, session: Session, frozen: Frozen, progress: Progress) -> BulkResult:
        """Carry it out; off the GUI thread, but with nothing of Qt."""
        raise NotImplementedError

    def doing(self) -> str:
        """What is going on while it is carried out."""
        raise NotImplementedError

    def step(self, count: int) -> str:
        """What was done, as it stands behind "Undo: "."""
        raise NotImplementedError

    # Freezing.

    def _freeze(self, selection: Selection) -> None:
        look = self.look

        def work(session: Session, _progress: Progress) -> tuple[Frozen, object]:
            frozen = freeze(session, selection, SOURCE)
            return frozen, look(session, frozen)

        def done(result: tuple[Frozen, object]) -> None:
            self._handle = None
            self.frozen, found = result
            title = self.title(self.frozen.count)
            self.heading.setText(title)
            self.setWindowTitle(title)
            if self.frozen.count:
                self.counted(self.frozen, found)
            else:
                self.message.say("None of them is there any more.", "Close this, and select again.", "warning")
                self.content.setEnabled(False)
            self._fit()

        self._handle = self.context.operations.long_change(self, work, done, failed=self._failed)

    # Changing.

    def apply(self) -> None:
        """Change what was counted."""
        frozen, change = self.frozen, self.change
        if frozen is None or not frozen.count or self._changing:
            return

        def work(session: Session, progress: Progress) -> tuple[BulkResult, tuple[str, ...]]:
            result = change(session, frozen, progress)
            names = customer_names(session, result.skipped_ids[:NAMED]) if result.skipped else ()
            return result, names

        self.message.clear()
        self._show_changing(True)
        self.panel.report(0, self.doing())
        handle = self.context.operations.long_change(
            self, work, lambda done: self._done(*done), failed=self._failed, changed=self.changed
        )
        self._handle = handle
        handle.progress.connect(lambda share, text: self.panel.report(share, f"{self.doing()} {text}"))

    def _done(self, result: BulkResult, names: tuple[str, ...]) -> None:
        self._handle = None
        self._changing = False
        self.frozen = None
        context = self.context
        if result.changed:
            done = self.step(result.changed)
            said = f"{done[0].upper()}{done[1:]}."
            if result.unchanged:
                said += f" {customers(result.unchanged)} {'was' if result.unchanged == 1 else 'were'} so already."
            back = f"Undone: {done}."
            offer_undo(context, said, result.transaction, self.changed, back, step=done, why=self.why)
        elif not result.skipped:
            context.notices.info("Nothing had to be changed.")
        if result.skipped:
            ids = result.skipped_ids
            rest = result.skipped - len(names)
            who = ", ".join(names) + (f" and {rest:,} more" if rest > 0 else "")
            context.notices.error(
                f"{customers(result.skipped)} {'was' if result.skipped == 1 else 'were'} left alone: "
                "changed by somebody else meanwhile.",
                who,
                action_text="Show them",
                action=lambda: context.undo.customers_wanted.emit(these(ids)),
            )
        self._bar.clear()  # whoever acts on them again has to choose them again
        self.accept()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._show_changing(False)
        if isinstance(error, Cancelled):
            self.message.say("Cancelled: nothing was changed.", tone="info")
        else:
            self.message.say(str(error), error.hint)
        self._fit()

    def _show_changing(self, changing: bool) -> None:
        self._changing = changing
        self.content.setVisible(not changing)
        self.panel.setVisible(changing)
        self.apply_button.setEnabled(not changing and self.frozen is not None)
        self.cancel_button.setEnabled(True)
        self.cancel_button.setFocus()

    # Closing.

    def reject(self) -> None:
        """Cancel, or Esc: what is under way is rolled back first."""
        if self._changing and self._handle is not None:
            self.panel.report(-1, "Cancelling…")
            self.cancel_button.setEnabled(False)
            self._handle.cancel()
            return
        if self._handle is not None:
            self._handle.cancel()
        frozen, operations, notices = self.frozen, self.context.operations, self.context.notices
        if frozen is not None:
            operations.change(notices, lambda session: thaw(session, frozen), lambda _none: None, failed=_forgotten)
        super().reject()


def _forgotten(_error: CrmError) -> None:
    """What is left behind is cleared away when the next selection is frozen, after a day."""


def hint_label() -> QWidget:
    """What stands below each of these dialogs."""
    return text_label("One Undo takes all of it back.", "caption")
