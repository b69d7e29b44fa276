"""Signing in with a password that an administrator chose: another one first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.sign_in import work
from ui.sign_in.change_password import ChangePasswordPage

if TYPE_CHECKING:
    from ui.background import Background
    from ui.start_window import StartWindow


class NewPassword(QObject):
    """Made for one signing in. It takes its page away with it."""

    changed = Signal(object, str)  # work.Account, the new password
    refused = Signal()  # signed out again

    def __init__(
        self, background: Background, window: StartWindow, account: work.Account, current: str, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._window = window
        self._account = account
        self._current = current
        self._page = ChangePasswordPage(account.user.display_name, account.database.username)
        self._page.submitted.connect(self._change)
        self._page.signed_out.connect(self._refuse)
        window.show_page(self._page)

    def close(self) -> None:
        """Once another page is shown."""
        self._window.drop_page(self._page)
        self.deleteLater()

    def _change(self, new: str) -> None:
        page, account, current = self._page, self._account, self._current
        page.set_saving(True)
        handle = self._background.run(
            page,
            lambda _progress: work.change_password(account, current, new),
            lambda changed: self.changed.emit(changed, new),
            failed=page.show_error,
        )
        handle.finished.connect(lambda: page.set_saving(False))

    def _refuse(self) -> None:
        self._account.database.close()
        self.refused.emit()
