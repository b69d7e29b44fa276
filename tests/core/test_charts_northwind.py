"""Charts of Northwind tell what its files say, reckoned here with the csv module and Decimal."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.analytics.charts import chart
from crm_desktop.analytics.shapes import ChartData, Period, Question
from crm_desktop.database.engine import Database
from crm_desktop.importing.northwind import import_northwind
from crm_desktop.listing.periods import Clock

FOLDER = Path(os.environ.get("CRM_NORTHWIND", "/nowhere"))
CLOCK = Clock(datetime(1999, 1, 1, tzinfo=UTC), UTC)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="CRM_NORTHWIND does not name its folder")


def lines(name: str) -> Iterator[list[str]]:
    """The rows below the header. Some have a comma too many in an address: count from the end."""
    with (FOLDER / name).open(encoding="utf-8", errors="replace", newline="") as file:
        yield from list(csv.reader(file))[1:]


def told(data: ChartData) -> dict[str, Decimal]:
    assert data.unit == "USD"
    return {
        category.label: Decimal(value)
        for category, value in zip(data.categories, data.series[0].values, strict=True)
        if value is not None
    }


def test_revenue_by_country_customer_and_product(admin: Database) -> None:
    import_northwind(admin, FOLDER)
    country = {row[0]: row[-3] for row in lines("customers.csv")}
    company = {row[0]: row[1] for row in lines("customers.csv")}
    product = {row[0]: row[1] for row in lines("products.csv")}
    whose = {row[0]: row[1] for row in lines("orders.csv")}
    year = {row[0]: next(cell for cell in row if cell[:2] == "19")[:4] for row in lines("orders.csv")}
    by_country: dict[str, Decimal] = defaultdict(Decimal)
    by_customer: dict[str, Decimal] = defaultdict(Decimal)
    by_product: dict[str, Decimal] = defaultdict(Decimal)
    by_year: dict[str, Decimal] = defaultdict(Decimal)
    for order, item, price, quantity, discount in lines("order-details.csv"):
        amount = Decimal(price) * Decimal(quantity) * (1 - Decimal(discount))
        by_country[country[whose[order]]] += amount
        by_customer[company[whose[order]]] += amount
        by_product[product[item]] += amount
        by_year[year[order]] += amount
    everything = Question(Period(date(1990, 1, 1), date(1998, 12, 31)), clock=CLOCK, step="year")
    with admin.session() as session:
        countries = told(chart("revenue_by_country").read(session, everything))
        customers = told(chart("top_customers").read(session, everything))
        products = told(chart("top_products").read(session, everything))
        years = told(chart("revenue").read(session, everything))
        number = chart("orders").read(session, everything).series[0].total
    assert number == len(whose)
    largest = sorted(by_country, key=lambda key: -by_country[key])
    assert list(countries)[:15] == largest[:15]
    assert sum(countries.values()) == sum(by_country.values())
    assert all(countries[each] == by_country[each] for each in largest[:15])
    assert customers == {key: by_customer[key] for key in sorted(by_customer, key=lambda key: -by_customer[key])[:10]}
    assert products == {key: by_product[key] for key in sorted(by_product, key=lambda key: -by_product[key])[:10]}
    assert {key: amount for key, amount in years.items() if amount} == dict(by_year)
