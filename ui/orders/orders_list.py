"""All orders, or those of the chosen customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent

from crm_desktop.errors import CrmError
from crm_desktop.listing.request import ListRequest
from crm_desktop.orders.currencies import money
from crm_desktop.orders.queries import order_listing, revenue
from crm_desktop.orders.rows import OrderRow
from crm_desktop.words import counted
from ui.filters.conditions import Conditions
from ui.filters.subjects import ORDERS
from ui.filters.table_views import Search, TableViews
from ui.filters.views import Views
from ui.filters.views_button import ViewsButton
from ui.orders.columns import COLUMNS, COMPACT
from ui.orders.filters import OrderFilters
from ui.orders.order_actions import OrderActions
from ui.shell.list_frame import ListFrame
from ui.shell.shape import Shape
from ui.shortcuts import bind, hint
from ui.tables.paged_view import PagedTable
from ui.widgets.buttons import icon_button, primary_button
from ui.widgets.state_panel import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange


class OrdersList(ListFrame):
    """The list with its search and filters, and what it comes to."""

    def __init__(self, context: Signed) -> None:
        table = PagedTable(
            context,
            "Orders",
            COLUMNS,
            order_listing,
            subjects=frozenset({"orders", "customers", "loyalty"}),
            compact=COMPACT,
        )
        super().__init__(table, "Search orders", "Number, customer")
        self._restoring = True
        self._context = context
        self._customer: tuple[UUID, str] | None = None
        self._sums: Handle | None = None
        self._counted = ""
        self.actions_of = OrderActions(context, self, offers_customer=True)
        self.conditions = Conditions(context, ORDERS, self._beside, self, "Filters")
        self.filters = OrderFilters(self.conditions)
        words = Search(self._words, self.search.set_text_quietly)
        self.views = Views(context, "orders", TableViews(table, self.filters, words), self)
        self.views_button = ViewsButton(context, self.views, "orders")
        self.filters.add_views(self.views_button)
        self.count.setAccessibleName("Number of orders")
        self.add_button = primary_button("Add Order", self.add, icon_name="add")
        self.add_button.setVisible(context.capabilities.edit_orders)
        self.customer_button = icon_button("customers", "Show the customer of the order", self._show_customer)
        self.delete_button = icon_button("delete", "Delete order", self._delete, tone="danger")
        self.columns_button = icon_button("columns", "Columns", lambda: table.open_columns(self.columns_button))
        self.export_button = icon_button("export", "Export", self.export)
        self.export_button.setToolTip(f"Export this list to a file ({hint('export')})")
        tools = (self.customer_button, self.delete_button, self.columns_button, self.export_button, self.add_button)
        self.lay_out(self.filters, tools, self.conditions.chips)
        table.start_sorted("ordered_at", True)
        table.set_empty(self._empty_words)
        table.counted.connect(self._show_count)
        table.row_activated.connect(self.actions_of.open)
        table.current_row_changed.connect(lambda _row: self._show_actions())
        table.menu_requested.connect(self.actions_of.show_menu)
        self.search.searched.connect(lambda _text: self.reload())
        self.search.entered.connect(self.take_focus)
        self.filters.changed.connect(self.reload)
        bind(table.view, "delete", self._delete, Qt.ShortcutContext.WidgetShortcut)
        context.operations.data_changed.connect(self._on_data_changed)
        self.actions_of.customer_wanted.connect(self.customer_wanted)
        table.sort_changed.connect(lambda *_: self.views.state_changed())
        table.columns.changed.connect(self.views.state_changed)
        self._show_actions()
        self.views.restore()
        self._restoring = False
        self.reload()

    def set_customer(self, customer_id: UUID | None, name: str = "") -> None:
        scope = None if customer_id is None else (customer_id, name)
        if scope != self._customer:
            self._customer = scope
            self.reload()

    def show_filter(self, wanted: Mapping[str, Any]) -> None:
        """List the orders of a filter, and nothing else."""
        self.search.set_text_quietly("")
        self.filters.set_filter(wanted)
        self.views.leave()

    def add(self) -> None:
        """Take down an order: of the chosen customer, or of one who is picked there."""
        if self._context.capabilities.edit_orders:
            self.actions_of.add(*(self._customer or (None, "")))

    def reload(self) -> None:
        """Read the list from its top."""
        if self._restoring:
            return
        self.views.state_changed()
        self._counted = ""
        self.table.set_request(self._request())
        self._sum_up()

    def refresh(self) -> None:
        super().refresh()
        self._sum_up()

    def remember(self) -> None:
        super().remember()
        self.views.flush()

    def open_filters(self) -> None:
        self.conditions.open_builder()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.views.ask()

    def export(self) -> None:
        from ui.exporting.open_export import export_list

        export_list(self._context, self.table, "orders")

    def on_shape(self, shape: Shape) -> None:
        narrow = shape is Shape.NARROW
        self.columns_button.setHidden(narrow)
        self.export_button.setVisible(self._context.capabilities.export and not narrow)

    def _request(self) -> ListRequest:
        customer_id = self._customer[0] if self._customer else None
        return ListRequest(search=self._words(), filter=self.filters.filter(customer_id))

    def _words(self) -> str:
        return self.search.text().strip()

    def _beside(self) -> ListRequest:
        return self.filters.beside(self._customer[0] if self._customer else None)

    # What it comes to.

    def _sum_up(self) -> None:
        if self._sums is not None:
            self._sums.cancel()
        request = self._request()

        def work(session: Session) -> tuple[tuple[str, Decimal], ...]:
            return revenue(session, request)

        self._sums = self._context.operations.query(self, work, self._show_sums, failed=_no_sums, patient=True)

    def _show_sums(self, sums: Sequence[tuple[str, Decimal]]) -> None:
        self._sums = None
        self._amounts = " · ".join(money(amount, currency) for currency, amount in sums)
        self._show_stats()

    _amounts = ""

    def _show_count(self, count: int, exact: bool) -> None:
        self._counted = counted(count, "order") if exact else f"{count:,}+ orders"
        self._show_stats()
        self._show_actions()

    def _show_stats(self) -> None:
        self.count.setText(" · ".join(part for part in (self._counted, self._amounts) if part))
        self.count.setToolTip("What these orders come to, without cancelled and refunded ones" if self._amounts else "")

    def _on_data_changed(self, change: DataChange) -> None:
        if change.concerns("orders") and self.isVisible():
            self._sum_up()

    # One row.

    def _show_actions(self) -> None:
        row: OrderRow | None = self.table.current_row()
        self.customer_button.setEnabled(row is not None)
        self.delete_button.setEnabled(row is not None)
        self.delete_button.setVisible(self._context.capabilities.edit_orders)

    def _show_customer(self) -> None:
        row: OrderRow | None = self.table.current_row()
        if row is not None:
            self.actions_of.customer_wanted.emit(row.customer_id)

    def _delete(self) -> None:
        row: OrderRow | None = self.table.current_row()
        if row is not None and self._context.capabilities.edit_orders:
            self.actions_of.delete(row)

    def _clear(self) -> None:
        self.search.set_text_quietly("")
        self.filters.clear()

    def _empty_words(self) -> Words:
        add = [("Add Order", self.add)] if self._context.capabilities.edit_orders else []
        if self.filters.is_set or self._words():
            whose = f" of {self._customer[1]}" if self._customer else ""
            return Words("filter", f"No order{whose} matches", "", [("Clear filters", self._clear), *add])
        if self._customer is not None:
            everyone = ("Show all customers", self.scope_cleared.emit)
            return Words("sale", f"{self._customer[1]} has ordered nothing yet", "", [*add, everyone])
        return Words("sale", "No orders yet", "Take one down here, or import them from a file.", add)


def _no_sums(_error: CrmError) -> None:
    """The table says what is wrong."""
