"""The customers whose cards were opened last: their ids are remembered on this computer, their names are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from crm_desktop.customers.suggestions import names_by_id

if TYPE_CHECKING:
    from ui.context import Signed

MOST = 15
AFTER_MS = 800
"""Running through the list with an arrow key opens cards that nobody looks at."""


class RecentCustomers(QObject):
    """Of one person on one database."""

    def __init__(self, context: Signed, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._key = f"recent_customers/{context.profile.name}/{context.user.username}"
        self._shown: UUID | None = None
        self._timer = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._timer.timeout.connect(self._remember)

    @property
    def ids(self) -> list[UUID]:
        """The latest first."""
        kept = self._context.preferences.get(self._key, [])
        return [found for each in kept if (found := _id(each)) is not None] if isinstance(kept, list) else []

    def shown(self, customer_id: UUID) -> None:
        """A card shows this customer now."""
        if customer_id != self._shown:
            self._shown = customer_id
            self._timer.start()

    def look_up(self, parent: QObject, show: Callable[[list[tuple[UUID, str]]], None]) -> None:
        """Hands over ids and names, the latest first; those who are gone are left out."""
        ids = self.ids
        if not ids:
            show([])
            return

        def put_in_order(names: dict[UUID, str]) -> None:
            show([(each, names[each]) for each in ids if each in names])

        self._context.operations.query(
            parent, lambda session: names_by_id(session, ids), put_in_order, failed=lambda _error: show([])
        )

    def _remember(self) -> None:
        if self._shown is not None:
            ids = [self._shown, *(each for each in self.ids if each != self._shown)]
            self._context.preferences.set(self._key, [str(each) for each in ids[:MOST]])


def _id(stored: object) -> UUID | None:
    try:
        return UUID(str(stored))
    except ValueError:
        return None
