"""The pages behind the tabs, in their order. Each is built when it is first opened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.shell.page import ShellPage

if TYPE_CHECKING:
    from crm_desktop.access.capabilities import Capabilities
    from ui.context import Signed

CUSTOMERS, INTERACTIONS, ANALYTICS = "customers", "interactions", "analytics"
FOLLOW_UPS, DUPLICATES, DATA_QUALITY = "follow_ups", "duplicates", "data_quality"
SEGMENTS = "segments"
LOYALTY = "loyalty"
ORDERS = "orders"


@dataclass(frozen=True)
class PageSpec:
    """A page to come. `shortcut` names its key in ui/shortcuts.py. `beforehand` is a module that has nothing of Qt and
    takes long to import, which is done beside the window first; `slices` imports what has some, between the window's
    events. `narrowed`: it shows the chosen customer only."""

    key: str
    title: str
    shortcut: str
    build: Callable[["Signed"], ShellPage]
    allowed: Callable[["Capabilities"], bool] = lambda _may: True
    beforehand: str = ""
    slices: Callable[[], Iterator[None]] | None = None
    narrowed: bool = False


def _customers(context: "Signed") -> ShellPage:
    from ui.customers.page import CustomersPage

    return CustomersPage(context)


def _interactions(context: "Signed") -> ShellPage:
    from ui.interactions.page import InteractionsPage

    return InteractionsPage(context)


def _analytics(context: "Signed") -> ShellPage:
    from ui.analytics.page import AnalyticsPage

    return AnalyticsPage(context)


def _analytics_in_slices() -> Iterator[None]:
    from ui.analytics.importing import in_slices

    return in_slices()


def _follow_ups(context: "Signed") -> ShellPage:
    from ui.follow_ups.page import FollowUpsPage

    return FollowUpsPage(context)


def _segments(context: "Signed") -> ShellPage:
    from ui.segments.page import SegmentsPage

    return SegmentsPage(context)


def _loyalty(context: "Signed") -> ShellPage:
    from ui.loyalty.page import LoyaltyPage

    return LoyaltyPage(context)


def _orders(context: "Signed") -> ShellPage:
    from ui.orders.page import OrdersPage

    return OrdersPage(context)


def _duplicates(context: "Signed") -> ShellPage:
    from ui.duplicates.page import DuplicatesPage

    return DuplicatesPage(context)


def _data_quality(context: "Signed") -> ShellPage:
    from ui.quality.page import DataQualityPage

    return DataQualityPage(context)


PAGES = (
    PageSpec(CUSTOMERS, "Customers", "tab_customers", _customers),
    PageSpec(INTERACTIONS, "Interactions", "tab_interactions", _interactions, narrowed=True),
    PageSpec(
        *(ANALYTICS, "Analytics", "tab_analytics", _analytics),
        beforehand="ui.analytics.without_qt",
        slices=_analytics_in_slices,
        narrowed=True,
    ),
    PageSpec(FOLLOW_UPS, "Follow-ups", "tab_follow_ups", _follow_ups),
    PageSpec(SEGMENTS, "Segments", "tab_segments", _segments),
    PageSpec(LOYALTY, "Loyalty", "tab_loyalty", _loyalty),
    PageSpec(ORDERS, "Orders", "tab_orders", _orders, narrowed=True),
    PageSpec(DUPLICATES, "Duplicates", "tab_duplicates", _duplicates),
    PageSpec(DATA_QUALITY, "Data quality", "tab_data_quality", _data_quality),
)


class Pages(QStackedWidget):
    """The pages that this person may see, one on top."""

    built = Signal(str, object)  # key, ShellPage

    def __init__(self, context: "Signed", specs: tuple[PageSpec, ...] = PAGES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.specs = tuple(spec for spec in specs if spec.allowed(context.capabilities))
        self._coming: set[str] = set()
        self._made: dict[str, ShellPage] = {}
        for _ in self.specs:
            self.addWidget(QWidget())

    @property
    def current_key(self) -> str:
        """Which page is on top."""
        return self.specs[self.currentIndex()].key

    @property
    def made(self) -> tuple[ShellPage, ...]:
        """The pages that have been opened so far."""
        return tuple(self._made.values())

    def place(self, key: str) -> int:
        """Where a page stands; -1 when this person has no such page."""
        return next((place for place, spec in enumerate(self.specs) if spec.key == key), -1)

    def open(self, place: int) -> None:
        """Bring a page to the top; one that takes long to import follows when it is there."""
        self.setCurrentIndex(place)
        spec = self.specs[place]
        if spec.key in self._made or spec.key in self._coming:
            return
        if not spec.beforehand:
            self.page(spec.key)
            return
        self._coming.add(spec.key)
        self._context.operations.background(
            self, lambda _progress: import_module(spec.beforehand), lambda _module: self._arrived(spec.key)
        )

    def page(self, key: str) -> ShellPage:
        """The page itself, built now if it was not yet."""
        if key not in self._made:
            place = self.place(key)
            page = self._made[key] = self.specs[place].build(self._context)
            self._put(place, page)
            self.built.emit(key, page)
        return self._made[key]

    def _arrived(self, key: str) -> None:
        slices = self.specs[self.place(key)].slices
        self._go_on(key, slices() if slices is not None else iter(()))

    def _go_on(self, key: str, slices: Iterator[None]) -> None:
        """One slice, then whatever else the window has to do."""
        try:
            next(slices)
        except StopIteration:
            self._coming.discard(key)
            self.page(key)
        else:
            QTimer.singleShot(0, self, lambda: self._go_on(key, slices))

    def _put(self, place: int, page: QWidget) -> None:
        old, shown = self.widget(place), self.currentIndex()
        self.insertWidget(place, page)
        if old is not None:
            self.removeWidget(old)
            old.deleteLater()
        self.setCurrentIndex(shown)
