"""Undo of an entry: its opposite, since the ledger is never changed."""

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
    """Say what was booked, with Undo beside it, and make it the first to be taken back with Ctrl+Z."""

    def correct(session: Session) -> None:
        actions.take_back(session, account.id, booking_id)

    text, afterwards = (f"{signed(each)} points for {customer}" for each in (count, -count))
    context.undo.offer(f"{text}.", context.undo.booked(text, correct, CHANGED, f"Taken back: {afterwards}."))
