"""Orders and products from files: rows of one number make one order, whole or not at all, and never twice."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.database.engine import Database
from crm_desktop.errors import ImportRefused
from crm_desktop.importing.amounts import Amounts
from crm_desktop.importing.differences import Change, Difference
from crm_desktop.importing.history import undo_import
from crm_desktop.importing.plan import Plan, Properties
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import run, try_out
from tests.helpers.postgres import Crm

ORDERS = Plan(kind="orders")
UPDATE = Plan(kind="orders", existing="update")
PRODUCTS = Plan(kind="products")
PEOPLE = "customer number,name,company,email\nA1,Ada Miller,,ada@x.example\nB2,,Bolt Ltd,info@bolt.example\n"
GOODS = "SKU,Name,Category,Price,Currency\nTEA,Green tea,Drinks,4.50,EUR\nCUP,Cup,Ware,7,EUR\n"
HEAD = "order number,date,customer number,sku,quantity,unit price,discount\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


@pytest.fixture
def shop(employee: Database, file: Path) -> Database:
    load(employee, file, PEOPLE, Plan())
    load(employee, file, GOODS, PRODUCTS)
    return employee


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.raw() as connection:
        return connection.execute(query.encode()).fetchall()


def load(database: Database, file: Path, text: str, plan: Plan = ORDERS) -> ImportReport:
    file.write_text(text, encoding="utf-8")
    promised, differences = try_out(database, file, plan)
    found = differences.page(None, 0, 1000)
    differences.close()
    report = run(database, file, plan)
    assert counts(promised) == counts(report), "the dry run counts what the run does"
    assert promised.refused_rows == report.refused_rows
    assert [each.line for each in found] == sorted(each.line for each in found)
    assert len(found) == report.rows
    return report


def tried(database: Database, file: Path, text: str, plan: Plan = UPDATE) -> list[Difference]:
    file.write_text(text, encoding="utf-8")
    _report, differences = try_out(database, file, plan)
    found = differences.page(None, 0, 1000)
    differences.close()
    return found


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.skipped, report.refused


def reasons(report: ImportReport) -> list[str]:
    return [remark.reason for remark in report.refused_rows]


SAVED = (
    "SELECT o.order_number, coalesce(c.contact_name, c.company_name), o.ordered_at::date::text, o.status, o.currency,"
    " o.total FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY 1"
)
LINES = (
    "SELECT o.order_number, l.position, p.sku, l.description, l.quantity, l.unit_price, l.discount_percent"
    " FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN products p ON p.id = l.product_id ORDER BY 1, 2"
)


def test_rows_of_the_same_number_make_one_order(shop: Database, file: Path) -> None:
    report = load(
        shop,
        file,
        HEAD + "7,2026-03-04,A1,TEA,10,4.50,0.15\n8,2026-03-05,b2,cup,1,,\n7,2026-03-04,A1,CUP,2,7,0\n",
    )
    assert counts(report) == (3, 0, 0, 0)
    assert report.remarks == ["They make 2 new orders.", "Discounts were read as fractions: 0.15 is 15 %."]
    assert rows(shop, SAVED) == [
        ("7", "Ada Miller", "2026-03-04", "open", "EUR", Decimal("52.2500")),
        ("8", "Bolt Ltd", "2026-03-05", "open", "EUR", Decimal("7.0000")),
    ]
    assert rows(shop, LINES) == [
        ("7", 1, "TEA", "Green tea", 10, Decimal("4.50"), 15),
        ("7", 2, "CUP", "Cup", 2, 7, 0),
        ("8", 1, "CUP", "Cup", 1, 7, 0),
    ]


def test_one_row_for_each_order_with_other_ways_to_name_the_customer(shop: Database, file: Path) -> None:
    report = load(
        shop,
        file,
        "Order ID;Order date;Email;Company;Description;Total;Currency;Shipped date;Colour\n"
        "1;04.03.2026;ADA@x.example;;A website;1.234,50;EUR;;red\n"
        "2;5.3.2026;;bolt ltd;;80,00;USD;6.3.2026;NULL\n",
    )
    assert counts(report) == (2, 0, 0, 0)
    assert rows(shop, SAVED) == [
        ("1", "Ada Miller", "2026-03-04", "open", "EUR", Decimal("1234.5")),
        ("2", "Bolt Ltd", "2026-03-05", "shipped", "USD", 80),
    ]
    assert rows(shop, LINES) == [("1", 1, None, "A website", 1, Decimal("1234.50"), 0)]
    assert rows(shop, "SELECT notes FROM orders ORDER BY order_number") == [("Colour: red",), (None,)]


def test_what_names_no_currency_is_never_taken_for_one_without_a_word(employee: Database, file: Path) -> None:
    load(employee, file, PEOPLE, Plan())
    bare = "order number,date,customer number,description,total\n{},2026-03-04,A1,A website,80\n"
    report = load(employee, file, bare.format(1))
    assert (
        "1 order has no currency in the file and is taken to be in EUR. If that is wrong, give one for every row that"
        " names none." in report.remarks
    )
    in_dollars = Plan(kind="orders", fixed={"currency": "USD"})
    for number in (2, 3):
        assert not any("no currency" in said for said in load(employee, file, bare.format(number), in_dollars).remarks)
    report = load(employee, file, bare.format(4))  # most of the orders there are in it
    assert any("is taken to be in USD" in said for said in report.remarks)
    goods = "SKU,Name,Price\nTEA,Green tea,4.50\nCUP,Cup,7\n"
    report = load(employee, file, goods, PRODUCTS)
    assert any("2 products have no currency in the file and are taken to be in USD" in s for s in report.remarks)
    assert rows(employee, "SELECT order_number, currency FROM orders ORDER BY 1") == [
        ("1", "EUR"), ("2", "USD"), ("3", "USD"), ("4", "USD"),
    ]  # fmt: skip
    assert rows(employee, "SELECT DISTINCT currency FROM products") == [("USD",)]


def test_a_currency_that_only_the_amounts_show_is_that_of_the_order(shop: Database, file: Path) -> None:
    report = load(
        shop,
        file,
        "order number,date,customer number,description,unit price,total,currency\n"
        "1,2026-03-04,A1,Tea,5 GBP,,\n2,2026-03-04,A1,Tea,£5,£5,\n3,2026-03-04,A1,Tea,CHF 5.00,,\n"
        "4,2026-03-04,A1,Tea,5 €,,USD\n5,2026-03-04,A1,Tea,$5,5 PCS,\n6,2026-03-04,A1,Tea,5 €,£5,\n",
    )
    assert rows(shop, "SELECT order_number, currency FROM orders ORDER BY 1") == [
        ("1", "GBP"), ("2", "GBP"), ("3", "CHF"), ("4", "USD"), ("5", "EUR"),
    ]  # fmt: skip
    assert [(each.line, each.reason) for each in report.refused_rows] == [
        (7, "Currency: the amounts of one row are in EUR and in GBP.")
    ]
    assert any("1 order has no currency" in said for said in report.remarks)
    load(shop, file, "SKU,Name,Price\nPOT,Pot,7 GBP\n", PRODUCTS)
    assert rows(shop, "SELECT currency FROM products WHERE sku = 'POT'") == [("GBP",)]


def test_an_order_with_a_row_that_cannot_be_imported_stays_out_as_a_whole(shop: Database, file: Path) -> None:
    report = load(
        shop,
        file,
        HEAD
        + "1,2026-03-04,A1,TEA,1,4.50,\n"
        + "1,2026-03-04,A1,COFFEE,1,4.50,\n"  # an unknown SKU
        + "2,2026-03-04,Z9,TEA,1,4.50,\n"  # an unknown customer
        + "3,2026-03-04,A1,TEA,many,4.50,\n"
        + "4,someday,A1,TEA,1,4.50,\n"
        + ",2026-03-04,A1,TEA,1,4.50,\n"
        + "5,2026-03-04,A1,TEA,1,4.50,\n"
        + "6,2026-03-04,A1,TEA,1,4.50,\n6,2026-03-04,B2,TEA,1,4.50,\n"
        + "8,2026-03-04,,TEA,1,4.50,\n"
        + "9,,A1,TEA,1,4.50,\n"
        + "10,2026-03-04,A1,TEA,-1,4.50,\n",
    )
    assert counts(report) == (1, 0, 0, 11)
    assert reasons(report) == [
        "Row 3 of the same order cannot be imported, and an order comes whole.",
        "There is no product with the SKU COFFEE.",
        "There is no customer with the number Z9.",
        "Quantity: “many” is not a number.",
        "Date: “someday” is not a date.",
        "No order number.",
        "The rows of order 6 name different customers.",
        "The rows of order 6 name different customers.",
        "Nothing says which customer order 8 belongs to.",
        "Order 9 has no date.",
        "Quantity -1: enter a quantity above 0, with at most three decimals.",
    ]
    assert [row[0] for row in rows(shop, SAVED)] == ["5"]
    kept = report.refused_file
    assert kept is not None
    corrected = kept.read_text("utf-8-sig").replace("COFFEE", "TEA").replace("Z9", "A1").replace("many", "3")
    again = load(shop, file, corrected)
    assert (again.created, again.refused) == (4, 7)
    assert [row[0] for row in rows(shop, SAVED)] == ["1", "2", "3", "5"]


def test_importing_twice_makes_nothing_twice(shop: Database, file: Path) -> None:
    """Also when the orders have been changed in the program since (peers 13)."""
    text = HEAD + "7,2026-03-04,A1,TEA,10,4.50,\n7,2026-03-04,A1,CUP,2,7,\n"
    load(shop, file, text)
    rows(shop, "UPDATE orders SET status = 'paid' RETURNING id")
    before = rows(shop, SAVED), rows(shop, LINES)
    again = load(shop, file, text)
    assert counts(again) == (0, 0, 2, 0)
    assert again.skipped_rows[0].reason == "Order 7 is there already."
    assert counts(load(shop, file, text, UPDATE)) == (0, 0, 2, 0)
    assert (rows(shop, SAVED), rows(shop, LINES)) == before


def test_a_number_in_other_letters_is_the_same_order(shop: Database, file: Path) -> None:
    report = load(shop, file, HEAD + "X-7,2026-03-04,A1,tea,10,4.50,\nx-7,2026-03-04,A1,CUP,2,7,\n")
    assert report.remarks[0] == "They make 1 new order."
    assert [row[:3] for row in rows(shop, LINES)] == [("X-7", 1, "TEA"), ("X-7", 2, "CUP")]
    again = load(shop, file, HEAD + "x-7,2026-03-04,A1,TEA,10,4.50,\n")
    assert counts(again) == (0, 0, 1, 0)
    assert counts(load(shop, file, HEAD + "x-7,2026-03-04,A1,Tea,11,4.50,\n", UPDATE)) == (0, 1, 0, 0)
    assert [row[0] for row in rows(shop, SAVED)] == ["X-7"]


def test_an_update_changes_what_differs_and_undo_gives_it_back(shop: Database, file: Path) -> None:
    load(shop, file, HEAD + "7,2026-03-04,A1,TEA,10,4.50,\n7,2026-03-04,A1,CUP,2,7,\n7,2026-03-04,A1,CUP,1,6,\n")
    before = rows(shop, SAVED), rows(shop, LINES)
    text = "order number,sku,quantity,status\n7,TEA,12,shipped\n7,TEA,1,shipped\n9,TEA,1,open\n"
    found = tried(shop, file, text)
    assert [(each.line, each.outcome, each.changes) for each in found[:2]] == [
        (
            2,
            "updated",
            (
                Change("lines_removed", "1", "0"),
                Change("quantity", "10", "12"),
                Change("status", "open", "shipped"),
            ),
        ),
        (
            3,
            "updated",
            (
                Change("description", "Cup", "Green tea"),
                Change("quantity", "2", "1"),
                Change("sku", "CUP", "TEA"),
                Change("unit_price", "7.00", "4.50"),
            ),
        ),
    ]
    report = load(shop, file, text, UPDATE)
    assert counts(report) == (0, 2, 0, 1)
    assert rows(shop, SAVED) == [("7", "Ada Miller", "2026-03-04", "shipped", "EUR", Decimal("58.5"))]
    assert rows(shop, LINES) == [
        ("7", 1, "TEA", "Green tea", 12, Decimal("4.50"), 0),
        ("7", 2, "TEA", "Green tea", 1, Decimal("4.50"), 0),
    ]
    assert report.batch_id is not None
    with shop.session() as session:
        assert undo_import(session, report.batch_id).kept == 0
    assert (rows(shop, SAVED), rows(shop, LINES)) == before


def test_an_import_does_not_move_an_order_to_another_customer(shop: Database, file: Path) -> None:
    load(shop, file, HEAD + "7,2026-03-04,A1,TEA,1,4.50,\n")
    report = load(shop, file, HEAD + "7,2026-03-04,B2,TEA,1,4.50,\n", UPDATE)
    assert reasons(report) == ["Order 7 is there already, of another customer: Ada Miller."]


def test_undoing_an_import_of_orders_leaves_nothing_of_it(shop: Database, file: Path) -> None:
    report = load(shop, file, HEAD + "7,2026-03-04,A1,TEA,1,4.50,\n7,2026-03-04,A1,CUP,1,7,\n")
    assert report.batch_id is not None
    with shop.session() as session:
        assert undo_import(session, report.batch_id).kept == 0
    assert rows(shop, "SELECT 1 FROM orders UNION ALL SELECT 1 FROM order_lines") == []
    assert rows(shop, "SELECT 1 FROM customer_purchases") == []
    assert counts(load(shop, file, HEAD + "7,2026-03-04,A1,TEA,1,4.50,\n")) == (1, 0, 0, 0)


def test_discounts_above_one_are_percent(shop: Database, file: Path) -> None:
    report = load(shop, file, HEAD + "1,2026-03-04,A1,TEA,1,4.50,1\n2,2026-03-04,A1,TEA,1,4.50,12.5\n")
    assert "Discounts were read as percent: 15 is 15 %." in report.remarks
    assert [row[6] for row in rows(shop, LINES)] == [1, Decimal("12.5")]
    load(shop, file, HEAD + "3,2026-03-04,A1,TEA,1,4.50,5%\n4,2026-03-04,A1,TEA,1,4.50,0.05\n")
    assert [row[6] for row in rows(shop, LINES)[2:]] == [5, 5]


def test_a_total_that_the_lines_do_not_make_is_told(shop: Database, file: Path) -> None:
    report = load(
        shop,
        file,
        "order number,date,customer number,sku,quantity,total\n1,2026-03-04,A1,TEA,2,9\n2,2026-03-04,A1,TEA,2,11\n"
        "2,2026-03-04,A1,CUP,1,11\n",
    )
    assert (
        report.remarks[-1] == "1 order has a total in the file that its lines do not make, 2 for one: the lines count."
    )
    assert [row[5] for row in rows(shop, SAVED)] == [9, 16]


def test_a_price_of_another_currency_is_not_taken_for_a_line(shop: Database, file: Path) -> None:
    head = "order number,date,customer number,sku,currency,unit price\n"
    report = load(shop, file, head + "1,2026-03-04,A1,TEA,USD,\n2,2026-03-04,A1,TEA,USD,5\n")
    assert reasons(report) == ["No price in USD: that of Green tea is in EUR."]
    assert rows(shop, SAVED)[0][4:] == ("USD", 5)


def test_orders_and_their_lines_come_from_two_files(shop: Database, file: Path) -> None:
    """As Northwind, and many a shop, write them."""
    heads = "orderID,customerID,orderDate,shippedDate,freight\n1,A1,2026-03-04,2026-03-05,3\n2,B2,2026-03-06,NULL,4\n"
    lines = "orderID,productID,unitPrice,quantity,discount\n1,TEA,4,10,0.25\n1,CUP,7,1,0\n2,CUP,6,2,0\n3,CUP,6,2,0\n"
    report = load(shop, file, heads)
    assert counts(report)[0] == 2 and "import the one with the lines next" in report.remarks[-1]
    total = "SELECT order_number, status, total FROM orders ORDER BY 1"
    assert rows(shop, total) == [("1", "shipped", 0), ("2", "open", 0)]
    skipped = load(shop, file, lines)
    assert counts(skipped)[:2] == (0, 0), "what is there is only completed where that was asked for"
    report = load(shop, file, lines, UPDATE)
    assert counts(report) == (0, 3, 0, 1)
    assert reasons(report) == ["Nothing says which customer order 3 belongs to."]
    assert rows(shop, total) == [("1", "shipped", 37), ("2", "open", 12)]
    assert counts(load(shop, file, lines, UPDATE)) == (0, 0, 3, 1)
    assert counts(load(shop, file, heads, UPDATE))[:2] == (0, 0) and rows(shop, total)[0][2] == 37
    assert report.batch_id is not None
    with shop.session() as session:
        undo_import(session, report.batch_id)
    assert rows(shop, total) == [("1", "shipped", 0), ("2", "open", 0)]


@pytest.mark.parametrize(
    ("header", "missing"),
    [("date,sku\n", "the order number"), ("order number,date\n", "what was ordered, a total, or")],
)
def test_a_file_without_what_an_order_needs_is_refused(shop: Database, file: Path, header: str, missing: str) -> None:
    file.write_text(header + "1,2\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match=missing):
        run(shop, file, ORDERS)


def test_products_are_known_by_their_sku(shop: Database, file: Path) -> None:
    text = (
        "product id,product name,price,discontinued,supplier\n"
        'tea,Black tea,5,1,x\nPOT,Pot,"1.234,50",no,x\nPOT,Pot,2,no,x\nPAN,,3,no,x\n,Nameless,1,no,x\nCAN,Can,-1,no,x\n'
    )
    plan = Plan(kind="products", existing="update")
    report = load(shop, file, text, plan)
    assert counts(report) == (1, 1, 1, 3)
    assert reasons(report) == [
        "There is no product with the SKU PAN yet, and the row has no name for one.",
        "No SKU, the number under which the product is kept.",
        "Price -1: enter a price of 0 or more, in cents at the finest.",
    ]
    assert report.left_out_columns == ("supplier",)
    assert rows(shop, "SELECT sku, name, category, unit_price, currency, is_active FROM products ORDER BY sku") == [
        ("CUP", "Cup", "Ware", 7, "EUR", True),
        ("POT", "Pot", None, Decimal("1234.50"), "EUR", True),
        ("TEA", "Black tea", "Drinks", 5, "EUR", False),
    ]
    assert counts(load(shop, file, GOODS, PRODUCTS)) == (0, 0, 2, 0)
    assert report.batch_id is not None
    with shop.session() as session:
        undo_import(session, report.batch_id)
    assert rows(shop, "SELECT sku, name FROM products ORDER BY sku") == [("CUP", "Cup"), ("TEA", "Green tea")]


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1,234.56", ".", "1234.56"), ("1.234,56", ".", "1234.56"), ("12,5", ".", "12.5"), ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"), ("1.234", ",", "1234"), ("1.234.567", ".", "1234567"), ("1 234,5 €", ".", "1234.5"),
        ("EUR 0,123", ".", "0.123"), ("(3.50)", ".", "-3.50"), ("3-", ".", "-3"), ("1'234.5", ".", "1234.5"),
    ],
)  # fmt: skip
def test_numbers_of_every_country(text: str, decimal: str, number: str) -> None:
    assert Amounts(decimal).read(text) == Decimal(number)


def test_what_can_be_read_in_two_ways_is_read_as_the_rest_of_the_file() -> None:
    amounts = Amounts()
    amounts.learn("12,50")
    assert amounts.read("1.234") == 1234


@given(st.decimals(0, 10**9, places=2), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", ",")]))
def test_every_amount_is_read_as_it_was_written(number: Decimal, marks: tuple[str, str]) -> None:
    between, decimal = marks
    whole, fraction = f"{number:,.2f}".split(".")
    assert Amounts(decimal).read(whole.replace(",", between) + decimal + fraction) == number


@given(st.text(alphabet="0123456789.,-( )€x", max_size=12))
def test_wild_texts_are_numbers_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert Amounts().read(text).is_finite()


CELLS = st.sampled_from(["", "1", "2", "A1", "TEA", "CUP", "0.5", "x", "NULL", "2026-01-02", "1,5", "\\", "\t", "€"])


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lines=st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=12), existing=st.sampled_from(["skip", "update"])
)
def test_wild_files_import_whole_orders_and_the_dry_run_tells_the_same(
    clean: Crm, tmp_path: Path, lines: list[list[str]], existing: str
) -> None:
    database = clean.database("emil")
    file = tmp_path / "wild.csv"
    load(database, file, PEOPLE, Plan())
    load(database, file, GOODS, PRODUCTS)
    text = HEAD.replace(",", ";") + "".join(";".join(line) + "\n" for line in lines)
    plan = Plan(kind="orders", existing=existing, properties=Properties(delimiter=";"))
    load(database, file, text, plan)
    totals = rows(
        database,
        "SELECT o.total, (SELECT sum(l.line_total) FROM order_lines l WHERE l.order_id = o.id) FROM orders o",
    )
    assert all(total == made for total, made in totals)
    again = load(database, file, text, plan)
    assert (again.created, again.updated) == (0, 0)
    database.close()
