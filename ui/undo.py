"""The notice after a change that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.undo_history import Why


def offer_undo(
    context: Signed,
    text: str,
    transaction: int,
    subjects: frozenset[str],
    afterwards: str,
    *,
    step: str = "",
    why: Why | None = None,
) -> None:
    """Say what was done, with Undo beside it, and make it the first to be undone with Ctrl+Z.

    `afterwards` is said once it has been taken back. `step` names it behind "Undo: ", e.g. "deleted Ana Ruiz"; without
    one, `text` does. `why` knows a reason for which customers are left alone.
    """
    context.undo.offer(text, context.undo.did(step or text.rstrip("."), transaction, subjects, afterwards, why))
