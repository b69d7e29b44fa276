"""The catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.listing.request import ListRequest
from crm_desktop.orders.queries import product_listing
from crm_desktop.orders.rows import ProductRow
from crm_desktop.words import counted
from ui.orders.product_actions import ProductActions
from ui.orders.product_columns import COLUMNS, COMPACT
from ui.shell.list_frame import ListFrame
from ui.shell.shape import Shape
from ui.shortcuts import bind
from ui.tables.paged_view import PagedTable
from ui.theme.icons import icon
from ui.theme.tokens import S
from ui.widgets.buttons import icon_button, primary_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox
from ui.widgets.state_panel import Words

if TYPE_CHECKING:
    from ui.context import Signed


class ProductsList(ListFrame):
    """The list of products with a search."""

    def __init__(self, context: Signed) -> None:
        table = PagedTable(
            context, "Products", COLUMNS, product_listing, subjects=frozenset({"orders"}), compact=COMPACT
        )
        super().__init__(table, "Search products", "Name, SKU or category")
        self._may = context.capabilities.edit_products
        self.actions_of = ProductActions(context, self)
        self.which = ComboBox([("", "All products"), ("yes", "Active"), ("no", "Inactive")])
        self.which.setAccessibleName("Which products")
        self.which.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        self.which.setMinimumContentsLength(0)
        filters = QWidget()
        FlowLayout(filters, spacing=S).addWidget(self.which)
        self.count.setAccessibleName("Number of products")
        self.add_button = primary_button("Add Product", self.add, icon_name="add")
        self.delete_button = icon_button("delete", "Delete product", self._delete, tone="danger")
        self.columns_button = icon_button("columns", "Columns", lambda: table.open_columns(self.columns_button))
        for each in (self.add_button, self.delete_button):
            each.setVisible(self._may)
        self.lay_out(filters, (self.delete_button, self.columns_button, self.add_button))
        table.start_sorted("name", False)
        table.set_empty(self._empty_words)
        table.counted.connect(self._show_count)
        table.row_activated.connect(self.actions_of.open)
        table.current_row_changed.connect(lambda _row: self._show_actions())
        table.menu_requested.connect(self._show_menu)
        self.search.searched.connect(lambda _text: self.reload())
        self.search.entered.connect(self.take_focus)
        self.which.value_changed.connect(lambda _value: self.reload())
        bind(table.view, "delete", self._delete, Qt.ShortcutContext.WidgetShortcut)
        self._show_actions()
        self.reload()

    def add(self) -> None:
        """A new product."""
        if self._may:
            self.actions_of.add()

    def reload(self) -> None:
        """Read the list from its top."""
        which = self.which.value
        active = {"field": "is_active", "operator": "is", "value": which == "yes"} if which else None
        self.table.set_request(ListRequest(search=self.search.text().strip(), filter=active))

    def on_shape(self, shape: Shape) -> None:
        self.columns_button.setHidden(shape is Shape.NARROW)

    def _show_count(self, count: int, exact: bool) -> None:
        self.count.setText(counted(count, "product") if exact else f"{count:,}+ products")
        self._show_actions()

    def _show_actions(self) -> None:
        self.delete_button.setEnabled(self.table.current_row() is not None)

    def _delete(self) -> None:
        row: ProductRow | None = self.table.current_row()
        if row is not None and self._may:
            self.actions_of.delete(row)

    def _show_menu(self, row: ProductRow, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("edit"), "Open", lambda: self.actions_of.open(row))
        if self._may:
            words = "Deactivate" if row.is_active else "Activate"
            menu.addAction(words, lambda: self.actions_of.set_active(row, not row.is_active))
            menu.addSeparator()
            menu.addAction(icon("delete", "danger"), "Delete", lambda: self.actions_of.delete(row))
        menu.popup(place)

    def _clear(self) -> None:
        self.search.set_text_quietly("")
        self.which.set_value("")
        self.reload()

    def _empty_words(self) -> Words:
        add = [("Add Product", self.add)] if self._may else []
        if self.which.value or self.search.text().strip():
            return Words("filter", "No product matches", "", [("Clear filters", self._clear), *add])
        return Words("sale", "No products yet", "Add what you sell, or import it from a file.", add)
