"""The first administrator of the database on this computer: from the form to the account, and sample data if wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from crm_desktop.errors import CrmError
from ui.first_run.admin_page import AdminPage, NewAdmin
from ui.first_run.progress_page import ProgressPage
from ui.sign_in import work

if TYPE_CHECKING:
    from crm_desktop.database.local_server import LocalServer
    from crm_desktop.settings import Profile
    from ui.background import Background
    from ui.handles import Progress
    from ui.start_window import StartWindow


class SettingUp(QObject):
    """Owns the pages. `wanted` asks for the open database: whoever has it calls `create`, or `fail` without it."""

    back = Signal()
    wanted = Signal()
    created = Signal(object, object)  # work.Account, Profile
    finished = Signal(object, object, object)  # work.Account, Profile, CrmError | None to tell

    def __init__(
        self, background: Background, window: StartWindow, say: Callable[[str], None], parent: QObject
    ) -> None:
        """`say` may be called in any thread."""
        super().__init__(parent)
        self._background = background
        self._window = window
        self._say = say
        self._new: NewAdmin | None = None
        self._page = AdminPage()
        self._page.submitted.connect(self._begin)
        self._page.back.connect(self.back)
        self._progress = ProgressPage("Setting up", "This takes a few seconds, once.")
        self._progress.retry.connect(self._retry)
        self._progress.back.connect(self._back_to_form)

    @property
    def waits(self) -> bool:
        """Whether somebody is to be created once the database is open."""
        return self._new is not None

    def show(self, *, can_go_back: bool) -> None:
        """Ask who it is."""
        self._page.go_back.setVisible(can_go_back)
        self._window.show_page(self._page)

    def report(self, text: str) -> None:
        """What goes on now."""
        self._progress.panel.report(-1.0, text)

    def fail(self, error: CrmError) -> None:
        """The database could not be opened."""
        self._progress.fail(error)

    def create(self, server: LocalServer, opened: work.Opened, profile: Profile) -> None:
        """Create who was typed in."""
        new = self._new
        assert new is not None

        def create(_progress: Progress) -> work.Account:
            self._say("Creating your account")
            work.create_admin(server, new.username, new.display_name, new.password)
            return work.sign_in(opened.target, new.username.lower(), new.password)

        self._background.run(
            self, create, lambda account: self._did_create(account, profile, new), failed=self._could_not_create
        )

    def _begin(self, new: NewAdmin) -> None:
        self._new = new
        self._progress.begin()
        self._window.show_page(self._progress)
        self.wanted.emit()

    def _retry(self) -> None:
        if self._new is not None:
            self._begin(self._new)

    def _back_to_form(self) -> None:
        self._new = None
        self._window.show_page(self._page)

    def _could_not_create(self, error: CrmError) -> None:
        self._back_to_form()
        self._page.show_error(error)

    def _did_create(self, account: work.Account, profile: Profile, new: NewAdmin) -> None:
        self.created.emit(account, profile)
        if new.sample_data:
            self._add_sample_data(account, profile)
        else:
            self._finish(account, profile)

    def _add_sample_data(self, account: work.Account, profile: Profile) -> None:
        page = ProgressPage("Adding sample customers", "You can delete them at any time.", cancellable=True)
        handle = self._background.run(
            self,
            lambda progress: work.add_sample_data(account, progress),
            lambda _none: self._finish(account, profile),
            failed=lambda error: self._finish(account, profile, error),
        )
        handle.progress.connect(page.panel.report)

        def cancel() -> None:
            handle.cancel()
            self._finish(account, profile)

        page.cancelled.connect(cancel)
        self._window.show_page(page)

    def _finish(self, account: work.Account, profile: Profile, problem: CrmError | None = None) -> None:
        self._new = None
        self.finished.emit(account, profile, problem)
