"""What a customer said to like or dislike, on the card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.orders.preferences import Preference, remove_preference
from ui.orders.preference_entry import PreferenceEntry
from ui.orders.words import ATTITUDE_WORDS
from ui.theme.tokens import S
from ui.undo import offer_undo
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"preferences"})


class PreferencesSection(QWidget):
    """Stated by the customer, written down by hand."""

    def __init__(self, context: Signed) -> None:
        super().__init__()
        self.setAccessibleName("Stated preferences")
        self._context = context
        self._customer: tuple[UUID, str] | None = None
        self._shown: tuple[Preference, ...] | None = None
        self._may = context.capabilities.edit_customers
        self.entries: list[PreferenceEntry] = []
        self.add_button = button("Add preference", self.add, kind="link", icon_name="add")
        self.add_button.setVisible(self._may)
        self.none = text_label("Nothing has been written down yet.", "muted")
        head = QWidget()
        flow = FlowLayout(head, spacing=S)
        flow.addWidget(text_label("Said to like or dislike", "subheading", wrap=False))
        flow.addWidget(self.add_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(head)
        column.addWidget(self.none)
        column.addLayout(self._list)

    def show_preferences(self, customer_id: UUID, name: str, rows: Sequence[Preference]) -> None:
        """Show what this customer said."""
        self._customer = (customer_id, name)
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        focused = self.window().focusWidget()
        had_focus = focused is not None and any(entry.isAncestorOf(focused) for entry in self.entries)
        for entry in self.entries:
            self._list.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        self.entries = []
        for row in rows:
            entry = PreferenceEntry(row, may_edit=self._may)
            entry.edit_wanted.connect(self._edit)
            entry.remove_wanted.connect(self._remove)
            self._list.addWidget(entry)
            self.entries.append(entry)
        self.none.setVisible(not rows)
        if had_focus:
            (self.entries[0].edit_button if self.entries else self.add_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def add(self) -> None:
        """The dialog for a new one."""
        if self._customer is not None and self._may:
            self._open(None)

    def _edit(self, row: Preference) -> None:
        self._open(row.id)

    def _open(self, preference_id: UUID | None) -> None:
        from ui.orders.preference_dialog import PreferenceDialog  # the card opens faster without it

        assert self._customer is not None
        PreferenceDialog(self._context, self.window(), *self._customer, preference_id).open()

    def _remove(self, row: Preference) -> None:
        def work(session: Session) -> int:
            remove_preference(session, row.id)
            return current_transaction(session)

        def done(transaction: int) -> None:
            words = f"{ATTITUDE_WORDS[row.attitude]} {row.subject}"
            said, back = f"Removed: {words}.", f"{words}: written down again."
            offer_undo(self._context, said, transaction, CHANGED, back, step=f"removed “{words}”")

        self._context.operations.change(
            self._context.notices, work, done, changed=CHANGED, ids=lambda _transaction: (row.customer_id,)
        )
