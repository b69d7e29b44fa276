"""The Orders tab of a customer's card: the history, what it tells, and what the customer said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.errors import CrmError
from crm_desktop.orders.habits import Habits, habits
from crm_desktop.orders.preferences import Preference, stated
from crm_desktop.orders.queries import order_history
from crm_desktop.orders.rows import OrderHistory
from ui.customers.card_page import CardPage
from ui.forms.action_message import ActionMessage
from ui.forms.responsive_grid import ResponsiveGrid
from ui.orders.habits_section import HabitsSection
from ui.orders.history import History
from ui.orders.order_actions import OrderActions
from ui.orders.preferences_section import PreferencesSection
from ui.theme.tokens import L

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

FIRST_ORDERS = 12
SETTLE_MS = 120


@dataclass(frozen=True)
class OrdersOfCustomer:
    """All that the tab shows."""

    history: OrderHistory
    habits: Habits
    stated: tuple[Preference, ...]


def read(session: Session, customer_id: UUID, limit: int) -> OrdersOfCustomer:
    """In one go, so that the parts agree."""
    return OrdersOfCustomer(
        order_history(session, customer_id, limit), habits(session, customer_id), stated(session, customer_id)
    )


class OrdersCardPage(CardPage):
    """Reads when it is shown, and again when orders or preferences change while it is visible."""

    def __init__(self, context: Signed) -> None:
        super().__init__()
        self._context = context
        self._customer: CustomerDetails | None = None
        self._limit = FIRST_ORDERS
        self._stale = True
        self._handle: Handle | None = None
        self.message = ActionMessage()
        self.history = History(may_add=context.capabilities.edit_orders)
        self.habits = HabitsSection()
        self.preferences = PreferencesSection(context)
        self.actions_of = OrderActions(context, self, offers_customer=False)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._read)
        beside = QWidget()
        right = QVBoxLayout(beside)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(L)
        right.addWidget(self.habits)
        right.addWidget(self.preferences)
        grid = ResponsiveGrid(letters=44, most=2)
        grid.add(self.history)
        grid.add(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        column.addWidget(self.message)
        column.addWidget(grid)
        self.history.add_wanted.connect(self.add_order)
        self.history.more_wanted.connect(self._show_more)
        self.history.opened.connect(self.actions_of.open)
        self.history.menu_wanted.connect(self.actions_of.show_menu)
        context.operations.data_changed.connect(self._on_data_changed)

    def show_customer(self, customer: CustomerDetails) -> None:
        same = self._customer is not None and self._customer.id == customer.id
        self._customer = customer
        if not same:
            self._limit = FIRST_ORDERS
        self._stale = True
        if self.isVisible():
            self._read()

    def refresh(self) -> None:
        self._read()

    def add_order(self) -> None:
        """Take down an order of this customer."""
        if self._customer is not None:
            self.actions_of.add(self._customer.id, self._customer.name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    def _read(self) -> None:
        if self._customer is None:
            return
        self._stale = False
        if self._handle is not None:
            self._handle.cancel()
        customer_id, limit = self._customer.id, self._limit
        self._handle = self._context.operations.query(
            self, lambda session: read(session, customer_id, limit), self._show, failed=self._failed
        )

    def _show(self, found: OrdersOfCustomer) -> None:
        self._handle = None
        assert self._customer is not None
        self.message.clear()
        self.history.show_history(found.history)
        self.habits.show_habits(found.habits)
        self.preferences.show_preferences(self._customer.id, self._customer.name, found.stated)

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self.message.tell("warning", str(error), error.hint, "Try again", self._read)

    def _show_more(self) -> None:
        self._limit *= 4
        self._read()

    def _on_data_changed(self, change: DataChange) -> None:
        if self._customer is None or not change.concerns("orders", "preferences", "loyalty"):
            return
        if not self.isVisible():
            self._stale = True
        elif change.origin is not None:
            self._read()  # what somebody does here shows at once
        else:
            self._settle.start()  # a burst of news from elsewhere is read once
