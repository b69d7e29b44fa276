"""A folder of Northwind, or of another program that writes the same files: customers, products and orders at once.

Each part goes the way of its own import, all of them in one transaction and under one entry in the list of imports. A
trial does the same and takes it back, because orders need customers and products that are there."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from crm_desktop.errors import CrmError, ImportRefused
from crm_desktop.importing.checking import Refused
from crm_desktop.importing.loading import Loading, Tell, begin_batch, end_batch, told_as_cancelled
from crm_desktop.importing.mapping import plain
from crm_desktop.importing.plan import Kind, Plan
from crm_desktop.importing.prices import read_currency
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import loader_of
from crm_desktop.importing.sources import look_at

if TYPE_CHECKING:
    from crm_desktop.database.cancellation import Cancellation
    from crm_desktop.database.engine import Database

# The files and the columns that are needed of each.
FILES = {
    "customers.csv": ("customerID", "companyName"),
    "categories.csv": ("categoryID", "categoryName"),
    "products.csv": ("productID", "productName", "categoryID", "unitPrice", "discontinued"),
    "orders.csv": ("orderID", "customerID", "orderDate", "shippedDate"),
    "order-details.csv": ("orderID", "productID", "unitPrice", "quantity", "discount"),
}
_PRODUCTS = ("SKU", "Name", "Category", "Price", "Discontinued")
_ORDERS = (
    "Order number", "Date", "Customer number", "Shipped date", "SKU", "Unit price", "Quantity", "Discount fraction",
)  # fmt: skip
# Rows of lines have the places of order-details.csv.
_PARTS: tuple[tuple[Kind, str, str], ...] = (
    ("customers", "customers.csv", "Customers"),
    ("products", "products.csv", "Products"),
    ("orders", "order-details.csv", "Orders"),
)


@dataclass(frozen=True)
class NorthwindReport:
    """What became of each part, and how many orders of what total there are now of those in the files."""

    parts: tuple[ImportReport, ...]
    batch_id: UUID | None
    orders: int
    total: Decimal
    currency: str
    seconds: float


def import_northwind(
    database: Database,
    folder: Path,
    *,
    currency: str = "USD",
    existing: str = "skip",
    dry_run: bool = False,
    progress: Tell = lambda share, text: None,
    cancelled: Cancellation | None = None,
) -> NorthwindReport:
    """Imports the folder as one transaction; what is there already, by its number, is skipped or updated.

    ImportRefused when a file or a column is missing. Nothing is kept of an import that is cancelled or fails."""
    began = time.monotonic()
    code = _currency(currency)
    tables = {name: _Table(folder, name) for name in _files(folder)}

    def tell(share: float | None, text: str) -> None:
        if cancelled is not None:
            cancelled.raise_if_cancelled()
        progress(share, text)

    with tempfile.TemporaryDirectory(prefix="crm-northwind-") as made, ExitStack() as stack:
        stack.enter_context(told_as_cancelled(cancelled))
        paths = {
            "customers": folder / "customers.csv",
            "products": _write(Path(made) / "products.csv", _PRODUCTS, _products(tables)),
            "orders": _write(Path(made) / "orders.csv", _ORDERS, _orders(tables)),
        }
        connection = stack.enter_context(database.raw(cancelled))
        cursor = stack.enter_context(connection.cursor())
        batch_id = uuid4()
        begin_batch(cursor, batch_id, "northwind", folder.resolve().name, {"currency": code, "existing": existing})
        loadings = []
        for kind, name, noun in _PARTS:
            plan = Plan(kind, key="customer_number", existing=existing)
            if kind != "customers":
                plan = replace(plan, fixed={"currency": code})
            source = look_at(paths[kind], plan.properties, kind)
            loading = Loading(loader_of(plan, source), source, kind, _about(noun, tell), file=folder / name)
            stack.enter_context(loading.refused_forgotten())
            loading.load(cursor, batch_id)
            loadings.append(loading)
            _clear(cursor)
        end_batch(cursor, batch_id, [loading.report for loading in loadings])
        orders, total = _sum(cursor, tables["orders.csv"], code)
        if dry_run:
            connection.rollback()
    parts = tuple(loading.finished(began, kept=not dry_run) for loading in loadings)
    parts[1].remarks += [*tables["categories.csv"].remarks, *tables["products.csv"].remarks]
    parts[2].remarks += [*tables["orders.csv"].remarks, *tables["order-details.csv"].remarks]
    return NorthwindReport(parts, None if dry_run else batch_id, orders, total, code, time.monotonic() - began)


def _currency(text: str) -> str:
    try:
        return read_currency(text) or "USD"
    except Refused as refusal:
        raise CrmError(str(refusal)) from refusal


def _files(folder: Path) -> Iterable[str]:
    expected = f"It expects {', '.join(FILES)} in one folder."
    if not folder.is_dir():
        raise ImportRefused(f"There is no folder {folder}.", hint=expected)
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ImportRefused(f"{folder} has no {' and no '.join(missing)}.", hint=expected)
    return FILES


class _Table:
    """One of the files, by the names of its columns."""

    def __init__(self, folder: Path, name: str) -> None:
        self._source = look_at(folder / name)
        places = {plain(column): place for place, column in reversed(list(enumerate(self._source.header)))}
        missing = [column for column in FILES[name] if plain(column) not in places]
        if missing:
            raise ImportRefused(
                f"{name} has no column {' and no '.join(missing)}.", hint=f"It needs {', '.join(FILES[name])}."
            )
        self._places = [places[plain(column)] for column in FILES[name]]
        self._name = name
        self.remarks: list[str] = []

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The needed cells of each row. What was mended or cannot be read is remarked."""
        self.remarks = []
        broken: list[int] = []
        longer = 0
        with self._source.opened() as rows:
            for record in rows:
                if record.fault and len(record.cells) <= max(self._places):
                    broken.append(record.line)
                    continue
                # Of a row that is too long, the needed cells come first: no fault of theirs.
                longer += bool(record.fault)
                cells = (record.cells[place].strip() for place in self._places)
                yield tuple("" if cell == "NULL" else cell for cell in cells)
            if rows.joined:
                self.remarks.append(
                    f"{rows.joined:,} rows of {self._name} had the delimiter inside an unquoted text; their cells were"
                    " joined again."
                )
        if longer:
            self.remarks.append(
                f"{longer:,} rows of {self._name} have more cells than the header; those that are needed come first."
            )
        if broken:
            lines = ", ".join(f"{line:,}" for line in broken[:5]) + (", …" if len(broken) > 5 else "")
            self.remarks.append(f"{len(broken):,} rows of {self._name} cannot be read: line {lines}.")


