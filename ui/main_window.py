"""The main window: assembles header, figures and pages, and passes on what they say; knows nothing of their insides."""

from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from crm_desktop.customers.queries import stat_counts
from crm_desktop.customers.rows import CustomerDetails, CustomerRow
from ui import shortcuts
from ui.customers.page import CustomersPage
from ui.shell.header import Header
from ui.shell.shape import Shape
from ui.shell.stat_cards import StatCards
from ui.shell.tab_row import TabRow
from ui.widgets.notice_area import BannerStrip, NoticeArea

if TYPE_CHECKING:
    from ui.analytics.page import AnalyticsPage
    from ui.context import Signed
    from ui.interactions.page import InteractionsPage

CUSTOMERS, INTERACTIONS, ANALYTICS = range(3)
TITLES = ("Customers", "Interactions", "Analytics")
COUNT_AFTER_MS = 600
MINUTE_MS = 60_000
GEOMETRY_KEY = "window/geometry"


class MainWindow(QMainWindow):
    """One person at work on one database."""

    def __init__(self, context: "Signed", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shape: Shape | None = None
        self._customer: tuple[UUID, str] | None = None
        self._interactions: InteractionsPage | None = None
        self._analytics: AnalyticsPage | None = None
        self._importing = False
        self.setWindowTitle("CRM Desktop")
        self.setMinimumSize(340, 420)
        self.banner = BannerStrip(context.notices)
        self.header = Header(context)
        self.figures = StatCards()
        self.tabs = TabRow(TITLES)
        self.pages = QStackedWidget()
        self.customers = CustomersPage(context)
        self.pages.addWidget(self.customers)
        for _ in TITLES[1:]:
            self.pages.addWidget(QWidget())
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for part in (self.banner, self.header, self.figures, self.tabs):
            box.addWidget(part)
        box.addWidget(self.pages, 1)
        self.setCentralWidget(body)
        self.notices = NoticeArea(context.notices, self)
        self._count_timer = self._timer(COUNT_AFTER_MS, self._read_counts, once=True)
        self._minute = self._timer(MINUTE_MS, self._on_minute)
        self._connect()
        self._bind_keys()
        self._restore_geometry()
        self.customers.reload()
        self._read_counts()

    def _connect(self) -> None:
        header, customers = self.header, self.customers
        header.search.searched.connect(self._on_search)
        header.add_customer.connect(self.add_customer)
        header.log_interaction.connect(self.log_interaction)
        self.figures.opened.connect(self._open_figure)
        self.tabs.chosen.connect(self._show_page)
        self.tabs.scope_cleared.connect(customers.clear_customer)
        customers.customer_chosen.connect(self._on_customer)
        customers.add_requested.connect(self.add_customer)
        customers.search_cleared.connect(lambda: header.search.set_text_quietly(""))
        customers.typed.connect(header.focus_search)
        customers.card_opened.connect(lambda _open: self._show_chrome())
        self._context.operations.data_changed.connect(lambda _change: self._count_timer.start())

    def _bind_keys(self) -> None:
        keys = {
            "search": self._focus_search,
            "new_customer": self.add_customer,
            "log_interaction": self.log_interaction,
            "tab_customers": lambda: self.open_tab(CUSTOMERS),
            "tab_interactions": lambda: self.open_tab(INTERACTIONS),
            "tab_analytics": lambda: self.open_tab(ANALYTICS),
            "refresh": self.refresh,
            "previous_record": lambda: self._step(-1),
            "next_record": lambda: self._step(1),
        }
        for name, slot in keys.items():
            shortcuts.bind(self, name, slot)

    # What the person can do from anywhere

    def open_tab(self, index: int) -> None:
        """Bring a page to the top."""
        self.tabs.bar.setCurrentIndex(index)

    def add_customer(self) -> None:
        """Open the dialog for a new customer; afterwards show the new card."""
        if not self._context.capabilities.add_customers:
            self._context.notices.info("Your account may not add customers. Ask an administrator.")
            return
        from ui.customers.customer_dialog import CustomerDialog

        dialog = CustomerDialog(self._context, self)
        dialog.saved.connect(self._on_added)
        dialog.open()

    def log_interaction(self) -> None:
        """Open the dialog for an interaction: with the chosen customer, or with one who is picked there."""
        if not self._context.capabilities.log_interactions:
            self._context.notices.info("Your account may not log interactions. Ask an administrator.")
            return
        from ui.interactions.interaction_dialog import InteractionDialog

        customer_id, name = self._customer or (None, "")
        InteractionDialog(self._context, self, customer_id, name).open()

    def refresh(self) -> None:
        """Read everything on screen again."""
        self._read_counts()
        page = self.pages.currentWidget()
        refresh = getattr(page, "refresh", None)
        if refresh is not None:
            refresh()

    # What the parts say

    def _on_search(self, text: str) -> None:
        self.open_tab(CUSTOMERS)
        self.customers.set_search(text)

    def _focus_search(self) -> None:
        if self._shape is not Shape.WIDE:
            self.customers.close_card()
        self.header.focus_search()

    def _on_added(self, customer_id: UUID) -> None:
        self.open_tab(CUSTOMERS)
        self.customers.show_customer(customer_id)

    def _on_customer(self, row: CustomerRow | CustomerDetails | None) -> None:
        self._customer = None if row is None else (row.id, row.name)
        self.tabs.set_scope("" if row is None else row.name)
        for page in (self._interactions, self._analytics):
            if page is not None:
                self._scope(page)

    def _scope(self, page: "InteractionsPage | AnalyticsPage") -> None:
        customer_id, name = self._customer or (None, "")
        page.set_customer(customer_id, name)

    def _open_figure(self, key: str) -> None:
        if key in ("recent", "today", "overdue"):
            self.customers.clear_customer()
            self.open_tab(INTERACTIONS)
            self._the_interactions().show_due(key)
            return
        self.header.search.set_text_quietly("")
        self.customers.set_search("")
        self.customers.filters.choose(status="" if key == "all" else key)
        self.open_tab(CUSTOMERS)
        self.customers.table.view.setFocus()

    def _show_page(self, index: int) -> None:
        if index == INTERACTIONS:
            self._the_interactions()
        elif index == ANALYTICS:
            self._open_analytics()
        self.pages.setCurrentIndex(index)
        self._show_chrome()

    def _step(self, by: int) -> None:
        if self.pages.currentIndex() == CUSTOMERS:
            self.customers.step(by)

    # Pages that are built when they are first opened

    def _the_interactions(self) -> "InteractionsPage":
        if self._interactions is None:
            from ui.interactions.page import InteractionsPage

            self._interactions = InteractionsPage(self._context)
            self._interactions.scope_cleared.connect(self.customers.clear_customer)
            self._put_page(INTERACTIONS, self._interactions)
            self._scope(self._interactions)
        return self._interactions

    def _open_analytics(self) -> None:
        """Charts take long to import: only when they are asked for, and what is no Qt beside the window.

        pyqtgraph itself crashes when it is imported in another thread while the window lives.
        """
        if self._analytics is None and not self._importing:
            self._importing = True
            self._context.operations.background(
                self, lambda _progress: import_module("numpy"), lambda _numpy: self._build_analytics()
            )

    def _build_analytics(self) -> None:
        from ui.analytics.page import AnalyticsPage

        page = self._analytics = AnalyticsPage(self._context)
        page.customers_wanted.connect(self._open_filtered)
        self._scope(page)
        self._put_page(ANALYTICS, page)

    def _put_page(self, index: int, page: QWidget) -> None:
        old, shown = self.pages.widget(index), self.pages.currentIndex()
        self.pages.insertWidget(index, page)
        if old is not None:
            self.pages.removeWidget(old)
            old.deleteLater()
        self.pages.setCurrentIndex(shown)

    def _open_filtered(self, customer_type: str, status: str) -> None:
        self.header.search.set_text_quietly("")
        self.customers.set_search("")
        self.customers.filters.choose(customer_type=customer_type, status=status)
        self.open_tab(CUSTOMERS)

    # Figures

    def _read_counts(self) -> None:
        self._context.operations.query(self, stat_counts, self.figures.show_counts, failed=lambda _error: None)

    def _on_minute(self) -> None:
        """Follow-ups fall due and days end without anybody changing a row."""
        if self.isVisible() and not self.isMinimized():
            self._read_counts()
            self.customers.table.model.restate()

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shape = Shape.of(self.width())
        if shape is not self._shape:
            self._shape = shape
            for part in (self.header, self.figures, self.tabs, self.customers):
                part.set_shape(shape)
            self._show_chrome()

    def _show_chrome(self) -> None:
        """On a narrow window an open card has the window to itself."""
        alone = self._shape is Shape.NARROW and self.pages.currentIndex() == CUSTOMERS and self.customers.pane.is_open
        for part in (self.header, self.figures, self.tabs):
            part.setHidden(alone)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self._context.preferences.set(GEOMETRY_KEY, geometry)
        self.customers.table.columns.flush()
        self._minute.stop()
        super().closeEvent(event)

    def _restore_geometry(self) -> None:
        self.resize(1280, 820)
        saved = self._context.preferences.get(GEOMETRY_KEY, None)
        if isinstance(saved, str):
            self.restoreGeometry(QByteArray.fromBase64(saved.encode("ascii", "ignore")))
        if not self.isMaximized() and not self.isFullScreen():
            # The screen may be smaller than the one that the size is from.
            self.resize(self.size().boundedTo(self.screen().availableSize()))

    def _timer(self, interval: int, slot: object, *, once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.setSingleShot(once)
        timer.timeout.connect(slot)
        return timer
