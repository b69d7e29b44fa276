"""What can be done with a product from the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crm_desktop.audit.undo import current_transaction
from crm_desktop.orders import product_actions
from crm_desktop.orders.rows import ProductRow
from ui.orders.delete_order import CHANGED
from ui.undo import offer_undo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed


class ProductActions(QObject):
    """Open, add, activate and deactivate, delete, for the page that is `parent`."""

    def __init__(self, context: Signed, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent

    def open(self, row: ProductRow) -> None:
        """The dialog."""
        self._dialog(row.id)

    def add(self) -> None:
        """The dialog for a new one."""
        self._dialog(None)

    def delete(self, row: ProductRow) -> None:
        """Gone, with a way back; one that was ordered stays, and it is said why."""
        self._change(
            row,
            lambda session: product_actions.delete_product(session, row.id),
            f"{row.name} was deleted.",
            f"{row.name} is back.",
            f"deleted {row.name}",
        )

    def set_active(self, row: ProductRow, active: bool) -> None:
        """Whether it can still be put on orders."""
        now, before = ("active", "inactive") if active else ("inactive", "active")
        self._change(
            row,
            lambda session: product_actions.set_active(session, row.id, row.version, active),
            f"{row.name} is {now}.",
            f"{row.name} is {before} again.",
            f"made {row.name} {now}",
        )

    def _dialog(self, product_id: UUID | None) -> None:
        from ui.orders.product_dialog import ProductDialog  # the page opens faster without it

        ProductDialog(self._context, self._window, product_id).open()

    def _change(self, row: ProductRow, act: Callable[[Session], object], text: str, back: str, step: str) -> None:
        def work(session: Session) -> int:
            act(session)
            return current_transaction(session)

        def done(transaction: int) -> None:
            offer_undo(self._context, text, transaction, CHANGED, back, step=step)

        self._context.operations.change(
            self._context.notices, work, done, changed=CHANGED, ids=lambda _transaction: (row.id,)
        )
