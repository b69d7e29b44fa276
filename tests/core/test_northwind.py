"""Northwind in one command. What the files say is reckoned here by other means: the csv module and Decimal."""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import Cancelled, CrmError, ImportRefused, NotAllowed
from crm_desktop.importing.history import list_imports, undo_import
from crm_desktop.importing.northwind import NorthwindReport, import_northwind

FOLDER = Path(os.environ.get("CRM_NORTHWIND", "/nowhere"))
NAMES = ("customers.csv", "categories.csv", "products.csv", "orders.csv", "order-details.csv")
needs_northwind = pytest.mark.skipif(not FOLDER.is_dir(), reason="CRM_NORTHWIND does not name its folder")

# Small, and with what is special about the real one: unquoted commas, NULL, discounts as fractions.
SMALL = {
    "customers.csv": "customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,phone,"
    "fax\n"
    "BLONP,Blondel père et fils,Frédérique Citeaux,Marketing Manager,24, place Kléber,Strasbourg,NULL,67000,France,"
    "88.60.15.31,88.60.15.32\nALFKI,Alfreds Futterkiste,Maria Anders,Owner,Obere Str. 57,Berlin,NULL,12209,Germany,"
    "030-0074321,030-0076545\n",
    "categories.csv": 'categoryID,categoryName,description\n1,Beverages,"Soft drinks, coffees"\n',
    "products.csv": "productID,productName,supplierID,categoryID,quantityPerUnit,unitPrice,unitsInStock,unitsOnOrder,"
    "reorderLevel,discontinued\n1,Chai,1,1,10 boxes,18.00,39,0,10,0\n2,Chang,1,9,24 bottles,19.00,17,40,25,1\n",
    "orders.csv": "orderID,customerID,employeeID,orderDate,requiredDate,shippedDate,shipVia,freight,shipName,"
    "shipAddress,shipCity,shipRegion,shipPostalCode,shipCountry\n"
    "10248,BLONP,5,1996-07-04 00:00:00.000,1996-08-01,1996-07-16 00:00:00.000,3,32.38,Blondel,24, place Kléber,"
    "Strasbourg,NULL,67000,France\n"
    "10249,ALFKI,6,1996-07-05 00:00:00.000,1996-08-16,NULL,1,11.61,Alfreds,Obere Str. 57,Berlin,NULL,12209,Germany\n",
    "order-details.csv": "orderID,productID,unitPrice,quantity,discount\n10248,1,14.45,3,0.15\n10248,2,9.80,10,0\n"
    "10249,1,0.33,1,0.05\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in SMALL.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.raw() as connection:
        return connection.execute(query.encode()).fetchall()


def counts(report: NorthwindReport) -> list[tuple[int, int, int, int]]:
    return [(part.created, part.updated, part.skipped, part.refused) for part in report.parts]


def everything(database: Database) -> list[tuple[Any, ...]]:
    return rows(
        database,
        "SELECT 'customers', count(*), md5(string_agg(c::text, '' ORDER BY id)) FROM customers c"
        " UNION ALL SELECT 'products', count(*), md5(string_agg(p::text, '' ORDER BY id)) FROM products p"
        " UNION ALL SELECT 'orders', count(*), md5(string_agg(o::text, '' ORDER BY id)) FROM orders o"
        " UNION ALL SELECT 'lines', count(*), md5(string_agg(l::text, '' ORDER BY id)) FROM order_lines l"
        " UNION ALL SELECT 'points', count(*), md5(string_agg(l::text, '' ORDER BY id)) FROM loyalty_ledger l"
        " ORDER BY 1",
    )


def test_a_folder_becomes_customers_products_and_orders(employee: Database, small: Path) -> None:
    report = import_northwind(employee, small)
    assert counts(report) == [(2, 0, 0, 0), (2, 0, 0, 0), (3, 0, 0, 0)]
    assert (report.orders, report.total) == (2, Decimal("135.1610"))
    assert any("orders.csv had the delimiter inside" in remark for remark in report.parts[2].remarks)
    assert rows(
        employee,
        "SELECT customer_number, company_name, contact_name, phone, address FROM customers ORDER BY customer_number",
    ) == [
        ("ALFKI", "Alfreds Futterkiste", "Maria Anders", "+49300074321", "Obere Str. 57"),
        ("BLONP", "Blondel père et fils", "Frédérique Citeaux", "88.60.15.31", "24, place Kléber"),
    ]
    assert rows(employee, "SELECT sku, name, category, unit_price, currency, is_active FROM products ORDER BY sku") == [
        ("1", "Chai", "Beverages", 18, "USD", True),
        ("2", "Chang", None, 19, "USD", False),
    ]
    assert rows(
        employee,
        "SELECT o.order_number, c.customer_number, o.ordered_at::date::text, o.status, o.currency, o.total"
        " FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY 1",
    ) == [
        ("10248", "BLONP", "1996-07-04", "shipped", "USD", Decimal("134.8475")),
        ("10249", "ALFKI", "1996-07-05", "open", "USD", Decimal("0.3135")),
    ]
    assert rows(employee, "SELECT discount_percent FROM order_lines ORDER BY 1") == [(0,), (5,), (15,)]


def test_running_it_again_doubles_nothing_and_credits_no_points_twice(admin: Database, small: Path) -> None:
    import_northwind(admin, small)
    (customer,) = rows(admin, "SELECT id FROM customers WHERE customer_number = 'BLONP'")[0]
    rows(admin, f"SELECT crm.enrol_customer('{customer}')")
    (small / "orders.csv").write_text(
        SMALL["orders.csv"] + SMALL["orders.csv"].splitlines()[1].replace("10248", "10250") + "\n", encoding="utf-8"
    )
    (small / "order-details.csv").write_text(SMALL["order-details.csv"] + "10250,1,100,1,0\n", encoding="utf-8")
    second = import_northwind(admin, small)
    assert counts(second) == [(0, 0, 2, 0), (0, 0, 2, 0), (1, 0, 3, 0)]
    earned = rows(admin, "SELECT kind, points FROM loyalty_ledger")
    assert earned == [("earn", 100)]
    before = everything(admin)
    third = import_northwind(admin, small)
    assert counts(third) == [(0, 0, 2, 0), (0, 0, 2, 0), (0, 0, 4, 0)]
    assert everything(admin) == before


def test_an_update_brings_what_was_shipped_since(admin: Database, small: Path) -> None:
    import_northwind(admin, small)
    (small / "orders.csv").write_text(
        SMALL["orders.csv"].replace("1996-08-16,NULL", "1996-08-16,1996-07-10"), encoding="utf-8"
    )
    report = import_northwind(admin, small, existing="update")
    assert counts(report) == [(0, 0, 2, 0), (0, 0, 2, 0), (0, 1, 2, 0)]
    assert rows(admin, "SELECT DISTINCT status FROM orders") == [("shipped",)]


def test_a_trial_counts_the_same_and_changes_nothing(admin: Database, small: Path) -> None:
    trial = import_northwind(admin, small, dry_run=True)
    assert trial.batch_id is None
    assert [name for name, count, _ in everything(admin) if count] == []
    assert rows(admin, "SELECT 1 FROM import_batches") == []
    report = import_northwind(admin, small)
    assert (counts(trial), trial.orders, trial.total) == (counts(report), report.orders, report.total)


def test_one_undo_takes_all_of_it_back(admin: Database, small: Path) -> None:
    report = import_northwind(admin, small)
    assert report.batch_id is not None
    with admin.session() as session:
        (listed,) = list_imports(session)
        assert (listed.kind, listed.file_name, listed.created) == ("northwind", "shop", 7)
        assert undo_import(session, report.batch_id).kept == 0
    assert [name for name, count, _ in everything(admin) if count] == []


def test_an_employee_imports_and_does_not_undo_what_would_delete_customers(employee: Database, small: Path) -> None:
    report = import_northwind(employee, small)
    assert report.batch_id is not None
    with pytest.raises(NotAllowed), employee.session() as session:
        undo_import(session, report.batch_id)


def test_rows_that_do_not_fit_are_refused_into_a_file_beside(admin: Database, small: Path) -> None:
    with (small / "order-details.csv").open("a") as file:
        file.write("10249,77,1,1,0\n10999,1,1,1,0\n")
    report = import_northwind(admin, small)
    assert counts(report)[2] == (2, 0, 0, 3)
    assert [(remark.line, remark.reason) for remark in report.parts[2].refused_rows] == [
        (4, "Row 5 of the same order cannot be imported, and an order comes whole."),
        (5, "There is no product with the SKU 77."),
        (6, "Nothing says which customer order 10999 belongs to."),
    ]
    assert report.parts[2].refused_file == small / "order-details.refused.csv"


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(admin: Database, small: Path, name: str) -> None:
    (small / name).unlink()
    with pytest.raises(ImportRefused, match=f"has no {name}") as refused:
        import_northwind(admin, small)
    assert "customers.csv, categories.csv, products.csv, orders.csv, order-details.csv" in refused.value.hint


def test_what_else_it_needs_is_said(admin: Database, small: Path) -> None:
    with pytest.raises(ImportRefused, match="There is no folder"):
        import_northwind(admin, small / "nowhere")
    with pytest.raises(CrmError, match="not the three letters of a currency"):
        import_northwind(admin, small, currency="dollars")
    (small / "orders.csv").write_text("orderID,customerID\n1,2\n")
    with pytest.raises(ImportRefused, match=r"orders\.csv has no column orderDate and no shippedDate"):
        import_northwind(admin, small)


def test_cancelling_leaves_nothing(admin: Database, small: Path) -> None:
    cancellation = Cancellation()

    def at_the_orders(_share: float | None, text: str) -> None:
        if text.startswith("Orders"):
            cancellation.cancel()

    with pytest.raises(Cancelled, match="Nothing was imported"):
        import_northwind(admin, small, progress=at_the_orders, cancelled=cancellation)
    assert [name for name, count, _ in everything(admin) if count] == []


# What the real files say


def read(name: str) -> Iterator[dict[str, str]]:
    """Each row by the names that come before anything ragged."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
        for line in lines:
            yield dict(zip(header, line, strict=False))


def of_orders() -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for line in read("order-details.csv"):
        made = Decimal(line["unitPrice"]) * int(line["quantity"]) * (1 - Decimal(line["discount"]))
        totals[line["orderID"]] = totals.get(line["orderID"], Decimal(0)) + made
    return totals


@pytest.fixture
def loaded(employee: Database, tmp_path: Path) -> Database:
    folder = shutil.copytree(FOLDER, tmp_path / "northwind")
    report = import_northwind(employee, Path(folder))
    assert counts(report) == [(91, 0, 0, 0), (77, 0, 0, 0), (2155, 0, 0, 0)]
    assert (report.orders, report.total) == (830, Decimal("1265793.0395"))
    assert any(remark.startswith("176 rows of orders.csv") for remark in report.parts[2].remarks)
    return employee


@needs_northwind
def test_northwind_is_what_its_files_say(loaded: Database) -> None:
    totals = of_orders()
    assert sum(totals.values()) == Decimal("1265793.0395")
    saved = dict(rows(loaded, "SELECT order_number, total FROM orders"))
    assert saved == totals  # to the last of their decimals, so to the cent
    cent = Decimal("0.01")
    shown = dict(rows(loaded, "SELECT order_number, round(total, 2) FROM orders"))
    assert shown == {number: total.quantize(cent, ROUND_HALF_UP) for number, total in totals.items()}

    orders = {order["orderID"]: order for order in read("orders.csv")}
    assert len(orders) == 830
    placed = rows(
        loaded,
        "SELECT o.order_number, c.customer_number, o.ordered_at::date::text, o.status, o.currency"
        " FROM orders o JOIN customers c ON c.id = o.customer_id",
    )
    assert {row[0]: row[1:] for row in placed} == {
        number: (
            order["customerID"],
            order["orderDate"][:10],
            "open" if order["shippedDate"] == "NULL" else "shipped",
            "USD",
        )
        for number, order in orders.items()
    }

    spent: Counter[str] = Counter()
    for number, total in totals.items():
        spent[orders[number]["customerID"]] += total  # type: ignore[assignment]
    best = rows(
        loaded,
        "SELECT c.customer_number, p.spent FROM customer_purchases p JOIN customers c ON c.id = p.customer_id"
        " ORDER BY p.spent DESC",
    )
    assert best == spent.most_common()
    assert best[0][0] == "QUICK"


@needs_northwind
def test_revenue_per_country_and_product_is_what_the_files_say(loaded: Database) -> None:
    with (FOLDER / "customers.csv").open(encoding="utf-8", newline="") as file:
        # An address with a comma moves what comes after it; the country is the third from the end.
        countries = {line[0]: line[-3].strip() for line in list(csv.reader(file))[1:]}
    customers = {order["orderID"]: order["customerID"] for order in read("orders.csv")}
    by_country: Counter[str] = Counter()
    for number, total in of_orders().items():
        by_country[countries[customers[number]]] += total  # type: ignore[assignment]
    assert dict(
        rows(
            loaded,
            "SELECT c.country, sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1",
        )
    ) == dict(by_country)
    assert by_country.most_common(1)[0][0] == "USA"

    names = {product["productID"]: product["productName"] for product in read("products.csv")}
    by_product: Counter[str] = Counter()
    for line in read("order-details.csv"):
        made = Decimal(line["unitPrice"]) * int(line["quantity"]) * (1 - Decimal(line["discount"]))
        by_product[names[line["productID"]]] += made  # type: ignore[assignment]
    assert (
        rows(
            loaded,
            "SELECT p.name, sum(l.line_total) FROM order_lines l JOIN products p ON p.id = l.product_id"
            " GROUP BY p.id, p.name ORDER BY 2 DESC",
        )
        == by_product.most_common()
    )
    assert by_product.most_common(1)[0][0] == "Côte de Blaye"
    assert rows(loaded, "SELECT count(*) FROM products WHERE NOT is_active") == [(8,)]
