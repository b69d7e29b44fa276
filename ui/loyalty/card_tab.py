"""The loyalty tab of a customer's card: the account, its ledger, and booking points."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.errors import CrmError
from crm_desktop.listing.filter_words import choice_word
from crm_desktop.loyalty.queries import FIRST_ENTRIES, account_card
from crm_desktop.loyalty.rows import AccountCard, Entry
from ui.customers.card_page import CardPage
from ui.customers.words import TIER_WORDS
from ui.forms.action_message import ActionMessage
from ui.forms.responsive_grid import ResponsiveGrid
from ui.interactions.local_time import full_text, moment_text, to_wall
from ui.loyalty.account_figures import AccountFigures
from ui.loyalty.enrol import enrol
from ui.loyalty.lines import Line, Lines
from ui.loyalty.words import month, points, signed
from ui.theme.tokens import L, M, S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.state_panel import StatePanel, Words

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

SETTLE_MS = 120
MOST_MONTHS = 6
MOST_LISTED = 12
TONES = {"earn": "success", "opening": "success", "redeem": "", "expire": "warning"}


class LoyaltyTab(CardPage):
    """Reads the account when it is opened, when points are booked here, and when somebody books elsewhere."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._customer: CustomerDetails | None = None
        self._read_for: UUID | None = None
        self._card: AccountCard | None = None
        self._most = FIRST_ENTRIES
        self._handle: Handle | None = None
        self.setAccessibleName("Loyalty")
        self.message = ActionMessage()
        self.figures = AccountFigures()
        self.earn_button = button("Earn points", lambda: self.book("earn"), kind="primary", icon_name="add")
        self.redeem_button = button("Redeem points", lambda: self.book("redeem"))
        self.adjust_button = button("Adjust", lambda: self.book("adjust"))
        self.opening_button = button("Opening balance", lambda: self.book("opening"))
        self.expiring = Lines("Expiring")
        self.contacts = Lines("Points by contact")
        self.changes = Lines("Tier history")
        self.ledger = Lines("Ledger", "Nothing has been booked yet.")
        self.more_button = button("Show more", self._show_more, kind="link")
        text = "An account starts without points; the first ones can be booked at once."
        self.not_enrolled = StatePanel(Words("loyalty", "Not in the loyalty programme", text, (("Enrol", self.enrol),)))
        self.not_enrolled.hide()
        self._account = ResponsiveGrid(letters=44, most=2)
        self._account.hide()
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        context.operations.data_changed.connect(self._on_data_changed)

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=S)
        for each in (self.earn_button, self.redeem_button, self.adjust_button, self.opening_button):
            flow.addWidget(each)
        for side, parts in (
            (left, (self.figures, buttons, self.expiring, self.contacts, self.changes)),
            (right, (self.ledger, self.more_button)),
        ):
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(L)
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
            self._account.add(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(self.message)
        column.addWidget(self._account)
        column.addWidget(self.not_enrolled)

    # What the card asks.

    def show_customer(self, customer: CustomerDetails) -> None:
        if self._customer is None or customer.id != self._customer.id:
            self._most = FIRST_ENTRIES
            self._account.hide()
            self.not_enrolled.hide()
            self.message.clear()
        self._customer = customer
        self.refresh()

    def refresh(self) -> None:
        self._settle.stop()
        customer, most = self._customer, self._most
        if customer is None or not self.isVisible():
            self._read_for = None
            return
        self._read_for = customer.id
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._context.operations.query(
            self, lambda session: account_card(session, customer.id, most), self._show, failed=self._failed
        )

    # What a person does.

    def enrol(self) -> None:
        """Open an account."""
        if self._customer is not None:
            enrol(self._context, self._customer.id, self._customer.name)

    def book(self, kind: str) -> None:
        """Open the dialog for an entry."""
        if self._card is None or self._customer is None:
            return
        from ui.loyalty.booking_dialog import BookingDialog  # only when it is needed
        from ui.loyalty.take_back import offer_take_back

        account, name = self._card.account, self._customer.name
        dialog = BookingDialog(self._context, self.window(), kind, account, name)
        dialog.saved.connect(
            lambda booking_id: offer_take_back(self._context, account, name, booking_id, dialog.points_booked)
        )
        dialog.open()

    def _show_more(self) -> None:
        self._most += FIRST_ENTRIES
        self.refresh()

    # On screen.

    def _show(self, card: AccountCard | None) -> None:
        self._handle = None
        self._card = card
        self.message.clear()
        self._account.setHidden(card is None)
        self.not_enrolled.setHidden(card is not None)
        if card is None:
            return
        self.figures.show_account(card)
        self.redeem_button.setEnabled(card.account.balance > 0)
        self.opening_button.setVisible(not card.entries)
        self.expiring.show_lines([Line(month(each.month), points(each.points)) for each in card.expiring[:MOST_MONTHS]])
        self.contacts.show_lines(
            [
                Line(each.name, f"{each.earned:,} earned", aside=f"{each.redeemed:,} redeemed" if each.redeemed else "")
                for each in card.contacts[:MOST_LISTED]
            ]
        )
        now = datetime.now(UTC)
        self.changes.show_lines(
            [
                Line(
                    TIER_WORDS.get(each.to_tier, each.to_tier),
                    moment_text(each.created_at, now),
                    f"from {TIER_WORDS.get(each.from_tier, each.from_tier)}" if each.from_tier else "enrolled",
                )
                for each in card.changes[:MOST_LISTED]
            ]
        )
        self.ledger.show_lines([_line(entry, now) for entry in card.entries])
        self.more_button.setVisible(card.more)

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self.message.tell("warning", str(error), error.hint, "Try again", self.refresh)

    def _on_data_changed(self, change: DataChange) -> None:
        customer = self._customer
        if customer is None or not change.concerns("loyalty", "contacts", "orders"):
            return
        ours = {customer.id, self._card.account.id} if self._card is not None else {customer.id}
        if change.ids is not None and ours.isdisjoint(change.ids) and not change.concerns("contacts", "orders"):
            return
        if not self.isVisible():
            self._read_for = None
        elif change.origin is not None:
            self.refresh()
        else:
            self._settle.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._customer is not None and self._read_for != self._customer.id:
            self.refresh()


def _line(entry: Entry, now: datetime) -> Line:
    """An entry of the ledger: what for, when, by whom."""
    kind = choice_word(entry.kind)
    order = f"Order {entry.order_number}" if entry.order_number else ""
    # What an order brings is called "Order" by whatever books it; its number says more.
    title = order if order and entry.reason in ("", "Order") else entry.reason or kind
    told = (kind, moment_text(entry.created_at, now), order, entry.contact, entry.author)
    return Line(
        title,
        signed(entry.points),
        " · ".join(part for part in told if part and part != title),
        f"{entry.balance:,}",
        TONES.get(entry.kind, "success" if entry.points > 0 else ""),
        full_text(to_wall(entry.created_at)),
    )
