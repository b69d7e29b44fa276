"""Northwind's orders on screen: each total, and what they come to, equal to the files to the cent."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.postgres import Crm
from tests.ui.desk import Desk
from ui.orders.page import OrdersPage

CENT = Decimal("0.01")


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@pytest.mark.northwind
def test_totals_equal_the_files_to_the_cent(desk: Desk, clean: Crm, northwind: Path, qtbot: QtBot) -> None:
    exact: dict[str, Decimal] = defaultdict(Decimal)
    lines = read(northwind, "order-details")
    for each in lines:
        price, quantity, discount = (Decimal(each[name]) for name in ("unitPrice", "quantity", "discount"))
        exact[each["orderID"]] += price * quantity * (1 - discount)
    with clean.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO crm.customers (company_name, source) VALUES (%s, %s)",
            [(each["companyName"], each["customerID"]) for each in read(northwind, "customers")],
        )
        cursor.executemany(
            "INSERT INTO crm.orders (order_number, customer_id, ordered_at, currency)"
            " SELECT %s, id, %s::timestamptz, 'USD' FROM crm.customers WHERE source = %s",
            [(each["orderID"], each["orderDate"], each["customerID"]) for each in read(northwind, "orders")],
        )
        ids = dict(cursor.execute("SELECT order_number, id FROM crm.orders").fetchall())
        columns = "order_id, description, unit_price, quantity, discount_percent"
        with cursor.copy(f"COPY crm.order_lines ({columns}) FROM STDIN") as copy:
            for each in lines:
                percent = Decimal(each["discount"]) * 100
                copy.write_row((ids[each["orderID"]], each["productID"], each["unitPrice"], each["quantity"], percent))
    page = OrdersPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1300, 700)
    page.show()
    table = page.orders.table
    desk.wait(lambda: table.model.exact)
    table.model.show_rows(0, 900)
    desk.wait(lambda: all(table.model.row_at(number) is not None for number in range(830)))
    total = next(column for column in table.model.columns if column.key == "total")
    rows = [row for number in range(830) if (row := table.model.row_at(number)) is not None]
    cents = {number: f"{amount.quantize(CENT, ROUND_HALF_UP):,}" for number, amount in exact.items()}
    assert {row.order_number: total.format(row) for row in rows} == cents and len(cents) == 830
    whole = sum(exact.values()).quantize(CENT, ROUND_HALF_UP)
    desk.wait(lambda: page.orders.count.text() == f"830 orders · {whole:,} USD")
    save = desk.one("select id from crm.customers where source = 'SAVEA'")
    page.set_customer(save, "Save-a-lot Markets")
    mine = sum(exact[each["orderID"]] for each in read(northwind, "orders") if each["customerID"] == "SAVEA")
    words = f"31 orders · {Decimal(mine).quantize(CENT, ROUND_HALF_UP):,} USD"
    desk.wait(lambda: page.orders.count.text() == words)
