"""The notice after a change that can be taken back, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_desktop.audit.undo import UndoResult, undo_transaction

if TYPE_CHECKING:
    from ui.context import Signed


def offer_undo(context: Signed, text: str, transaction: int, subjects: frozenset[str], afterwards: str) -> None:
    """Say what was done, with Undo beside it. `afterwards` is said once it has been taken back."""

    def undone(result: UndoResult) -> None:
        if result.refused:
            kept = "one change was" if result.refused == 1 else f"{result.refused} changes were"
            context.notices.error(f"Not everything could be undone: {kept} built upon meanwhile.")
        else:
            context.notices.info(afterwards)

    def undo() -> None:
        context.operations.change(
            context.notices, lambda session: undo_transaction(session, transaction), undone, changed=subjects
        )

    context.notices.info(text, "Undo", undo)
