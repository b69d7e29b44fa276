"""A customer's card: who it is, the fields, the loyalty numbers, and the timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.audit.last_change import last_editor
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.errors import CrmError, NotFound
from ui.attachments.files_section import FilesSection
from ui.customers.card_actions import CardActions
from ui.customers.card_contacts import CardContacts
from ui.customers.card_data import CardData, read_card
from ui.customers.card_facts import CardFacts
from ui.customers.card_header import CardHeader
from ui.customers.card_loyalty import CardLoyalty
from ui.customers.card_tabs import CardTabs
from ui.customers.links import Links
from ui.customers.skeleton import Skeleton
from ui.forms.action_message import ActionMessage
from ui.forms.responsive_grid import ResponsiveGrid
from ui.interactions.entry_actions import EntryActions
from ui.interactions.rights import rights_by_row
from ui.interactions.timeline import Timeline
from ui.shortcuts import bind
from ui.theme.tokens import L, M
from ui.widgets.scroll_area import ScrollArea
from ui.widgets.state_panel import StatePanel, Words

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

SKELETON_MS = 120
SETTLE_MS = 120
MESSAGE_MS = 20_000
FIRST_ENTRIES = 50
CHANGED = "You see the new values."
CONCERNS = ("customers", "contacts", "interactions", "loyalty", "attachments")


class CustomerCard(QWidget):
    """Loads in the background; a card that is already shown stays until the next one is there."""

    closed = Signal()
    deleted = Signal(object)  # UUID
    loaded = Signal(object)  # CustomerDetails, each time that they have been read

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._customer_id: UUID | None = None
        self._data: CardData | None = None
        self._handle: Handle | None = None
        self._limit = FIRST_ENTRIES
        self._from_elsewhere = False
        self._stale = False
        self.setAccessibleName("Customer card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._entries = EntryActions(context, self)
        self._links = Links(context.notices)
        self.actions_of = CardActions(context, self, self._entries, self._links)
        self.header = CardHeader(context.capabilities)
        self.message = ActionMessage()
        self.timeline = Timeline()
        self.facts = CardFacts(context.notices.info, may_undo_merge=context.capabilities.merge_customers)
        self.contacts = CardContacts(context, self, self._entries, self._links)
        self.loyalty = CardLoyalty()
        self.files = FilesSection(context)
        self._scroll = ScrollArea()
        self._skeleton = Skeleton()
        self._lost = StatePanel()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._skeleton)
        self._stack.addWidget(self._make_body())
        self._stack.addWidget(self._lost)
        self._skeleton_timer = QTimer(self, singleShot=True, interval=SKELETON_MS)
        self._skeleton_timer.timeout.connect(lambda: self._stack.setCurrentIndex(0))
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._read)
        self._message_over = QTimer(self, singleShot=True, interval=MESSAGE_MS)
        self._message_over.timeout.connect(self.message.clear)
        self._connect()

    def _make_body(self) -> QWidget:
        content = QFrame()
        content.setProperty("role", "surface")
        column = QVBoxLayout(content)
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(L)
        column.addWidget(self.header)
        column.addWidget(self.message)
        grid = ResponsiveGrid(letters=44, most=2)
        left = QWidget()
        facts = QVBoxLayout(left)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.setSpacing(M)
        facts.addWidget(self.facts)
        facts.addWidget(self.contacts)
        facts.addWidget(self.loyalty)
        facts.addWidget(self.files)
        grid.add(left)
        grid.add(self.timeline)
        self.tabs = CardTabs(self._context, grid)
        column.addWidget(self.tabs)
        column.addStretch(1)
        self._scroll.setWidget(content)
        return self._scroll

    def _connect(self) -> None:
        header, timeline, actions, entries = self.header, self.timeline, self.actions_of, self._entries
        header.close_wanted.connect(self.closed)
        header.edit_wanted.connect(actions.edit)
        header.merge_wanted.connect(actions.merge)
        header.delete_wanted.connect(actions.delete)
        header.log_wanted.connect(actions.log_interaction)
        header.print_wanted.connect(actions.print)
        header.pdf_wanted.connect(actions.save_pdf)
        header.call_wanted.connect(actions.call)
        header.mail_wanted.connect(actions.write_mail)
        actions.deleted.connect(self._on_deleted)
        self.facts.call_wanted.connect(self._links.call)
        self.facts.mail_wanted.connect(self._links.write_mail)
        self.facts.undo_merge_wanted.connect(actions.undo_merge)
        timeline.opened.connect(entries.open)
        timeline.completed.connect(entries.complete)
        timeline.cancelled.connect(entries.cancel)
        timeline.deleted.connect(entries.delete)
        timeline.more_wanted.connect(self._show_more)
        self.loyalty.account_wanted.connect(lambda: self.tabs.open("loyalty"))
        self.tabs.bind_keys(self)
        bind(self, "print", actions.print)
        bind(self, "add_contact", self.contacts.add)
        bind(self, "edit", actions.edit)  # also while the list beside it has the focus
        bind(self, "close_card", self.closed.emit, Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.files.take_drops_of(self)
        self._context.operations.data_changed.connect(self._on_data_changed)

    # What a page asks.

    @property
    def customer(self) -> CustomerDetails | None:
        """Who is shown now."""
        return self._data.customer if self._data is not None else None

    def show_customer(self, customer_id: UUID) -> None:
        """Load and show a customer."""
        if customer_id != self._customer_id:
            self._customer_id = customer_id
            self._limit = FIRST_ENTRIES
            self.message.clear()
            self._skeleton_timer.start()
        self._from_elsewhere = False
        self._read()

    def refresh(self) -> None:
        """Read again what is shown."""
        self._read()
        self.tabs.refresh()

    # Reading.

    def _read(self) -> None:
        customer_id, limit = self._customer_id, self._limit
        if customer_id is None:
            return
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._context.operations.query(
            self, lambda session: read_card(session, customer_id, limit), self._show, failed=self._failed
        )

    def _show(self, data: CardData) -> None:
        self._handle = None
        self._skeleton_timer.stop()
        before, self._data = self._data, data
        if data.customer.id != self._customer_id:
            self._customer_id = data.customer.id
            self.message.tell("info", "The customer you opened was merged into this one.", "Everything is here now.")
            self._message_over.start()
        same_customer = before is not None and before.customer.id == data.customer.id
        if same_customer and before is not None:
            self._say_changed(before, data)
        if not same_customer or before is None or before.customer != data.customer:
            self._show_facts(data.customer)
        self.facts.show_merged(data.merged)
        self.contacts.show_contacts(data.customer, data.contacts)
        now = datetime.now(UTC)
        user = self._context.user
        rows = (*data.timeline.planned, *data.timeline.history)
        rights = rights_by_row(rows, data.timeline.whose, user.id, admin=user.role == "admin")
        self.files.show_files(data.customer.id, data.files)
        self.timeline.show_rows(data.timeline, rights, now)
        self._stack.setCurrentIndex(1)
        self.loaded.emit(data.customer)
        if not same_customer:
            self._scroll.verticalScrollBar().setValue(0)
        self._from_elsewhere = False

    def _show_facts(self, customer: CustomerDetails) -> None:
        self.header.show_customer(customer)
        self.setAccessibleName(f"Customer card: {customer.name}")
        self.facts.show_customer(customer)
        self.loyalty.show_customer(customer)
        self.tabs.show_customer(customer)

    def _say_changed(self, before: CardData, data: CardData) -> None:
        if not self._from_elsewhere or data.customer.version == before.customer.version:
            return
        customer_id = data.customer.id

        def say(who: str) -> None:
            if customer_id == self._customer_id:
                self.message.tell("info", f"{who or 'Somebody'} has just changed this customer.", CHANGED)
                self._message_over.start()

        self._context.operations.query(
            self,
            lambda session: last_editor(session, customer_id, "customers", customer_id),
            say,
            failed=lambda _error: say(""),
            patient=True,
        )

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._skeleton_timer.stop()
        if isinstance(error, NotFound):
            self._data = None
            self._show_lost("This customer has been deleted.", "", "Close card", self.closed.emit)
        elif self.customer is not None and self.customer.id == self._customer_id:
            self._message_over.stop()
            self.message.tell("warning", str(error), error.hint, "Try again", self._read)
        else:
            self._data = None
            self._show_lost(str(error), error.hint, "Try again", self._read)

    def _show_lost(self, title: str, text: str, action_text: str, action: Callable[[], object]) -> None:
        self._lost.say(Words("individual", title, text, ((action_text, action),)))
        self._stack.setCurrentIndex(2)

    def _show_more(self) -> None:
        self._limit *= 4
        self._read()

    def _on_deleted(self, customer_id: UUID) -> None:
        self.deleted.emit(customer_id)
        self.closed.emit()

    def _on_data_changed(self, change: DataChange) -> None:
        if self._customer_id is None or not change.concerns(*CONCERNS):
            return
        if not change.concerns("interactions", "loyalty") and change.ids is not None:
            contacts = () if self._data is None else self._data.contacts
            shown = {self._customer_id, *(contact.id for contact in contacts)}
            if shown.isdisjoint(change.ids):
                return
        if change.origin is None:
            self._from_elsewhere = True
        if not self.isVisible():
            self._stale = True
        elif change.origin is not None:
            self._settle.stop()
            self._read()  # what somebody does here shows at once
        else:
            self._settle.start()  # a burst of news from elsewhere is read once

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self._read()
