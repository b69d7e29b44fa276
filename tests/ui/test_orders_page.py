"""The Orders tab: orders and products."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_desktop.exporting.export import export
from crm_desktop.exporting.request import ExportRequest
from crm_desktop.loyalty.actions import enrol
from crm_desktop.orders.rows import OrderRow
from crm_desktop.views.actions import add_view
from tests.factories.orders import line, ordered, product
from tests.ui.desk import Desk, nameless
from ui.orders.order_dialog import OrderDialog
from ui.orders.page import OrdersPage
from ui.orders.product_dialog import ProductDialog
from ui.tables.paged_view import PagedTable


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> OrdersPage:
    ana, ben = desk.add(contact_name="Ana Ruiz"), desk.add(contact_name="Ben Okafor")
    with desk.context.database.session() as session:
        tea = product(session, "T1", "Green tea", "3.00", category="Beverages")
        product(session, "M1", "Milk", is_active=False)
        ordered(session, ana, line("Green tea", "4", "3", "12.5", product_id=tea), order_number="A-1")
        ordered(session, ben, line("Rug", "1", "1234.5"), order_number="B-2", currency="USD", status="paid")
        ordered(session, ben, line("Lamp", "1", "80"), order_number="C-3", status="cancelled")
    made = OrdersPage(desk.context)
    qtbot.addWidget(made)
    made.resize(1300, 700)
    made.show()
    settle(desk)
    return made


def settle(desk: Desk) -> None:
    desk.settle()
    desk.qtbot.wait(20)
    desk.settle()


def cells(table: PagedTable, desk: Desk, *keys: str) -> list[tuple[str, ...]]:
    settle(desk)
    columns = {column.key: column for column in table.model.columns}
    rows = [table.model.row_at(number) for number in range(table.model.rowCount())]
    return [tuple(columns[key].format(row) for key in keys) for row in rows if row is not None]


def numbers(page: OrdersPage, desk: Desk) -> list[str]:
    return sorted(number for (number,) in cells(page.orders.table, desk, "order_number"))


def test_orders_with_what_they_come_to_in_each_currency(page: OrdersPage, desk: Desk) -> None:
    found = sorted(
        cells(page.orders.table, desk, "order_number", "customer_name", "status", "lines", "total", "currency")
    )
    assert found == [
        ("A-1", "Ana Ruiz", "Open", "1", "10.50", "EUR"),
        ("B-2", "Ben Okafor", "Paid", "1", "1,234.50", "USD"),
        ("C-3", "Ben Okafor", "Cancelled", "1", "80.00", "EUR"),
    ]
    assert page.orders.count.text() == "3 orders · 10.50 EUR · 1,234.50 USD", "never one sum of two currencies"
    assert page.orders.table.view.accessibleName() == "Orders"


def test_the_list_is_searched_filtered_and_narrowed_to_the_chosen_customer(page: OrdersPage, desk: Desk) -> None:
    orders = page.orders
    orders.search.setText("okafor")
    orders.search.entered.emit()
    orders.search.searched.emit("okafor")
    assert numbers(page, desk) == ["B-2", "C-3"] and orders.count.text() == "2 orders · 1,234.50 USD"
    orders.filters.status.set_value("paid")
    assert numbers(page, desk) == ["B-2"]
    orders.filters.period.set_value("last_year")
    assert numbers(page, desk) == []
    orders._clear()
    assert numbers(page, desk) == ["A-1", "B-2", "C-3"]
    orders.conditions.active.set({"field": "total", "operator": "at_least", "value": {"amount": 80, "currency": "USD"}})
    assert numbers(page, desk) == ["B-2"]
    orders.filters.clear()
    ana = desk.one("select id from crm.customers where contact_name = 'Ana Ruiz'")
    page.set_customer(ana, "Ana Ruiz")
    assert numbers(page, desk) == ["A-1"]
    orders.add()
    dialog = desk.qtbot.waitUntil(lambda: page.findChild(OrderDialog) is not None) or page.findChild(OrderDialog)
    assert dialog is not None and dialog.with_label.text() == "For Ana Ruiz" and dialog.picker is None
    settle(desk)
    dialog.discard()


def test_a_row_opens_the_order_and_offers_its_customer(page: OrdersPage, desk: Desk, qtbot: QtBot) -> None:
    orders = page.orders
    row = next(
        each for n in range(3) if (each := orders.table.model.row_at(n)) is not None and each.order_number == "B-2"
    )
    assert [action.text() for action in orders.actions_of.menu(row).actions() if action.text()] == [
        "Open", "Show Ben Okafor", "Mark as open", "Mark as shipped", "Mark as completed", "Mark as cancelled",
        "Mark as refunded", "Delete",
    ]  # fmt: skip
    with qtbot.waitSignal(page.customer_wanted) as wanted:
        orders.actions_of.customer_wanted.emit(row.customer_id)
    assert wanted.args == [row.customer_id]
    orders.table.row_activated.emit(row)
    settle(desk)
    dialog = page.findChild(OrderDialog)
    assert dialog is not None and dialog.title() == "Order B-2"
    dialog.discard()


def test_a_status_is_set_and_an_order_deleted_each_with_a_way_back(page: OrdersPage, desk: Desk) -> None:
    orders = page.orders

    def row(number: str) -> object:
        found = [orders.table.model.row_at(n) for n in range(orders.table.model.rowCount())]
        return next(each for each in found if each is not None and each.order_number == number)

    orders.actions_of.set_status(row("A-1"), "completed")  # type: ignore[arg-type]
    settle(desk)
    assert desk.one("select status from crm.orders where order_number = 'A-1'") == "completed"
    orders.actions_of.delete(row("B-2"))  # type: ignore[arg-type]
    settle(desk)
    desk.wait(lambda: numbers(page, desk) == ["A-1", "C-3"])
    desk.wait(lambda: orders.count.text() == "2 orders · 10.50 EUR")
    desk.context.undo.undo()
    desk.wait(lambda: numbers(page, desk) == ["A-1", "B-2", "C-3"])
    assert desk.texts()[:2] == ["Order A-1 is completed.", "Order B-2 was deleted."]


def test_it_is_said_what_becomes_of_points_and_all_of_it_can_be_undone(page: OrdersPage, desk: Desk) -> None:
    ana = desk.one("select id from crm.customers where contact_name = 'Ana Ruiz'")
    balance = "select points_balance from crm.loyalty_accounts"
    with desk.context.database.session() as session:
        enrol(session, ana)
        ordered(session, ana, line("Rug", "1", "12"), order_number="P-1", status="paid")
    page.refresh()
    settle(desk)
    orders = page.orders

    def row() -> OrderRow:
        found = [orders.table.model.row_at(n) for n in range(orders.table.model.rowCount())]
        return next(each for each in found if each is not None and each.order_number == "P-1")

    assert row().points == desk.one(balance) == 12
    orders.actions_of.set_status(row(), "cancelled")
    settle(desk)
    assert desk.texts()[-1] == "Order P-1 is cancelled. 12 points were taken back." and desk.one(balance) == 0
    desk.said[-1].action()  # type: ignore[misc]
    settle(desk)
    assert desk.one(balance) == 12
    desk.wait(lambda: row().status == "paid")
    orders.actions_of.open(row())
    settle(desk)
    dialog = page.findChild(OrderDialog)
    assert dialog is not None
    dialog.form["status"].set_value("refunded")
    dialog.save_and_close()
    settle(desk)
    assert desk.texts()[-1] == "Order P-1 was saved. 12 points were taken back."
    desk.said[-1].action()  # type: ignore[misc]
    settle(desk)
    desk.wait(lambda: row().status == "paid" and desk.one(balance) == 12)
    orders.actions_of.delete(row())
    settle(desk)
    assert desk.texts()[-1] == "Order P-1 was deleted. 12 points were taken back."


def test_products_are_listed_added_deactivated_and_kept_while_ordered(page: OrdersPage, desk: Desk) -> None:
    page.open_products()
    products = page.products
    assert cells(products.table, desk, "name", "sku", "unit_price", "is_active", "ordered") == [
        ("Green tea", "T1", "3.00", "Active", "1"),
        ("Milk", "M1", "18.00", "Inactive", ""),
    ]
    assert products.count.text() == "2 products"
    products.add()
    dialog = page.findChild(ProductDialog)
    assert dialog is not None
    for name, text in (("name", "Cocoa"), ("sku", "T1"), ("unit_price", "")):
        dialog.form[name].editor.setText(text)  # type: ignore[attr-defined]
    dialog.save()
    assert "Enter a price" in dialog.form["unit_price"].message_text, "an emptied price is no price of 0"
    assert dialog.focusWidget() is dialog.form["unit_price"].editor
    dialog.form["unit_price"].editor.setText("4,2")  # type: ignore[attr-defined]
    dialog.save()
    settle(desk)
    assert dialog.form["sku"].message_text == "Another product has this SKU."
    dialog.form["sku"].editor.setText("C1")  # type: ignore[attr-defined]
    dialog.save_and_close()
    settle(desk)
    assert desk.one("select unit_price::text from crm.products where sku = 'C1'") == "4.20"
    assert desk.texts()[-1] == "Cocoa was added."
    desk.wait(lambda: len(cells(products.table, desk, "name")) == 3)
    tea = products.table.model.row_at(1)
    assert tea is not None and tea.sku == "T1"
    products.actions_of.delete(tea)
    settle(desk)
    assert "has to stay" in desk.texts()[-1]
    products.actions_of.set_active(tea, False)
    settle(desk)
    products.which.set_value("yes")
    desk.wait(lambda: cells(products.table, desk, "name") == [("Cocoa",)])


def test_every_width_and_every_name(page: OrdersPage, desk: Desk) -> None:
    assert nameless(page) == []
    filters = page.orders.filters
    page.orders.count.setText("12,988 orders · 13,552,959.40 EUR · 1,265,793.04 USD")
    for width, height in ((1440, 900), (1280, 800), (820, 1180), (390, 844)):
        page.resize(width, height)
        QApplication.processEvents()
        assert page.minimumSizeHint().width() <= 390
        assert width == 390 or filters.height() < 2 * filters.status.height(), "the filters stand in one line"
        count = page.orders.count
        needed = count.heightForWidth(count.width()) if count.wordWrap() else count.sizeHint().height()
        assert count.height() >= needed and (count.wordWrap() or count.width() >= count.sizeHint().width()), (
            "no cut sums"
        )
        assert page.orders.width() == width
    page.open_products()
    settle(desk)
    assert nameless(page) == []


def test_the_list_is_exported_with_totals_to_the_cent(page: OrdersPage, desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    request = ExportRequest(
        "orders", "csv", page.orders.table.request, ("order_number", "total", "currency"), bom=False
    )
    export(desk.context.database, request, file)
    lines = file.read_text("utf-8").splitlines()
    assert lines[0] == "Number,Total,Currency" and sorted(lines[1:]) == [
        "A-1,10.50,EUR", "B-2,1234.50,USD", "C-3,80.00,EUR",
    ]  # fmt: skip
    assert desk.one("select count(*) from crm.audit_log where table_name = 'orders' and action = 'export'") == 1


def test_news_from_elsewhere_shows(page: OrdersPage, desk: Desk) -> None:
    from ui.operations import DataChange

    who: UUID = desk.one("select id from crm.customers where contact_name = 'Ana Ruiz'")
    with desk.context.database.session() as session:
        ordered(session, who, order_number="D-4")
    desk.context.operations.data_changed.emit(DataChange(frozenset({"orders"}), None, None))
    desk.wait(lambda: page.orders.count.text() == "4 orders · 20.50 EUR · 1,234.50 USD")


def test_the_keys_of_the_lists(page: OrdersPage, desk: Desk, qtbot: QtBot) -> None:
    page.take_focus()
    view = page.orders.table.view
    assert view.hasFocus()
    view.selectRow(0)
    row = page.orders.table.current_row()
    assert row is not None
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    settle(desk)
    assert desk.one("select count(*) from crm.orders where id = :id", id=row.id) == 0


def test_a_view_keeps_filters_search_and_order_of_orders(page: OrdersPage, desk: Desk, qtbot: QtBot) -> None:
    orders = page.orders
    orders.filters.status.set_value("paid")
    orders.filters.period.set_value("30")
    orders.conditions.active.set({"field": "total", "operator": "at_least", "value": {"amount": 80, "currency": "USD"}})
    orders.search.set_text_quietly("okafor")
    orders.table.set_sort("customer_name", False)
    orders.reload()
    kept = orders.views.state()
    with desk.context.database.session() as session:
        add_view(session, "orders", "Paid lately", kept)
    orders._clear()
    orders.table.set_sort("ordered_at", True)
    assert numbers(page, desk) == ["A-1", "B-2", "C-3"]
    orders.views._read()
    settle(desk)
    [view] = orders.views.rows
    orders.views.choose(view)
    assert numbers(page, desk) == ["B-2"] and orders.views.state() == kept and not orders.views.is_modified
    assert (orders.filters.status.value, orders.filters.period.value) == ("paid", "30")
    assert orders.search.text() == "okafor" and orders.views_button.text() == "Paid lately"
    orders.search.setText("")
    orders.search.searched.emit("")
    settle(desk)
    assert orders.views.is_modified
    page.remember()
    again = OrdersPage(desk.context)
    qtbot.addWidget(again)
    again.show()
    assert numbers(again, desk) == ["B-2"], "the list starts as it was left"


def test_orders_are_sorted_by_customer_from_the_header(page: OrdersPage, desk: Desk) -> None:
    place = next(n for n, column in enumerate(page.orders.table.model.columns) if column.key == "customer_name")
    page.orders.table.view.horizontalHeader().sectionClicked.emit(place)
    found = cells(page.orders.table, desk, "customer_name")
    assert found == [("Ana Ruiz",), ("Ben Okafor",), ("Ben Okafor",)]
