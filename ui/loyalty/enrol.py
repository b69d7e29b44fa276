"""Enrolling a customer in the loyalty programme: at once, with a way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.audit.undo import current_transaction
from crm_desktop.loyalty import actions
from crm_desktop.loyalty.queries import any_booked
from ui.undo import offer_undo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"loyalty", "customers"})


def why_still_enrolled(session: Session, customers: Sequence[UUID]) -> str:
    """Why an account cannot be taken back: the ledger is never changed."""
    return "Points were booked since" if any_booked(session, customers) else ""


def enrol(context: Signed, customer_id: UUID, name: str) -> None:
    """Open an account and offer Undo."""

    def work(session: Session) -> int:
        actions.enrol(session, customer_id)
        return current_transaction(session)

    def done(transaction: int) -> None:
        offer_undo(
            context,
            f"{name} is in the loyalty programme.",
            transaction,
            CHANGED,
            f"{name} is not in the loyalty programme any more.",
            step=f"enrolled {name}",
            why=why_still_enrolled,
        )

    context.operations.change(context.notices, work, done, changed=CHANGED, ids=lambda _transaction: (customer_id,))
