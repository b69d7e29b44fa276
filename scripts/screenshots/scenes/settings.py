"""The settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QTabBar

from scripts.screenshots.scenes.window import SETTLED_MS, close_dialogs, dialogs
from scripts.screenshots.stage import wait
from ui.session import Session
from ui.settings.dialog import SettingsDialog
from ui.settings.keys import NEVER_REMIND
from ui.settings.reminders_page import RemindersPage


@contextmanager
def settings_people(session: Session) -> Iterator[None]:
    """Who may sign in."""
    session.open_settings()
    wait(SETTLED_MS + 300)
    yield
    close_dialogs()


@contextmanager
def settings_reminders(session: Session) -> Iterator[None]:
    """Whether, and how long before."""
    session.open_settings()
    wait(SETTLED_MS)
    (dialog,) = [each for each in dialogs() if isinstance(each, SettingsDialog)]
    titles = [dialog.tabs.tabText(place) for place in range(dialog.tabs.count())]
    dialog.tabs.setCurrentIndex(titles.index("Reminders"))
    page = dialog.pages.currentWidget()
    assert isinstance(page, RemindersPage)
    page.minutes.set_value("15")
    wait(SETTLED_MS)
    yield
    page.minutes.set_value(str(NEVER_REMIND))
    close_dialogs()


@contextmanager
def settings_files(session: Session) -> Iterator[None]:
    """How large a file may be."""
    session.open_settings()
    tabs = dialogs()[0].findChild(QTabBar)
    assert tabs is not None
    tabs.setCurrentIndex(next(n for n in range(tabs.count()) if tabs.tabText(n) == "Files"))
    wait(SETTLED_MS)
    yield
    close_dialogs()


SCENES = {
    "settings-people": settings_people,
    "settings-reminders": settings_reminders,
    "settings-files": settings_files,
}
