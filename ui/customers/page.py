"""The Customers tab: filters, the list, and the card of the chosen customer."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from crm_desktop.customers.queries import customer_listing
from crm_desktop.customers.rows import CustomerDetails, CustomerRow
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.listing.request import ListRequest
from ui.customers.columns import COLUMNS, COMPACT
from ui.customers.inline_edit import InlineEdit
from ui.customers.selection_actions import ACTIONS
from ui.filters.table_views import Search, TableViews
from ui.filters.views import Views
from ui.filters.views_button import ViewsButton
from ui.shell.card_pane import CardPane
from ui.shell.commands import Command
from ui.shell.filter_bar import FilterBar
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.tables.paged_model import Phase
from ui.tables.paged_view import PagedTable
from ui.tables.selection_bar import SelectionBar
from ui.widgets.frames import separator
from ui.widgets.state_panel import Words

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.customers.card import CustomerCard

SETTLE_MS = 60
"""Running through the list with an arrow key does not open a card per row."""


class CustomersPage(ShellPage):
    """Everything of the tab; the search field is the header's."""

    can_export = True

    customer_chosen = Signal(object)
    card_opened = Signal(bool)
    card_shown = Signal(object)  # UUID, each time that a customer's card has been read
    add_requested = Signal()
    import_requested = Signal()
    search_cleared = Signal()
    search_wanted = Signal(str)  # another search comes with a view
    typed = Signal(str)

    def __init__(self, context: "Signed", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._search = ""
        self._entering = False  # whoever searched waits for the rows
        self._chosen: CustomerRow | CustomerDetails | None = None
        self._shape = Shape.WIDE
        self._card: CustomerCard | None = None
        self.table = PagedTable(
            context,
            "Customers",
            COLUMNS,
            customer_listing,
            subjects=frozenset({"customers", "interactions"}),
            compact=COMPACT,
            markable=True,
        )
        self.inline_edit = InlineEdit(context, self.table)
        self.filters = FilterBar(context, self.table)
        search = Search(lambda: self._search, self._take_search)
        self.views = Views(context, "customers", TableViews(self.table, self.filters, search), self)
        self.views_button = ViewsButton(context, self.views, "customers")
        self.filters.add_views(self.views_button)
        surface = QFrame()
        surface.setProperty("role", "surface")
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.filters)
        box.addWidget(separator())
        box.addWidget(self.table, 1)
        self.selection_bar = SelectionBar(context, self.table, "customer", ACTIONS)
        box.addWidget(self.selection_bar)
        self.pane = CardPane(surface)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pane)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._show_chosen)
        self.filters.changed.connect(self.reload)
        self.filters.export_wanted.connect(self.export)
        self.table.set_empty(self._empty_words)
        self.table.current_row_changed.connect(self._on_current)
        self.table.row_activated.connect(self._on_activated)
        self.table.view.clicked.connect(lambda _index: self._on_clicked())
        self.table.counted.connect(lambda *_: self._enter())
        self.table.typed.connect(self.typed)
        self.table.said.connect(context.notices.info)
        self.pane.closed.connect(self._on_closed)
        self.table.sort_changed.connect(lambda *_: self.views.state_changed())
        self.table.columns.changed.connect(self.views.state_changed)
        self.views.changed.connect(self.filters.fit)
        self._restoring = True  # whoever builds the page has it read once it is complete
        self.views.restore()
        self._restoring = False

    # What the window asks

    @property
    def search(self) -> str:
        """The words that are searched for."""
        return self._search

    def set_search(self, text: str) -> None:
        """Show the customers that match these words."""
        if text != self._search:
            self._search = text
            self.reload()

    def _take_search(self, words: str) -> None:
        """Other words come with a view; it reads the list."""
        self._search = words
        self.search_wanted.emit(words)

    def enter_rows(self) -> None:
        """Go on from the search to what it found, once that has been read: to the card of the only one, else to the
        first row."""
        self._entering = True
        self._enter()

    def stay(self) -> None:
        """Typing goes on: the rows are not waited for any more."""
        self._entering = False

    def _enter(self) -> None:
        if not self._entering or self.table.model.phase is not Phase.READY:
            return
        self._entering = False
        row = self.table.model.row_at(0)
        if row is None:
            return
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.choose(0)
        if self.table.model.exact and self.table.model.rowCount() == 1:
            self._on_activated(row)

    def show_filter(self, wanted: Mapping[str, Any]) -> None:
        """Show the customers of a filter (docs/filters.md), and of nothing else; its conditions become chips."""
        try:
            self.filters.set_filter(wanted)
            self.views.leave()
        except InvalidFilter as error:
            self._context.notices.error(str(error))

    def open_filters(self) -> None:
        """Open the builder."""
        self.filters.open_builder()

    def reload(self) -> None:
        """Read the list from its top."""
        if self._restoring:
            return
        self.views.state_changed()
        self.table.set_request(ListRequest(search=self._search, filter=self.filters.filter()))

    def refresh(self) -> None:
        """Read again what is on screen."""
        self.table.refresh()
        if self._card is not None and self.pane.is_open:
            self._card.refresh()

    def take_focus(self) -> None:
        self.table.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """What can be done with the card that is open."""
        card = self._card
        if card is None or card.customer is None or not self.pane.is_open:
            return ()
        name = card.customer.name
        found = [
            Command(f"Print the card of {name}", card.actions_of.print, "print", "print", "paper"),
            Command(f"Save the card of {name} as PDF", card.actions_of.save_pdf, "save"),
            Command(f"Attach files to {name}", card.files.choose, "paperclip", "", "upload document"),
        ]
        if self._context.capabilities.edit_customers:
            found.insert(0, Command(f"Edit {name}", card.actions_of.edit, "edit", "edit"))
        if card.contacts.can_add:
            company = card.customer.company_name or name
            found.insert(1, Command(f"Add a contact of {company}", card.contacts.add, "customer-add", "add_contact"))
        return found

    def export(self) -> None:
        """Write the list to a file."""
        from ui.exporting.open_export import export_list

        export_list(self._context, self.table, "customers")

    def remember(self) -> None:
        """Write down the last state."""
        self.table.columns.flush()
        self.views.flush()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.views.ask()

    def set_shape(self, shape: Shape) -> None:
        """Another width of the window."""
        self._shape = shape
        self.filters.set_shape(shape)
        self.table.set_compact(shape is Shape.NARROW)
        self.selection_bar.set_narrow(shape is Shape.NARROW)
        self.pane.set_shape(shape)

    def step(self, by: int) -> None:
        """Previous or next customer."""
        self.table.step(by)
        if self.pane.is_open:
            self._settle.start()

    def show_customer(self, customer_id: UUID) -> None:
        """Open a customer's card, whether or not the customer is in the list at present."""
        if not self.table.choose_id(customer_id):
            self.table.clear_choice()
            self._chosen = None
            self.customer_chosen.emit(None)
        self._the_card().show_customer(customer_id)
        self._open()

    def _on_loaded(self, customer: CustomerDetails) -> None:
        """Somebody who is not in the list becomes the chosen one when the card knows the name."""
        if self.pane.is_open:
            self.card_shown.emit(customer.id)
        if self.pane.is_open and self._chosen is None:
            self._chosen = customer
            self.customer_chosen.emit(customer)

    def clear_customer(self) -> None:
        """No customer is chosen any more."""
        self._settle.stop()
        self._chosen = None
        self.table.clear_choice()
        self.pane.close_card()
        self.customer_chosen.emit(None)

    def close_card(self) -> bool:
        """Close the card; False when it was not open."""
        was_open = self.pane.is_open
        self.pane.close_card()
        return was_open

    # Choosing

    def _on_current(self, row: CustomerRow) -> None:
        self._chosen = row
        self.customer_chosen.emit(row)
        if self._shape is Shape.WIDE or self.pane.is_open:
            self._settle.start()

    def _on_clicked(self) -> None:
        row = self.table.current_row()
        if row is not None and not self.table.marking.moving:
            self._choose(row)
            self._settle.start()

    def _choose(self, row: CustomerRow) -> None:
        """The row may have been the current one before it was chosen."""
        told = self._chosen is not None and self._chosen.id == row.id
        self._chosen = row
        if not told:
            self.customer_chosen.emit(row)

    def _on_activated(self, row: CustomerRow) -> None:
        self._choose(row)
        self._show_chosen()
        self._the_card().setFocus()

    def _show_chosen(self) -> None:
        if self._chosen is not None:
            self._the_card().show_customer(self._chosen.id)
            self._open()

    def _open(self) -> None:
        if not self.pane.is_open:
            self.pane.open_card()
            self.card_opened.emit(True)

    def _on_closed(self) -> None:
        self.card_opened.emit(False)
        if self._shape is Shape.WIDE and self._chosen is not None:
            self._chosen = None
            self.table.clear_choice()
            self.customer_chosen.emit(None)
        self.table.view.setFocus()

    def _the_card(self) -> "CustomerCard":
        if self._card is None:
            from ui.customers.card import CustomerCard  # only needed once somebody is chosen

            self._card = CustomerCard(self._context)
            self._card.loaded.connect(self._on_loaded)
            self._card.closed.connect(self.pane.close_card)
            self._card.deleted.connect(lambda _id: self.clear_customer())
            self.pane.set_card(self._card)
        return self._card

    # Words and memory

    def _empty_words(self) -> Words:
        if self._search:
            text = "Check the spelling, or search for part of a name, an email address, a phone number or a place."
            if self.filters.is_set:
                text = "Filters are on, too. " + text
            return Words("search", f"No customer matches “{self._search}”", text, (("Clear", self._clear_all),))
        if self.filters.is_set:
            return Words("filter", "No customer matches these filters", "", (("Clear", self._clear_all),))
        text = "Add the first one here, or import a file from another program."
        offered = (("Add Customer", self.add_requested.emit), ("Import customers…", self.import_requested.emit))
        actions = offered if self._context.capabilities.add_customers else ()
        return Words("customers", "No customers yet", text, actions)

    def _clear_all(self) -> None:
        self._search = ""
        self.search_cleared.emit()
        self.filters.clear()
