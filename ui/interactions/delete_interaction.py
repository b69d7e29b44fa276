"""Deleting an interaction: at once, with a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.audit.undo import current_transaction
from crm_desktop.interactions.actions import delete_interaction as delete_row
from ui.undo import offer_undo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed

CHANGED = frozenset({"interactions", "customers"})


def delete_interaction(context: Signed, interaction_id: UUID, subject: str) -> None:
    """Delete it and offer Undo."""

    def work(session: Session) -> int:
        delete_row(session, interaction_id)
        return current_transaction(session)

    def done(transaction: int) -> None:
        back = f"“{subject}” is back."
        offer_undo(context, f"“{subject}” was deleted.", transaction, CHANGED, back, step=f"deleted “{subject}”")

    context.operations.change(context.notices, work, done, changed=CHANGED)