def _products(tables: dict[str, _Table]) -> Iterator[tuple[str, ...]]:
    categories = {row[0]: row[1] for row in tables["categories.csv"].rows()}
    for number, name, category, price, discontinued in tables["products.csv"].rows():
        yield number, name, categories.get(category, ""), price, discontinued


def _orders(tables: dict[str, _Table]) -> Iterator[tuple[str, ...]]:
    """A row for each line, those of one order together; an order without lines has one that says so."""
    orders = {number: (day, customer, shipped) for number, customer, day, shipped in tables["orders.csv"].rows()}
    empty = dict.fromkeys(orders)
    for number, product, price, quantity, discount in tables["order-details.csv"].rows():
        empty.pop(number, None)
        yield number, *orders.get(number, ("", "", "")), product, price, quantity, discount
    for number in empty:
        yield number, *orders[number], "", "", "", ""


def _write(path: Path, header: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _about(noun: str, tell: Tell) -> Tell:
    return lambda share, text: tell(share, f"{noun}: {text}")


def _clear(cursor: Any) -> None:
    """Room for the next part: the tables of one are not those of another."""
    cursor.execute("SET LOCAL enable_seqscan = on")
    cursor.execute(
        "SELECT string_agg(format('%I', relname), ', ') FROM pg_class"
        " WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND relname LIKE 'import\\_%'"
    )
    (names,) = cursor.fetchone()
    cursor.execute(f"DROP TABLE {names}")


def _sum(cursor: Any, orders: _Table, currency: str) -> tuple[int, Decimal]:
    cursor.execute(
        "SELECT count(*), coalesce(sum(total), 0) FROM crm.orders WHERE order_number = ANY (%s) AND currency = %s",
        ([number for number, *_ in orders.rows()], currency),
    )
    found: tuple[int, Decimal] = cursor.fetchone()
    return found
