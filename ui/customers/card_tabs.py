"""The tabs of a customer's card. Each but the overview is built when it is first opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.customers.rows import CustomerDetails
from ui.customers.card_page import CardPage
from ui.shortcuts import bind
from ui.theme.tokens import L
from ui.widgets.frames import separator
from ui.widgets.tab_bar import tab_bar

if TYPE_CHECKING:
    from ui.context import Signed

OVERVIEW = "overview"


@dataclass(frozen=True)
class CardTab:
    """A tab to come. What it needs is imported when it is built."""

    key: str
    title: str
    build: Callable[[Signed], CardPage]


def _loyalty(context: Signed) -> CardPage:
    from ui.loyalty.card_tab import LoyaltyTab

    return LoyaltyTab(context)


def _orders(context: Signed) -> CardPage:
    from ui.orders.card_page import OrdersCardPage

    return OrdersCardPage(context)


def _analytics(context: Signed) -> CardPage:
    from ui.analytics.card_tab import AnalyticsTab

    return AnalyticsTab(context)


def _segments(context: Signed) -> CardPage:
    from ui.segments.card_segments import CardSegments

    return CardSegments(context)


TABS: tuple[CardTab, ...] = (
    CardTab("loyalty", "Loyalty", _loyalty),
    CardTab("orders", "Orders", _orders),
    CardTab("analytics", "Analytics", _analytics),
    CardTab("segments", "Segments", _segments),
)


class CardTabs(QWidget):
    """The overview or one of the pages: only what is on top takes room: a short one is followed by no gap."""

    def __init__(
        self, context: Signed, overview: QWidget, tabs: tuple[CardTab, ...] = TABS, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._tabs = tabs
        self._overview = overview
        self._pages: dict[str, CardPage] = {}
        self._customer: CustomerDetails | None = None
        self.bar = tab_bar("Pages of the customer card", ("Overview", *(tab.title for tab in tabs)))
        self.bar.setUsesScrollButtons(True)
        self.bar.setVisible(bool(tabs))
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.bar)
        head.addWidget(separator())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(L)
        self._column.addLayout(head)
        self._column.addWidget(overview)
        self.bar.currentChanged.connect(self._show_page)

    def bind_keys(self, card: QWidget) -> None:
        """The keys for the next and the previous tab, within the whole card."""
        bind(card, "next_card_tab", lambda: self._step(1))
        bind(card, "previous_card_tab", lambda: self._step(-1))

    @property
    def current_key(self) -> str:
        """Which tab is on top."""
        place = self.bar.currentIndex()
        return self._tabs[place - 1].key if place > 0 else OVERVIEW

    def open(self, key: str) -> None:
        """Bring a tab to the top."""
        keys = (OVERVIEW, *(tab.key for tab in self._tabs))
        self.bar.setCurrentIndex(keys.index(key))

    def show_customer(self, customer: CustomerDetails) -> None:
        """Whose card it is; tabs that are not on top follow when they are opened."""
        self._customer = customer
        page = self._pages.get(self.current_key)
        if page is not None:
            page.show_customer(customer)

    def refresh(self) -> None:
        """Read the tab on top again."""
        page = self._pages.get(self.current_key)
        if page is not None:
            page.refresh()

    def _step(self, by: int) -> None:
        self.bar.setCurrentIndex((self.bar.currentIndex() + by) % self.bar.count())

    def _show_page(self, place: int) -> None:
        page = self._page(place)
        for each in (self._overview, *self._pages.values()):
            each.setVisible(each is page)
        if isinstance(page, CardPage) and self._customer is not None:
            page.show_customer(self._customer)

    def _page(self, place: int) -> QWidget:
        if place <= 0:
            return self._overview
        tab = self._tabs[place - 1]
        if tab.key not in self._pages:
            made = self._pages[tab.key] = tab.build(self._context)
            self._column.addWidget(made)
        return self._pages[tab.key]
