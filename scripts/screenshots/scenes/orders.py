"""The pictures of orders, products and preferences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QDialog
from sqlalchemy import text

from crm_desktop.orders.preferences import PreferenceInput, add_preference, remove_preference, stated
from crm_desktop.orders.queries import find_products
from scripts.screenshots.scenes.window import SETTLED_MS, main_window
from scripts.screenshots.stage import wait, wait_for
from ui.customers.card import CustomerCard
from ui.main_window import MainWindow
from ui.orders.order_dialog import OrderDialog
from ui.orders.page import OrdersPage
from ui.session import Session
from ui.shell.pages import CUSTOMERS, ORDERS


def _page(session: Session) -> tuple[MainWindow, OrdersPage]:
    window = main_window(session)
    window.open_tab(ORDERS)
    page = window.pages.currentWidget()
    assert isinstance(page, OrdersPage)
    page.bar.setCurrentIndex(0)
    wait(SETTLED_MS)
    wait_for(lambda: page.orders.table.model.exact, "the orders")
    return window, page


def _close(window: MainWindow) -> None:
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.done(0)
    wait(100)


@contextmanager
def orders(session: Session) -> Iterator[None]:
    """The list, the latest first."""
    window, page = _page(session)
    page.orders.table.view.selectRow(1)
    wait(SETTLED_MS)
    yield
    window.open_tab(CUSTOMERS)


@contextmanager
def orders_filtered(session: Session) -> Iterator[None]:
    """Conditions that are on, and what is left comes to."""
    window, page = _page(session)
    page.orders.conditions.active.set(
        {"all": [
            {"field": "total", "operator": "at_least", "value": {"amount": 500, "currency": "EUR"}},
            {"field": "status", "operator": "in", "value": ["completed", "shipped"]},
        ]}
    )  # fmt: skip
    wait(SETTLED_MS)
    wait_for(lambda: page.orders.table.model.exact, "the orders")
    wait(SETTLED_MS)
    yield
    page.orders.filters.clear()
    window.open_tab(CUSTOMERS)


@contextmanager
def products(session: Session) -> Iterator[None]:
    """The catalogue."""
    window, page = _page(session)
    page.open_products()
    wait(SETTLED_MS)
    wait_for(lambda: page.products.table.model.exact, "the products")
    yield
    page.bar.setCurrentIndex(0)
    window.open_tab(CUSTOMERS)


@contextmanager
def product_dialog(session: Session) -> Iterator[None]:
    """A new product."""
    window, page = _page(session)
    page.open_products()
    page.products.add()
    wait(SETTLED_MS)
    yield
    _close(window)
    page.bar.setCurrentIndex(0)
    window.open_tab(CUSTOMERS)


@contextmanager
def order_dialog(session: Session) -> Iterator[None]:
    """An order with several lines."""
    window, page = _page(session)
    page.orders.table.set_sort("total", True)
    wait(SETTLED_MS)
    wait_for(lambda: page.orders.table.model.exact, "the orders")
    row = page.orders.table.model.row_at(0)
    assert row is not None
    page.orders.actions_of.open(row)
    wait(SETTLED_MS + 300)
    yield
    _close(window)
    page.orders.table.set_sort("ordered_at", True)
    window.open_tab(CUSTOMERS)


@contextmanager
def order_dialog_new(session: Session) -> Iterator[None]:
    """A new order, a product being looked for."""
    window, page = _page(session)
    page.orders.add()
    wait(SETTLED_MS)
    dialog = next(each for each in page.findChildren(OrderDialog) if each.isVisible())
    assert dialog.picker is not None
    dialog.picker.show_chosen(None, "")
    with session.context.database.session() as database:
        name = find_products(database, "")[0].name
    line = dialog.order_fields.lines.rows[0]
    line.product.input.setText(name.split()[0][:3])
    wait(SETTLED_MS + 300)
    yield
    _close(window)
    window.open_tab(CUSTOMERS)


@contextmanager
def customer_orders(session: Session) -> Iterator[None]:
    """The card of somebody who buys often."""
    window = main_window(session)
    with session.context.database.session() as database:
        often = "SELECT customer_id FROM crm.customer_purchases ORDER BY orders DESC, spent DESC, 1 LIMIT 1"
        who = database.execute(text(often)).scalar_one()
        wishes = (
            ("product", "Espresso beans", "likes", "whole, never ground"),
            ("other", "calls before noon", "dislikes", ""),
        )
        for kind, subject, attitude, note in wishes:
            add_preference(database, PreferenceInput(who, kind, subject, None, attitude, note))
    window.open_tab(CUSTOMERS)
    window.customers.show_customer(who)
    wait(SETTLED_MS + 500)
    card = window.customers.findChild(CustomerCard)
    assert isinstance(card, CustomerCard)
    card.tabs.open("orders")
    wait(SETTLED_MS + 300)
    yield
    card.tabs.open("overview")
    with session.context.database.session() as database:
        for row in stated(database, who):
            remove_preference(database, row.id)
    window.customers.clear_customer()
    wait(SETTLED_MS)


SCENES = {
    "orders": orders,
    "orders-filtered": orders_filtered,
    "products": products,
    "product-dialog": product_dialog,
    "order-dialog": order_dialog,
    "order-dialog-new": order_dialog_new,
    "customer-orders": customer_orders,
}
