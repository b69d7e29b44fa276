"""Orders from a file, one row for each line or one for each order: rows of the same number make one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from crm_desktop.importing import orders_sql as sql
from crm_desktop.importing.amounts import Amounts
from crm_desktop.importing.assigned import Assigned
from crm_desktop.importing.checking import Refused
from crm_desktop.importing.differences import Change
from crm_desktop.importing.mapping import plain
from crm_desktop.importing.moments import read_moment
from crm_desktop.importing.no_currency import taken_as, usual_here
from crm_desktop.importing.noting import Decided
from crm_desktop.importing.pipeline import Made, Maker, copy_line
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.prices import read_currency, read_discount, read_price, read_quantity
from crm_desktop.importing.records import Record
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import require
from crm_desktop.importing.sources import Source

_HINT = "Name the columns in the first line: order number, date, customer number, SKU, quantity, unit price."
_TYPES = {
    "line": "bigint", "ordered_at": "timestamptz", "quantity": "numeric", "unit_price": "numeric",
    "discount_percent": "numeric", "total": "numeric",
}  # fmt: skip
_NUMBERS = ("quantity", "unit_price", "total", "discount", "discount_percent", "discount_fraction")
_STATUS_WORDS = {
    "open": ("open", "new", "pending", "processing", "in progress", "confirmed", "draft", "on hold", "offen"),
    "paid": ("paid", "payment received", "invoiced and paid", "bezahlt"),
    "shipped": ("shipped", "dispatched", "sent", "in transit", "partially shipped", "versandt"),
    "completed": ("completed", "complete", "done", "closed", "delivered", "fulfilled", "abgeschlossen"),
    "cancelled": ("cancelled", "canceled", "void", "voided", "rejected", "storniert"),
    "refunded": ("refunded", "returned", "credited", "erstattet"),
}
_STATUSES = {plain(word): status for status, words in _STATUS_WORDS.items() for word in words}
_LINE_TARGETS = ("sku", "description", "quantity", "unit_price")
_CUSTOMER_TARGETS = ("customer_number", "customer_email", "customer_phone", "customer_name", "company_name")


class OrderLine(NamedTuple):
    """A row as it goes to the staging table. One with a `fault` says nothing else but its number."""

    line: int
    order_number: str
    customer_number: str
    customer_email: str
    customer_phone: str
    customer_name: str
    company_name: str
    ordered_at: str
    status: str
    currency: str
    sku: str
    description: str
    quantity: str
    unit_price: str
    discount_percent: str
    total: str
    notes: str
    fault: str


_AT_FAULT = OrderLine(0, *([""] * 17))


class OrderMaker:
    """Rows of orders, checked. A row at fault is staged all the same: it keeps the others of its order out."""

    noun = "order row"

    def __init__(self, plan: Plan, assigned: Assigned) -> None:
        self._assigned = assigned
        self._amounts = Amounts(plan.properties.decimal)
        self._order = plan.properties.date_order
        self.has_discount = assigned.has("discount")
        self.is_fraction = True

    def learn(self, cells: Sequence[str]) -> None:
        """A column of discounts of which all are at most 1 holds fractions."""
        for key in _NUMBERS:
            self._amounts.learn(self._text(cells, key))
        discount = self._text(cells, "discount")
        if discount and not discount.endswith("%"):
            try:
                self.is_fraction = self.is_fraction and self._amounts.read(discount) <= 1
            except ValueError:
                return

    def make(self, record: Record) -> Made:
        number = self._line(record.cells, "order_number")
        if not number:
            raise Refused("No order number.")
        try:
            row = self._row(record, number)
        except Refused as refusal:
            row = _AT_FAULT._replace(line=record.line, order_number=number, fault=str(refusal))
        return Made(copy_line(row))

    def _row(self, record: Record, number: str) -> OrderLine:
        cells, amounts = record.cells, self._amounts
        quantity, price, total = (self._text(cells, key) for key in ("quantity", "unit_price", "total"))
        notes = [text for text in (self._text(cells, "notes"),) if text]
        notes += [noted for noted in self._assigned.noted(cells) if not noted.endswith(": NULL")]
        return OrderLine(
            record.line, number, self._line(cells, "customer_number"),
            self._line(cells, "customer_email").removeprefix("mailto:"), self._line(cells, "customer_phone"),
            self._line(cells, "customer_name"), self._line(cells, "company_name"), self._day(cells),
            self._status(cells), read_currency(self._text(cells, "currency"), price, total), self._line(cells, "sku"),
            self._line(cells, "description"), str(read_quantity(quantity, amounts)) if quantity else "",
            str(read_price(price, amounts, "Unit price")) if price else "", self._discount(cells),
            str(read_price(total, amounts, "Total")) if total else "", "\n".join(notes), "",
        )  # fmt: skip

    def _text(self, cells: Sequence[str], key: str) -> str:
        text = self._assigned.text(cells, key)
        return "" if text == "NULL" else text

    def _line(self, cells: Sequence[str], key: str) -> str:
        text = self._assigned.line(cells, key)
        return "" if text == "NULL" else text

    def _day(self, cells: Sequence[str]) -> str:
        text = self._text(cells, "ordered_at")
        if not text:
            return ""
        try:
            moment = read_moment(text, self._order)
        except ValueError as error:
            raise Refused(f"Date: {error}") from error
        if not 1900 < moment.year < 2199:
            raise Refused(f"Date: {moment.year} is not a year of an order.")
        return moment.isoformat()

    def _status(self, cells: Sequence[str]) -> str:
        """The row's own word; else an order with a day of shipping has been shipped."""
        text = self._text(cells, "status")
        if not text:
            if not self._assigned.has("shipped_at"):
                return ""
            return "shipped" if self._text(cells, "shipped_at") else "open"
        status = _STATUSES.get(plain(text), "")
        if not status:
            raise Refused(f"“{text[:40]}” is no state of an order: {', '.join(_STATUS_WORDS)}.")
        return status

    def _discount(self, cells: Sequence[str]) -> str:
        for key, fraction in (
            ("discount_percent", False), ("discount_fraction", True), ("discount", self.is_fraction)
        ):  # fmt: skip
            if text := self._text(cells, key):
                return str(read_discount(text, self._amounts, fraction=fraction))
        return ""


