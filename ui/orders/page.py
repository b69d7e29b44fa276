"""The Orders tab: orders and products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from ui.orders.orders_list import OrdersList
from ui.orders.products_list import ProductsList
from ui.shell.commands import Command
from ui.shell.tabbed_page import Section, TabbedPage

if TYPE_CHECKING:
    from ui.context import Signed

SECTIONS = (Section("Orders", OrdersList), Section("Products", ProductsList))


class OrdersPage(TabbedPage):
    """Filtering and exporting are about the orders, wherever one is."""

    can_export = True

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(context, "Orders or products", SECTIONS, parent)

    @property
    def orders(self) -> OrdersList:
        """The list of orders."""
        found = self.section(0)
        assert isinstance(found, OrdersList)
        return found

    @property
    def products(self) -> ProductsList:
        """The catalogue, built now if it was not yet."""
        found = self.section(1)
        assert isinstance(found, ProductsList)
        return found

    def show_orders(self, wanted: Mapping[str, Any]) -> None:
        """List the orders of a filter, and nothing else."""
        self.bar.setCurrentIndex(0)
        self.orders.show_filter(wanted)

    def open_products(self) -> None:
        """Bring the catalogue to the top."""
        self.bar.setCurrentIndex(1)

    def _add_product(self) -> None:
        self.open_products()
        self.products.add()

    # What the window asks.

    def set_customer(self, customer_id: UUID | None, name: str = "") -> None:
        self.orders.set_customer(customer_id, name)

    def commands(self) -> Sequence[Command]:
        may = self._context.capabilities
        found = [Command("Add Order", self.orders.add, "add")] if may.edit_orders else []
        if may.edit_products:
            found.append(Command("Add Product", self._add_product, "add"))
        return found

    def open_filters(self) -> None:
        self.bar.setCurrentIndex(0)
        self.orders.open_filters()

    def export(self) -> None:
        self.bar.setCurrentIndex(0)
        self.orders.export()
