"""Composition root: puts theme, start, and session together. Nothing else is reached through here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from crm_desktop import paths
from crm_desktop.errors import CrmError
from crm_desktop.settings import Preferences, Profile, ProfileStore
from ui.crash import CrashReporter
from ui.garbage import GarbageCollector
from ui.interrupts import Interrupts
from ui.settings.keys import TEXT_SCALE_KEY, THEME_KEY
from ui.start import LOCAL_NAME, StartFlow, has_database
from ui.tasks import Tasks
from ui.theme import Mode, Theme, icon
from ui.theme.theme import MODES
from ui.warm_up import WarmUp

if TYPE_CHECKING:
    from ui.session import Session
    from ui.sign_in import work


class Program(QObject):
    """Alternates between the start window (nobody signed in) and a session (somebody is)."""

    def __init__(self, app: QApplication, data_dir: Path | None, profile: str | None) -> None:
        super().__init__(app)
        self._app = app
        folder = data_dir if data_dir is not None else paths.user_data_dir()
        settings = data_dir if data_dir is not None else paths.user_config_dir()
        store = None if data_dir is not None else ProfileStore(paths.user_config_dir() / "profiles.json")
        self._drafts = folder / "drafts"
        self._preferences = Preferences(settings / "preferences.json")
        self._theme = Theme(app, _mode(self._preferences), _text_scale(self._preferences))
        app.setWindowIcon(icon("handshake", "accent_text"))
        self._garbage = GarbageCollector(self)
        self._tasks = Tasks(self)
        self._warm_up = WarmUp(self)
        self._session: Session | None = None
        chosen = _chosen(store, profile, data_dir)
        self.start = StartFlow(self._tasks, self._warm_up, self._preferences, folder, store, chosen, self)
        self.start.signed_in.connect(self._enter)
        self.start.window.painted.connect(lambda: QTimer.singleShot(0, self, self._after_first_paint))

    def run(self) -> None:
        self.start.start()

    def _after_first_paint(self) -> None:
        self._warm_up.start()
        self.start.painted()

    def _enter(self, account: work.Account, profile: Profile, problem: CrmError | None) -> None:
        from ui.session import Session, tell

        self._warm_up.stop()
        self._garbage.keep_what_is_loaded()
        self._session = Session(
            account, profile, self._preferences, self._theme, self._tasks, self, drafts_dir=self._drafts
        )
        self._session.ended.connect(self._leave)
        self._session.start()
        self.start.window.hide()
        tell(self._session, problem)

    def _leave(self) -> None:
        session, self._session = self._session, None
        self.start.show_again()
        if session is not None:
            session.window.hide()
            session.window.deleteLater()
            session.close()
            session.deleteLater()

    def close(self) -> None:
        """After the last window: end the work, let go of the server."""
        if self._session is not None:
            self._session.close()
        self._warm_up.stop()
        self._tasks.close()
        self.start.close()
        self._garbage.close()


def _mode(preferences: Preferences) -> Mode:
    stored = preferences.get(THEME_KEY, "system")
    return next((mode for mode in MODES if mode == stored), "system")


def _text_scale(preferences: Preferences) -> float:
    stored = preferences.get(TEXT_SCALE_KEY, 1.0)
    return min(2.0, max(1.0, float(stored))) if isinstance(stored, int | float) else 1.0


def _chosen(store: ProfileStore | None, name: str | None, data_dir: Path | None) -> Profile | None:
    """The database to begin with; None on the very first start."""
    if store is None:
        assert data_dir is not None
        return Profile(LOCAL_NAME, "local", data_dir)
    if name is not None:
        return store.find(name)
    if profiles := store.load():
        return store.last_used or profiles[0]
    folder = paths.user_data_dir()
    return Profile(LOCAL_NAME, "local", folder) if has_database(folder) else None


def main(data_dir: Path | None = None, profile: str | None = None) -> int:
    """Open the window; returns the exit status when it has been closed. Raises CrmError for an unknown `profile`."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("crm-desktop")
    app.setApplicationDisplayName("CRM Desktop")
    app.setDesktopFileName("crm-desktop")
    crashes = CrashReporter(app)
    crashes.install()
    program = Program(app, data_dir, profile)
    interrupts = Interrupts(app.quit, app)
    program.run()
    status = app.exec()
    program.close()
    interrupts.close()
    return status
