"""Undo of an entry: its opposite, as an adjustment, since the ledger is never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.loyalty import actions
from crm_desktop.loyalty.rows import Account
from ui.loyalty.words import signed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"loyalty", "customers"})


def offer_take_back(context: Signed, account: Account, customer: str, booking_id: UUID, count: int) -> None:
    """Say what was booked, with Undo beside it."""

    def work(session: Session) -> None:
        actions.take_back(session, account.id, booking_id)

    def done(_none: None) -> None:
        context.notices.info(f"Taken back: {signed(-count)} points for {customer}.")

    def undo() -> None:
        context.operations.change(
            context.notices, work, done, changed=CHANGED, ids=lambda _none: (account.id, account.customer_id)
        )

    context.notices.info(f"{signed(count)} points for {customer}.", "Undo", undo)
