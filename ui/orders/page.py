"""The Orders tab: orders and products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from ui.orders.orders_list import OrdersList
from ui.orders.products_list import ProductsList
from ui.shell.commands import Command
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.theme.tokens import XL, L
from ui.widgets.frames import separator
from ui.widgets.tab_bar import tab_bar

if TYPE_CHECKING:
    from ui.context import Signed


class OrdersPage(ShellPage):
    """Two lists, one on top; the catalogue is built when it is first opened."""

    can_export = True

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.orders = OrdersList(context, self)
        self._products: ProductsList | None = None
        self.bar = tab_bar("Orders or products", ("Orders", "Products"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.orders)
        surface = QFrame()
        surface.setProperty("role", "surface")
        self._head = QVBoxLayout()
        self._head.addWidget(self.bar)
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._head)
        box.addWidget(separator())
        box.addWidget(self._stack, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        outer.addWidget(surface)
        self.bar.currentChanged.connect(self._open)
        self.orders.scope_cleared.connect(self.scope_cleared)
        self.orders.actions_of.customer_wanted.connect(self.customer_wanted)

    @property
    def products(self) -> ProductsList:
        """The catalogue, built now if it was not yet."""
        if self._products is None:
            self._products = ProductsList(self._context, self)
            self._stack.addWidget(self._products)
        return self._products

    def open_products(self) -> None:
        """Bring the catalogue to the top."""
        self.bar.setCurrentIndex(1)

    def _open(self, place: int) -> None:
        self._stack.setCurrentWidget(self.products if place else self.orders)

    @property
    def _on_top(self) -> OrdersList | ProductsList:
        return self.products if self.bar.currentIndex() else self.orders

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

    def refresh(self) -> None:
        self._on_top.refresh()

    def take_focus(self) -> None:
        self._on_top.take_focus()

    def open_filters(self) -> None:
        self.bar.setCurrentIndex(0)
        self.orders.conditions.open_builder()

    def export(self) -> None:
        self.bar.setCurrentIndex(0)
        self.orders.export()

    def remember(self) -> None:
        self.orders.table.columns.flush()
        if self._products is not None:
            self._products.table.columns.flush()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = Shape.of(self.width()) is Shape.NARROW
        self._head.setContentsMargins(L if narrow else XL, 0, L, 0)
