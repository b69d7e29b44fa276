"""The main window: assembles header, figures and pages, and passes on what they say; knows nothing of their insides."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from crm_desktop.customers.queries import stat_counts
from crm_desktop.customers.rows import CustomerDetails, CustomerRow
from ui import shortcuts
from ui.customers.page import CustomersPage
from ui.follow_ups.watch import FollowUpWatch
from ui.importing.drop_area import file_of
from ui.palette.recent import RecentCustomers
from ui.palette.window_commands import window_commands
from ui.shell.commands import Command
from ui.shell.header import Header
from ui.shell.page import ShellPage
from ui.shell.pages import CUSTOMERS, FOLLOW_UPS, INTERACTIONS, ORDERS, Pages
from ui.shell.shape import Shape
from ui.shell.stat_cards import StatCards
from ui.shell.tab_row import TabRow
from ui.widgets.notice_area import BannerStrip, NoticeArea
from ui.widgets.progress_dialog import ProgressDialog

if TYPE_CHECKING:
    from crm_desktop.interactions.agenda import SectionKey
    from ui.context import Signed

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
        self._bound: dict[str, Callable[[], object]] = {}
        self.setWindowTitle("CRM Desktop")
        self.setMinimumSize(340, 420)
        self.setAcceptDrops(True)
        self.banner = BannerStrip(context.notices)
        self.header = Header(context)
        self.figures = StatCards()
        self.pages = Pages(context)
        specs = self.pages.specs
        narrowed = {place for place, spec in enumerate(specs) if spec.narrowed}
        self.tabs = TabRow(tuple(spec.title for spec in specs), narrowed)
        customers = self.pages.page(CUSTOMERS)
        assert isinstance(customers, CustomersPage)
        self.customers = customers
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for part in (self.banner, self.header, self.figures, self.tabs):
            box.addWidget(part)
        box.addWidget(self.pages, 1)
        self.setCentralWidget(body)
        self.watch = FollowUpWatch(context, self)
        self.recent = RecentCustomers(context, self)
        self.notices = NoticeArea(context.notices, self, self._kept_clear)
        self._count_timer = self._timer(COUNT_AFTER_MS, self._read_counts, once=True)
        self._minute = self._timer(MINUTE_MS, self._on_minute)
        self._connect()
        self._bind_keys()
        self._restore_geometry()
        self.header.search.set_text_quietly(self.customers.search)
        self.customers.reload()
        self._read_counts()

    def _connect(self) -> None:
        header, customers = self.header, self.customers
        header.search.searched.connect(self._on_search)
        header.search.entered.connect(self._on_entered)
        header.search.textEdited.connect(lambda _text: customers.stay())
        header.add_customer.connect(self.add_customer)
        header.log_interaction.connect(self.log_interaction)
        header.overdue_wanted.connect(lambda: self.show_follow_ups("overdue"))
        self.watch.overdue_changed.connect(header.show_overdue)
        header.import_file.connect(self.import_file)
        self.figures.opened.connect(self._open_figure)
        self.tabs.chosen.connect(self._show_page)
        self.tabs.scope_cleared.connect(customers.clear_customer)
        self.pages.built.connect(self._on_page_built)
        self._listen_to(customers)
        customers.customer_chosen.connect(self._on_customer)
        customers.add_requested.connect(self.add_customer)
        customers.import_requested.connect(self.import_file)
        customers.search_cleared.connect(lambda: header.search.set_text_quietly(""))
        customers.search_wanted.connect(header.search.set_text_quietly)
        customers.typed.connect(header.focus_search)
        customers.card_opened.connect(lambda _open: self._show_chrome())
        customers.table.marks.changed.connect(lambda: self.notices.place_later())
        self._context.undo.customers_wanted.connect(self._list_customers)
        customers.card_shown.connect(self.recent.shown)
        header.palette_wanted.connect(self.open_palette)
        header.export_wanted.connect(self.export)
        header.recent_wanted.connect(lambda: self.recent.look_up(header, header.show_recent))
        header.customer_wanted.connect(self._open_customer)
        self._context.undo.started.connect(lambda handle, text: ProgressDialog(self, handle, text))
        self._context.operations.data_changed.connect(lambda _change: self._count_timer.start())

    def _bind_keys(self) -> None:
        keys = self._bound = {
            "palette": self.open_palette,
            "search": self._focus_search,
            "new_customer": self.add_customer,
            "log_interaction": self.log_interaction,
            **{spec.shortcut: partial(self._go_to, spec.key) for spec in self.pages.specs},
            "undo": self._context.undo.undo,
            "redo": self._context.undo.redo,
            "export": self.export,
            "import": self.import_file,
            "refresh": self.refresh,
            "filters": self._open_filters,
            "previous_record": lambda: self._step(-1),
            "next_record": lambda: self._step(1),
        }
        for name, slot in keys.items():
            shortcuts.bind(self, name, slot)

    # What the person can do from anywhere

    def open_tab(self, key: str) -> None:
        """Bring a page to the top."""
        self.tabs.bar.setCurrentIndex(self.pages.place(key))

    def add_customer(self) -> None:
        """Open the dialog for a new customer; afterwards show the new card."""
        if not self._context.capabilities.add_customers:
            self._context.notices.info("Your account may not add customers. Ask an administrator.")
            return
        from ui.customers.customer_dialog import CustomerDialog

        dialog = CustomerDialog(self._context, self)
        dialog.saved.connect(self._open_customer)
        dialog.open()

    def log_interaction(self) -> None:
        """Open the dialog for an interaction: with the chosen customer, or with one who is picked there."""
        if not self._context.capabilities.log_interactions:
            self._context.notices.info("Your account may not log interactions. Ask an administrator.")
            return
        from ui.interactions.interaction_dialog import InteractionDialog

        customer_id, name = self._customer or (None, "")
        InteractionDialog(self._context, self, customer_id, name).open()

    def commands(self) -> list[Command]:
        """What the command palette offers: the page's own, then those of the window."""
        page = self.pages.currentWidget()
        own = page.commands() if isinstance(page, ShellPage) else ()
        return [*own, *window_commands(self._context, self._bound, self.close)]

    def open_palette(self) -> None:
        """Let the person find a command or a customer by a few letters."""
        from ui.palette.palette import Palette

        Palette(self._context, self, self.commands(), self.recent, self._open_customer).open()

    def import_file(self, path: Path | None = None) -> None:
        """Open the import wizard, with a file if one was dropped."""
        if not (self._context.capabilities.add_customers or self._context.capabilities.log_interactions):
            self._context.notices.info("Your account may not import. Ask an administrator.")
            return
        from ui.importing.wizard import ImportWizard

        wizard = ImportWizard(self._context, self)
        wizard.customers_wanted.connect(self._list_customers)
        wizard.list_wanted.connect(self._list_imported)
        wizard.open()
        if path is not None:
            wizard.take_file(path)

    def export(self) -> None:
        """Write the list on top to a file; elsewhere, the customers."""
        page = self.pages.currentWidget()
        (page if isinstance(page, ShellPage) and page.can_export else self.customers).export()

    def show_follow_ups(self, section: "SectionKey") -> None:
        """One's own agenda, at that section."""
        from ui.follow_ups.page import FollowUpsPage

        self.open_tab(FOLLOW_UPS)
        page = self.pages.page(FOLLOW_UPS)
        assert isinstance(page, FollowUpsPage)
        page.show_section(section)

    def refresh(self) -> None:
        """Read everything on screen again."""
        self._read_counts()
        page = self.pages.currentWidget()
        if isinstance(page, ShellPage):
            page.refresh()

    def _open_filters(self) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, ShellPage):
            page.open_filters()

    # What the parts say

    def _on_search(self, text: str) -> None:
        self.open_tab(CUSTOMERS)
        self.customers.set_search(text)

    def _go_to(self, key: str) -> None:
        """By key or palette: letters typed next are the page's, not the search field's."""
        self.open_tab(key)
        page = self.pages.currentWidget()
        if isinstance(page, ShellPage):
            page.take_focus()

    def _on_entered(self) -> None:
        self.open_tab(CUSTOMERS)
        self.customers.enter_rows()

    def _focus_search(self) -> None:
        if self._shape is not Shape.WIDE:
            self.customers.close_card()
        self.header.focus_search()

    def _on_customer(self, row: CustomerRow | CustomerDetails | None) -> None:
        self._customer = None if row is None else (row.id, row.name)
        self.tabs.set_scope("" if row is None else row.name)
        for page in self.pages.made:
            self._scope(page)

    def _scope(self, page: ShellPage) -> None:
        customer_id, name = self._customer or (None, "")
        page.set_customer(customer_id, name)

    def _open_figure(self, key: str) -> None:
        if key in ("recent", "today", "overdue"):
            from ui.interactions.page import InteractionsPage

            self.customers.clear_customer()
            self.open_tab(INTERACTIONS)
            interactions = self.pages.page(INTERACTIONS)
            assert isinstance(interactions, InteractionsPage)
            interactions.show_due(key)
            return
        self._list_customers({} if key == "all" else {"field": "status", "operator": "is", "value": key})
        self.customers.table.view.setFocus()

    def _list_customers(self, wanted: Mapping[str, Any]) -> None:
        """Show the customers of a filter, and of nothing else."""
        self.header.search.set_text_quietly("")
        self.customers.set_search("")
        self.customers.show_filter(wanted)
        self.open_tab(CUSTOMERS)

    def _list_imported(self, kind: str, wanted: Mapping[str, Any]) -> None:
        """Show what a file brought, whosever it is."""
        from ui.interactions.page import InteractionsPage
        from ui.orders.page import OrdersPage

        self.customers.clear_customer()
        self.open_tab(INTERACTIONS if kind == "interactions" else ORDERS)
        page = self.pages.currentWidget()
        if isinstance(page, InteractionsPage):
            page.show_filter(wanted)
        elif isinstance(page, OrdersPage):
            page.show_orders(wanted) if kind == "orders" else page.open_products()

    def _open_customer(self, customer_id: UUID) -> None:
        self.open_tab(CUSTOMERS)
        self.customers.show_customer(customer_id)

    def _show_page(self, index: int) -> None:
        self.pages.open(index)
        self._show_chrome()

    def _on_page_built(self, _key: str, page: ShellPage) -> None:
        self._listen_to(page)
        self._scope(page)
        if self._shape is not None:
            page.set_shape(self._shape)

    def _listen_to(self, page: ShellPage) -> None:
        page.scope_cleared.connect(self.customers.clear_customer)
        page.customers_wanted.connect(self._list_customers)
        page.customer_wanted.connect(self._open_customer)
        page.page_wanted.connect(self.open_tab)

    def _step(self, by: int) -> None:
        if self.pages.current_key == CUSTOMERS:
            self.customers.step(by)

    def _kept_clear(self) -> int:
        """The bar of what can be done with selected customers is not covered."""
        bar = self.customers.selection_bar
        return bar.height() if bar.isVisible() else 0

    # Figures

    def _read_counts(self) -> None:
        query = self._context.operations.query
        query(self, stat_counts, self.figures.show_counts, failed=lambda _error: None, patient=True)

    def _on_minute(self) -> None:
        """Follow-ups fall due and days end without anybody changing a row."""
        if self.isVisible() and not self.isMinimized():
            self._read_counts()
            self.customers.table.model.restate()

    # Files dropped on the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if file_of(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = file_of(event)
        if path is not None:
            event.acceptProposedAction()
            self.import_file(path)

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shape = Shape.of(self.width())
        if shape is not self._shape:
            self._shape = shape
            for part in (self.header, self.figures, self.tabs):
                part.set_shape(shape)
            for page in self.pages.made:
                page.set_shape(shape)
            self._show_chrome()

    def _show_chrome(self) -> None:
        """On a narrow window an open card has the window to itself."""
        alone = self._shape is Shape.NARROW and self.pages.current_key == CUSTOMERS and self.customers.pane.is_open
        for part in (self.header, self.figures, self.tabs):
            part.setHidden(alone)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()
        self.watch.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self._context.preferences.set(GEOMETRY_KEY, geometry)
        for page in self.pages.made:
            page.remember()
        self._minute.stop()
        self.watch.stop()
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
