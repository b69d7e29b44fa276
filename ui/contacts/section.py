"""The contacts of a company on its card."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.access.capabilities import Capabilities
from crm_desktop.contacts.rows import ContactRow
from ui.contacts.entry import ContactEntry
from ui.shortcuts import hint
from ui.theme.tokens import XS, L
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import text_label

AT_FIRST = 8
"""So many are shown until somebody wants all."""


class ContactsSection(QWidget):
    """Entries are made once and filled again for the next company. The focus stays on the same contact."""

    add_wanted = Signal()
    link_wanted = Signal()
    edit_wanted = Signal(object)  # ContactRow, as in the signals below
    primary_wanted = Signal(object)
    log_wanted = Signal(object)
    remove_wanted = Signal(object)
    place_wanted = Signal(object)  # UUID of another company
    call_wanted = Signal(str)
    mail_wanted = Signal(str)
    copy_wanted = Signal(str, str)

    def __init__(self, capabilities: Capabilities) -> None:
        super().__init__()
        self.setAccessibleName("Contacts")
        self._may = capabilities
        self._rows: tuple[ContactRow, ...] = ()
        self._company: UUID | None = None
        self._all = False
        self._spare: list[ContactEntry] = []
        self.entries: list[ContactEntry] = []
        self._title = text_label("Contacts", "subheading", wrap=False)
        self.add_button = button("Add contact", self.add_wanted.emit, kind="link", icon_name="add")
        self.add_button.setToolTip(f"Add contact ({hint('add_contact')})")
        self.link_button = button("Link existing", self.link_wanted.emit, kind="link")
        self.link_button.setToolTip("Somebody who is a contact of another company already")
        self._none = text_label("Nobody is known there yet.", "muted")
        self.more_button = button("", self._show_all, kind="link")
        head = QWidget()
        flow = FlowLayout(head, spacing=L)
        for each in (self._title, self.add_button, self.link_button):
            flow.addWidget(each)
        for each in (self.add_button, self.link_button):
            each.setVisible(capabilities.edit_customers)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(head)
        column.addWidget(self._none)
        column.addLayout(self._list)
        column.addWidget(self.more_button)

    def show_rows(self, company: UUID, rows: Sequence[ContactRow]) -> None:
        """Show the contacts of a company."""
        if company != self._company:
            self._company, self._all = company, False
        elif tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        self._fill()

    def focus_on(self, contact_id: UUID) -> None:
        """Put the focus on a contact, if it is there."""
        for entry in self.entries:
            if entry.row.id == contact_id:
                entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_all(self) -> None:
        self._all = True
        place = len(self.entries)
        self._fill()
        if place < len(self.entries):
            self.entries[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        place = next((number for number, entry in enumerate(self.entries) if entry.holds_focus), None)
        focused = None if place is None else self.entries[place].row.id
        rows = self._rows if self._all else self._rows[:AT_FIRST]
        count = len(self._rows)
        self._title.setText(f"Contacts ({count})" if count else "Contacts")
        self._none.setVisible(not count)
        while len(self.entries) < len(rows):
            self.entries.append(self._spare.pop() if self._spare else self._new_entry())
        while len(self.entries) > len(rows):
            self._spare.append(self.entries.pop())
            self._spare[-1].hide()
        for number, (entry, row) in enumerate(zip(self.entries, rows, strict=True)):
            entry.show_row(row, first=number == 0)
            entry.show()
        self.more_button.setText(f"Show all {count} contacts")
        self.more_button.setVisible(count > len(rows))
        self._order_tabs()
        if focused is not None and place is not None:
            if focused not in [row.id for row in rows] and rows:
                focused = rows[min(place, len(rows) - 1)].id  # it was removed: the next one
            self.focus_on(focused)
            if not rows:
                self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _new_entry(self) -> ContactEntry:
        entry = ContactEntry(may_edit=self._may.edit_customers, may_log=self._may.log_interactions)
        for name in ("edit", "primary", "log", "remove", "place", "call", "mail", "copy"):
            getattr(entry, f"{name}_wanted").connect(getattr(self, f"{name}_wanted"))
        self._list.addWidget(entry)
        return entry

    def _order_tabs(self) -> None:
        chain: list[QWidget] = [self.add_button, self.link_button]
        for entry in self.entries:
            chain += [entry, *entry.buttons]
        for before, after in pairwise([*chain, self.more_button]):
            QWidget.setTabOrder(before, after)
