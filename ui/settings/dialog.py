"""Settings: People, Loyalty, Files (administrators), Reminders, Appearance, This computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from ui.settings.appearance_page import AppearancePage, ComputerPage
from ui.settings.files_page import FilesPage
from ui.settings.loyalty_page import LoyaltyRulesPage
from ui.settings.people_page import PeoplePage
from ui.settings.reminders_page import RemindersPage
from ui.widgets.dialog import Dialog, ask

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.sign_in.idle import IdleWatch


class SettingsDialog(Dialog):
    """`page` is the title of the one to begin with."""

    def __init__(
        self,
        context: Signed,
        parent: QWidget | None = None,
        *,
        idle: IdleWatch,
        reminders_changed: Callable[[], None],
        page: str = "",
    ) -> None:
        super().__init__("Settings", parent, width=880, height=640)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Settings")
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.pages = QStackedWidget()
        self._context = context
        self._loyalty: LoyaltyRulesPage | None = None
        if context.capabilities.manage_users:
            self._add("People", PeoplePage(context))
        if context.capabilities.change_settings:
            self._loyalty = LoyaltyRulesPage(context)
            self._loyalty.customers_wanted.connect(self._list_customers)
            self._add("Loyalty", self._loyalty)
            self._add("Files", FilesPage(context))
        self._add("Reminders", RemindersPage(context, reminders_changed))
        self._add("Appearance", AppearancePage(context))
        self._add("This computer", ComputerPage(context, idle))
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.pages, 1)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        titles = [self.tabs.tabText(place) for place in range(self.tabs.count())]
        if page in titles:
            self.tabs.setCurrentIndex(titles.index(page))
        close = self.add_button("Close", "primary")
        close.clicked.connect(lambda _c=False: self.reject())

    def is_dirty(self) -> bool:
        return self._loyalty is not None and self._loyalty.is_dirty()

    def reject(self) -> None:
        """Close, after a question where rules were typed and not applied."""
        text = "The rules of the loyalty programme that you typed have not been applied."
        if not self.is_dirty() or ask(self, "Discard your changes?", text, "Discard changes", "Keep editing"):
            super().reject()

    def _list_customers(self, wanted: object) -> None:
        self.reject()
        if not self.isVisible():
            self._context.undo.customers_wanted.emit(wanted)

    def _add(self, title: str, page: QWidget) -> None:
        self.tabs.addTab(title)
        self.pages.addWidget(page)
