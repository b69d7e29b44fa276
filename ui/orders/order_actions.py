"""What can be done with an order from a list or a customer's card."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import CrmError, StaleRow
from crm_desktop.orders import actions
from crm_desktop.orders.rows import OrderRow
from ui.orders.delete_order import CHANGED, delete_order
from ui.orders.words import STATUS_WORDS, points_words
from ui.theme.icons import icon
from ui.undo import offer_undo
from ui.widgets.labels import literal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed


class OrderActions(QObject):
    """Open, add, set the status and delete, for the page or card that is `parent`."""

    customer_wanted = Signal(object)  # UUID

    def __init__(self, context: Signed, parent: QWidget, *, offers_customer: bool) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._offers_customer = offers_customer

    def open(self, row: OrderRow) -> None:
        """The dialog."""
        from ui.orders.order_dialog import OrderDialog  # the page opens faster without it

        OrderDialog(self._context, self._window, row.customer_id, row.customer_name, row.id).open()

    def add(self, customer_id: UUID | None = None, customer_name: str = "") -> None:
        """The dialog for a new one."""
        from ui.orders.order_dialog import OrderDialog

        OrderDialog(self._context, self._window, customer_id, customer_name).open()

    def delete(self, row: OrderRow) -> None:
        """Gone, with a way back."""
        delete_order(self._context, row.id, row.order_number)

    def set_status(self, row: OrderRow, status: str) -> None:
        """Another status, at once, with a way back."""

        def work(session: Session) -> tuple[int, int]:
            actions.set_status(session, row.id, row.version, status)
            return current_transaction(session), actions.settle_points(session, row.id)

        def done(changed: tuple[int, int]) -> None:
            transaction, booked = changed
            words = STATUS_WORDS[status].lower()
            text = f"Order {row.order_number} is {words}. {points_words(booked)}".strip()
            back = f"Order {row.order_number} is {STATUS_WORDS.get(row.status, row.status).lower()} again."
            step = f"marked order {row.order_number} as {words}"
            offer_undo(self._context, text, transaction, CHANGED, back, step=step)

        def failed(error: CrmError) -> None:
            if isinstance(error, StaleRow):
                self._context.notices.error("Somebody changed this order meanwhile.", "Look at it again, then decide.")
            else:
                self._context.notices.crm_error(error)

        self._context.operations.change(
            self._context.notices, work, done, failed=failed, changed=CHANGED, ids=lambda _changed: (row.id,)
        )

    def show_menu(self, row: OrderRow, place: QPoint) -> None:
        """What can be done with an order."""
        self.menu(row).popup(place)

    def menu(self, row: OrderRow) -> QMenu:
        """The menu as things stand."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(f"Order {row.order_number}")
        menu.addAction(icon("edit"), "Open", lambda: self.open(row))
        if self._offers_customer:
            name = literal(row.customer_name or "the customer")
            menu.addAction(icon("customers"), f"Show {name}", lambda: self.customer_wanted.emit(row.customer_id))
        if self._context.capabilities.edit_orders:
            menu.addSeparator()
            for status, words in STATUS_WORDS.items():
                if status != row.status:
                    menu.addAction(f"Mark as {words.lower()}", partial(self.set_status, row, status))
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Delete", lambda: self.delete(row))
        return menu
