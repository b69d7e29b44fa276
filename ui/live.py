"""Changes from other desks, as Operations tells them, and the banner while the connection is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ui.operations import DataChange

if TYPE_CHECKING:
    from crm_desktop.database.changes import Change
    from crm_desktop.database.engine import Database
    from ui.notices import Notices
    from ui.operations import Operations

SUBJECTS = {
    "alembic_version": "schema",
    "customers": "customers",
    "customer_interactions": "interactions",
    "customer_segments": "segments",
    "segment_rules": "segment_rules",
    "segment_runs": "segment_rules",
    "contacts": "contacts",
    "contact_positions": "contacts",
    "loyalty_accounts": "loyalty",
    "loyalty_ledger": "loyalty",
    "loyalty_tiers": "loyalty",
    "orders": "orders",
    "order_lines": "orders",
    "products": "orders",
    "customer_preferences": "preferences",
    "users": "users",
    "settings": "settings",
    "saved_views": "views",
    "import_batches": "imports",
    "import_mappings": "imports",
    "duplicate_scans": "duplicates",
    "duplicate_decisions": "duplicates",
    "attachments": "attachments",
}
EVERY_SUBJECT = frozenset(SUBJECTS.values())
# An import elsewhere tells of each statement; views refresh once for all that came within this time.
GATHER_MS = 80


class LiveChanges(QObject):
    """Runs the listener; its thread's calls come over as queued signals."""

    lost = Signal()
    _heard = Signal(object)
    _state = Signal(bool)

    def __init__(self, database: Database, operations: Operations, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        from crm_desktop.database.changes import ChangeListener

        self._operations = operations
        self._notices = notices
        self._waiting: list[Change] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GATHER_MS)
        self._timer.timeout.connect(self._pass_on)
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._state.connect(self._set_state, Qt.ConnectionType.QueuedConnection)
        self._listener = ChangeListener(database, self._heard.emit, self._state.emit)

    def start(self) -> None:
        self._listener.start()

    def stop(self) -> None:
        self._timer.stop()
        self._heard.disconnect()
        self._state.disconnect()
        self._listener.stop()

    def _hear(self, change: Change) -> None:
        # What was saved here has been told already, by the operation that saved it.
        if not change.own:
            self._waiting.append(change)
            self._timer.start()

    def _pass_on(self) -> None:
        changes, self._waiting = self._waiting, []
        if changes:
            self._operations.tell_changed(gather(changes))

    def _set_state(self, connected: bool) -> None:
        if connected:
            self._notices.clear_banner()
        else:
            self._notices.banner("The connection to the database was lost. Trying again… What you typed is kept.")
            self.lost.emit()


def gather(changes: list[Change]) -> DataChange:
    """One change for all of them."""
    subjects: set[str] = set()
    ids: set[UUID] | None = set()
    for change in changes:
        if change.table == "*":
            subjects |= EVERY_SUBJECT
            ids = None
        else:
            subjects.add(SUBJECTS.get(change.table, change.table))
            ids = None if ids is None or change.ids is None else ids | set(change.ids)
    return DataChange(frozenset(subjects), None if ids is None else tuple(sorted(ids)), None)