def describe(cells: Sequence[str]) -> tuple[str, tuple[Change, ...]]:
    """A staged row as the order's number and what it says."""
    row = dict(zip(OrderLine._fields, cells, strict=True))
    shown = tuple(
        Change(name, "", value)
        for name, value in row.items()
        if value and name not in ("line", "order_number", "fault")
    )
    return row["order_number"], shown


class OrderLoader:
    """See run.Loader."""

    noun = "order row"
    keep_records = False
    together = True
    scratch = ""
    extra = ""
    staged = tuple((name, _TYPES.get(name, "text")) for name in OrderLine._fields)

    def __init__(self, plan: Plan, source: Source) -> None:
        assigned = Assigned(plan, source)
        maker = OrderMaker(plan, assigned)
        self.maker: Maker = maker
        self._maker = maker
        self.unknown, self.left_out = assigned.unknown, assigned.left_out
        require(assigned.has("order_number"), source, "the order number", _HINT)
        # Many programs write orders and their lines to two files: the first makes orders that have no lines yet.
        self._without_lines = not assigned.has(*_LINE_TARGETS, "total")
        known = not self._without_lines or assigned.has(*_CUSTOMER_TARGETS)
        require(known, source, "what was ordered, a total, or the customer", _HINT)
        self._updates = plan.existing == "update"
        self._created = self._differing = self._in_usual = 0
        self._example = self._usual = ""

    @staticmethod
    def describe(cells: Sequence[str], /) -> tuple[str, tuple[Change, ...]]:
        return describe(cells)

    def begin(self, cursor: Any, batch_id: UUID) -> None:
        for statement in sql.TABLES:
            cursor.execute(statement)
        self._usual = usual_here(cursor)

    def decide(self, cursor: Any) -> Decided:
        decided = Decided()
        cursor.execute("ANALYZE import_rows")
        cursor.execute(sql.SPELLED_ALIKE)
        cursor.execute(sql.ORDERS)
        cursor.execute(sql.LOCKED if self._updates else sql.HELD.format(""))
        if not self._updates:
            cursor.execute(sql.THERE)
            decided.skipped = {line: f"Order {number} is there already." for line, number in sorted(cursor.fetchall())}
            cursor.execute(sql.FORGET_HELD)
        for statement in (
            sql.PRODUCTS,
            sql.LINES,
            "ANALYZE import_orders, import_lines, import_products",
            sql.PRICE_OF_ONE,
        ):
            cursor.execute(statement)
        cursor.execute(sql.CURRENCIES, {"usual": self._usual})
        if self._without_lines:
            cursor.execute(sql.NO_LINES_YET)
        # Customers are looked up by index, also where nothing is known yet of how many there are.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(sql.CUSTOMERS)
        cursor.execute("SET LOCAL enable_seqscan = on")
        for statement in (*sql.FAULTS, sql.HELD_LINES, "ANALYZE import_held", *sql.SETTLE_LINES):
            cursor.execute(statement)
        cursor.execute(sql.REFUSED)
        decided.refused = dict(sorted(cursor.fetchall()))
        if decided.refused:
            for statement in sql.FORGET_REFUSED:
                cursor.execute(statement)
        if self._updates:
            self._compare(cursor, decided)
        cursor.execute(sql.COUNTS)
        self._created, self._differing, self._example, self._in_usual = cursor.fetchone() or (0, 0, "", 0)
        return decided

    def _compare(self, cursor: Any, decided: Decided) -> None:
        """What the rows of orders change that are there."""
        cursor.execute(sql.GONE)
        cursor.execute(sql.CHANGES)
        cursor.execute(sql.UPDATED)
        for line, number, changes in sorted(cursor.fetchall(), key=lambda each: int(each[0])):
            if changes:
                decided.updated[line] = json.dumps(changes)
            else:
                decided.skipped[line] = f"Nothing changes: order {number} has all of this."

    def create(self, cursor: Any, decided: Decided) -> int:
        cursor.execute(sql.INSERT_ORDERS)
        cursor.execute(sql.INSERT_LINES, {"new": True})
        created: int = cursor.rowcount
        return created

    def update(self, cursor: Any) -> dict[int, str]:
        if self._updates:
            for statement in sql.UPDATE:
                cursor.execute(statement)
            cursor.execute(sql.INSERT_LINES, {"new": False})
        return {}

    def end(self, report: ImportReport) -> None:
        if self._created:
            report.remarks.append(f"They make {self._created:,} new order{'' if self._created == 1 else 's'}.")
        if self._in_usual:
            report.remarks.append(taken_as(self._usual, self._in_usual, "order"))
        if self._without_lines and self._created:
            report.remarks.append(
                "The file does not say what was ordered: import the one with the lines next, and let it update orders."
            )
        if self._maker.has_discount:
            how = "fractions: 0.15 is 15 %" if self._maker.is_fraction else "percent: 15 is 15 %"
            report.remarks.append(f"Discounts were read as {how}.")
        if self._differing:
            orders = "1 order has" if self._differing == 1 else f"{self._differing:,} orders have"
            report.remarks.append(
                f"{orders} a total in the file that its lines do not make, {self._example} for one: the lines count."
            )
