"""Where a company's own server is: asked for, tried, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from crm_desktop.settings import Profile, ProfileStore
from ui.first_run.connection_page import ConnectionPage
from ui.sign_in import work
from ui.warm_up import DATABASE

if TYPE_CHECKING:
    from ui.background import Background
    from ui.handles import Progress
    from ui.start_window import StartWindow


class Connecting(QObject):
    """Owns the page."""

    back = Signal()
    saved = Signal(object, str, str)  # Profile, username, password

    def __init__(
        self, background: Background, window: StartWindow, store: ProfileStore | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._window = window
        self._store = store
        self._page = ConnectionPage()
        self._page.back.connect(self.back)
        self._page.tested.connect(self._test)
        self._page.saved.connect(self._save)

    def show(self) -> None:
        names = frozenset(profile.name for profile in self._store.load()) if self._store is not None else frozenset()
        self._page.set_taken_names(names)
        self._window.show_page(self._page)

    def _test(self, profile: Profile, username: str, password: str) -> None:
        page, target = self._page, profile.target
        assert target is not None
        page.set_testing(True)

        def test(_progress: Progress) -> str:
            account = work.sign_in(target, username, password)
            account.database.close()
            return account.user.display_name

        handle = self._background.run(
            page,
            test,
            lambda name: page.show_success(f"It works. The server knows you as {name}."),
            failed=page.show_error,
            needs=DATABASE,
        )
        handle.finished.connect(lambda: page.set_testing(False))

    def _save(self, profile: Profile, username: str, password: str) -> None:
        if self._store is not None:
            self._store.save(profile)
        self.saved.emit(profile, username, password)
