"""Opening the database of a connection: starts the local server, and shows how an upgrade goes on where one is due."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from crm_desktop.errors import CrmError
from ui.sign_in import work
from ui.warm_up import DATABASE

# What most starts do not need is imported when it is.
if TYPE_CHECKING:
    from crm_desktop.database.local_server import LocalServer
    from crm_desktop.settings import Profile
    from ui.background import Background
    from ui.first_run.upgrading import Upgrading
    from ui.start_window import StartWindow


class Opening(QObject):
    """One at a time: whatever an earlier opening still brings is not waited for."""

    said = Signal(str)  # what goes on; emitted in workers' threads
    succeeded = Signal()  # `opened` is there
    failed = Signal(object)  # CrmError
    ended = Signal()  # after either of them
    cancelled = Signal()  # after `failed`, where the person stopped an upgrade
    upgrade_left = Signal()  # its page is about to go: whoever hears it shows another one

    def __init__(self, background: Background, window: StartWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._window = window
        self._servers: dict[Path, LocalServer] = {}
        self._upgrading: Upgrading | None = None
        self._number = 0
        self.opened: work.Opened | None = None
        self.is_running = False

    def open(self, profile: Profile) -> None:
        """Begin anew; a company's server is reached when somebody signs in, and so open at once."""
        self._number += 1
        number = self._number
        self.opened = None
        self.is_running = profile.kind == "local"
        if profile.kind == "server":
            assert profile.target is not None
            self.opened = work.Opened(profile.target)
            self.succeeded.emit()
            return
        server = self.server(profile)
        steps = self._watch_upgrade(number).steps
        handle = self._background.run(
            self,
            lambda _progress: work.open_local(server, steps),
            lambda opened: self._did_open(number, opened),
            failed=lambda error: self._could_not_open(number, error),
            needs=DATABASE,
        )
        handle.finished.connect(lambda: self._has_ended(number))

    def server(self, profile: Profile) -> LocalServer:
        """The server of a database on this computer; the same one each time."""
        from crm_desktop.database.local_server import LocalServer

        assert profile.data_dir is not None
        if profile.data_dir not in self._servers:
            self._servers[profile.data_dir] = LocalServer(profile.data_dir, progress=self.said.emit)
        return self._servers[profile.data_dir]

    def close(self) -> None:
        """Stop the servers."""
        for server in self._servers.values():
            server.stop()

    def _did_open(self, number: int, opened: work.Opened) -> None:
        if number == self._number:
            self.opened = opened
            self.is_running = False
            self._end_upgrade()
            self.succeeded.emit()

    def _could_not_open(self, number: int, error: CrmError) -> None:
        if number == self._number:
            self.is_running = False
            self._end_upgrade()
            self.failed.emit(error)

    def _has_ended(self, number: int) -> None:
        if number == self._number:
            self.is_running = False
            self.ended.emit()

    def _watch_upgrade(self, number: int) -> Upgrading:
        """Shows the page of an upgrade if this opening comes to one."""
        from ui.first_run.upgrading import CANCELLED, CANCELLED_HINT, Upgrading

        def show() -> None:
            if number == self._number and upgrading.page is not None:
                self._window.show_page(upgrading.page)

        def cancelled() -> None:
            if number == self._number:
                self._number += 1  # whatever that opening still brings is not waited for
                self._could_not_open(self._number, CrmError(CANCELLED, hint=CANCELLED_HINT))
                self.cancelled.emit()

        self._end_upgrade()
        upgrading = self._upgrading = Upgrading(self)
        upgrading.began.connect(show)
        upgrading.cancelled.connect(cancelled)
        return upgrading

    def _end_upgrade(self) -> None:
        """Back from the page of an upgrade to where the person was."""
        upgrading, self._upgrading = self._upgrading, None
        if upgrading is None:
            return
        if upgrading.page is not None:
            if self._window.page is upgrading.page:
                self.upgrade_left.emit()
            self._window.drop_page(upgrading.page)
        upgrading.deleteLater()
