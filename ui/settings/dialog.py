"""Settings: People (administrators), Reminders, Appearance, This computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from ui.settings.appearance_page import AppearancePage, ComputerPage
from ui.settings.files_page import FilesPage
from ui.settings.people_page import PeoplePage
from ui.settings.reminders_page import RemindersPage
from ui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.sign_in.idle import IdleWatch


class SettingsDialog(Dialog):
    def __init__(
        self,
        context: Signed,
        parent: QWidget | None = None,
        *,
        idle: IdleWatch,
        reminders_changed: Callable[[], None],
    ) -> None:
        super().__init__("Settings", parent, width=880, height=640)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Settings")
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.pages = QStackedWidget()
        if context.capabilities.manage_users:
            self._add("People", PeoplePage(context))
        if context.capabilities.change_settings:
            self._add("Files", FilesPage(context))
        self._add("Reminders", RemindersPage(context, reminders_changed))
        self._add("Appearance", AppearancePage(context))
        self._add("This computer", ComputerPage(context, idle))
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.pages, 1)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        close = self.add_button("Close", "primary")
        close.clicked.connect(lambda _c=False: self.accept())

    def _add(self, title: str, page: QWidget) -> None:
        self.tabs.addTab(title)
        self.pages.addWidget(page)
