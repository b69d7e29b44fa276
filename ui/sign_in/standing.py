"""What becomes of an account, and of the database's schema, while the window is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from crm_desktop.errors import AccountDeactivated, CrmError, NoCrmAccess, SchemaMismatch, WrongPassword
from ui.notices import ACCOUNT
from ui.sign_in import work

if TYPE_CHECKING:
    from ui.notices import Notices
    from ui.operations import DataChange, Operations
    from ui.tasks import Tasks

SETTLE_MS = 200
DEACTIVATED = (
    "Your account has been deactivated. Nothing more can be read or saved here. What you typed is still in its window, "
    "to be copied."
)
OTHER_PASSWORD = "Your password has been changed. Sign in again with the new one. What you typed is kept until then."


class Standing(QObject):
    """Asks the database again when it tells of this account or turns the person away; says what it found at the top."""

    def __init__(
        self,
        account: work.Account,
        tasks: Tasks,
        operations: Operations,
        notices: Notices,
        sign_out: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._account = account
        self._tasks = tasks
        self._notices = notices
        self._sign_out = sign_out
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        operations.data_changed.connect(self._on_data_changed)
        operations.turned_away.connect(self.look)

    def look(self) -> None:
        """Soon, and once for several reasons."""
        self._settle.start()

    def stop(self) -> None:
        self._settle.stop()

    def _on_data_changed(self, change: DataChange) -> None:
        of_ours = change.concerns("users") and (change.ids is None or self._account.user.id in change.ids)
        if of_ours or change.concerns("schema"):
            self.look()

    def _ask(self) -> None:
        database = self._account.database
        self._tasks.background(self, lambda _progress: work.standing(database), self._found, failed=self._refused)

    def _found(self, role: str) -> None:
        if role == self._account.user.role:
            self._notices.clear_banner(ACCOUNT)
        else:
            self._say(f"An administrator has made you {_a(role)}. Sign in again to go on as one.", "warning")

    def _refused(self, error: CrmError) -> None:
        if isinstance(error, (AccountDeactivated, NoCrmAccess)):
            self._say(DEACTIVATED, "danger")
        elif isinstance(error, WrongPassword):
            self._say(OTHER_PASSWORD, "warning")
        elif isinstance(error, SchemaMismatch):
            self._say(f"{error} {error.hint}", "danger")
        # A server that cannot be reached says nothing about the account.

    def _say(self, text: str, tone: str) -> None:
        self._notices.banner(text, about=ACCOUNT, tone=tone, action_text="Sign out", action=self._sign_out)


def _a(role: str) -> str:
    return {"admin": "an administrator", "employee": "an employee"}.get(role, f"a {role}")
