"""How many rows a list has: at once up to a thousand, then exactly; a new question lets go of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from crm_desktop.listing.listing import Listing
from crm_desktop.listing.request import FirstRows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle


class MatchCount(QObject):
    """`first` brings the top of the list with what is known of its length, `counted` number and whether it is exact."""

    first = Signal(object)  # FirstRows
    counted = Signal(int, bool)
    failed = Signal(object)  # CrmError

    def __init__(self, context: Signed, parent: QObject, *, patient: bool = False) -> None:
        super().__init__(parent)
        self._context, self._patient = context, patient
        self._handle: Handle | None = None

    def ask(self, listing: Listing[Any]) -> None:
        """Count the rows of a list."""
        self.stop()

        def top(session: Session) -> FirstRows[Any]:
            return listing.first(session.connection())

        def total(session: Session) -> int:
            return listing.count(session.connection())

        def show(found: FirstRows[Any]) -> None:
            self._handle = None
            self.first.emit(found)
            self.counted.emit(found.count, found.exact)
            if not found.exact and self._handle is None:
                self._handle = query(self, total, show_exact, failed=self._on_failed, patient=self._patient)

        def show_exact(number: int) -> None:
            self._handle = None
            self.counted.emit(number, True)

        query = self._context.operations.query
        self._handle = query(self, top, show, failed=self._on_failed, patient=self._patient)

    def stop(self) -> None:
        """Nobody waits for the answer any more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _on_failed(self, error: object) -> None:
        self._handle = None
        self.failed.emit(error)
