"""Deleting an order: at once, with a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.audit.undo import current_transaction
from crm_desktop.orders import actions
from ui.orders.words import points_words
from ui.undo import offer_undo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"orders"})


def delete_order(context: Signed, order_id: UUID, number: str) -> None:
    """Delete it with its lines and offer Undo."""

    def work(session: Session) -> tuple[int, int]:
        actions.delete_order(session, order_id)
        return current_transaction(session), actions.settle_points(session, order_id)

    def done(deleted: tuple[int, int]) -> None:
        transaction, booked = deleted
        said, back = f"Order {number} was deleted. {points_words(booked)}".strip(), f"Order {number} is back."
        offer_undo(context, said, transaction, CHANGED, back, step=f"deleted order {number}")

    context.operations.change(context.notices, work, done, changed=CHANGED)
