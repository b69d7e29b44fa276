"""Products from a file: known by their SKU."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from crm_desktop.importing import products_sql as sql
from crm_desktop.importing.amounts import Amounts
from crm_desktop.importing.assigned import Assigned
from crm_desktop.importing.checking import Refused
from crm_desktop.importing.differences import Change
from crm_desktop.importing.moments import read_yes
from crm_desktop.importing.no_currency import taken_as, usual_here
from crm_desktop.importing.noting import Decided
from crm_desktop.importing.pipeline import Made, Maker, copy_line
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.prices import read_currency, read_price
from crm_desktop.importing.records import Record
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import require
from crm_desktop.importing.sources import Source
from crm_desktop.importing.stale import drop_stale
from crm_desktop.listing.folding import fold

_HINT = "Name the columns in the first line: SKU, name, category, price, currency, active."
_TYPES = {"line": "bigint", "unit_price": "numeric", "is_active": "boolean"}


class ProductLine(NamedTuple):
    """A row as it goes to the staging table."""

    line: int
    sku: str
    name: str
    category: str
    unit_price: str
    currency: str
    is_active: str


class ProductMaker:
    """Rows of products, checked."""

    noun = "product"

    def __init__(self, plan: Plan, assigned: Assigned) -> None:
        self._assigned = assigned
        self._amounts = Amounts(plan.properties.decimal)

    def learn(self, cells: Sequence[str]) -> None:
        self._amounts.learn(self._assigned.text(cells, "unit_price"))

    def make(self, record: Record) -> Made:
        of, cells = self._assigned, record.cells
        sku = of.line(cells, "sku")
        if not sku:
            raise Refused("No SKU, the number under which the product is kept.")
        price = of.text(cells, "unit_price")
        row = ProductLine(
            record.line, sku, of.line(cells, "name"), of.line(cells, "category"),
            str(read_price(price, self._amounts)) if price else "",
            read_currency(of.text(cells, "currency"), price), self._active(cells),
        )  # fmt: skip
        return Made(copy_line(row), (fold(sku),))

    def _active(self, cells: Sequence[str]) -> str:
        """ "" where the row says neither that it is sold nor that it is not."""
        for key, title, when in (("is_active", "Active", True), ("discontinued", "Discontinued", False)):
            text = self._assigned.text(cells, key)
            if text:
                try:
                    return "true" if read_yes(text) == when else "false"
                except ValueError as error:
                    raise Refused(f"{title}: {error}") from error
        return ""


def describe(cells: Sequence[str]) -> tuple[str, tuple[Change, ...]]:
    """A staged row as the name and the fields of a new product."""
    row = dict(zip(ProductLine._fields, cells, strict=True))
    shown = tuple(Change(name, "", value) for name, value in row.items() if value and name != "line")
    return row["name"] or row["sku"], shown


class ProductLoader:
    """See run.Loader."""

    noun = "product"
    keep_records = True
    together = False
    scratch = "import_known"
    extra = ""
    staged = tuple((name, _TYPES.get(name, "text")) for name in ProductLine._fields)
    maker: Maker

    def __init__(self, plan: Plan, source: Source) -> None:
        assigned = Assigned(plan, source)
        self.maker = ProductMaker(plan, assigned)
        # A product has no notes to keep them in.
        self.unknown: tuple[str, ...] = ()
        self.left_out = (*assigned.unknown, *assigned.left_out)
        require(assigned.has("sku"), source, "the SKU", _HINT)
        self._plan = plan
        self._usual, self._in_usual = "", 0

    @staticmethod
    def describe(cells: Sequence[str], /) -> tuple[str, tuple[Change, ...]]:
        return describe(cells)

    def begin(self, cursor: Any, batch_id: UUID) -> None:
        for statement in sql.TABLES:
            cursor.execute(statement)
        self._usual = usual_here(cursor)

    def decide(self, cursor: Any) -> Decided:
        decided = Decided()
        cursor.execute(sql.KNOWN)
        known = dict(cursor.fetchall())
        cursor.execute(sql.NAMELESS)
        for line, sku in cursor.fetchall():
            decided.refused[line] = f"There is no product with the SKU {sku} yet, and the row has no name for one."
        if self._plan.existing == "update":
            cursor.execute(sql.CHANGES)
            decided.updated = {line: json.dumps(changes) for line, changes in cursor.fetchall()}
        for line, name in known.items():
            if line not in decided.updated:
                said = f"Nothing changes: {name} has all of this." if self._plan.existing == "update" else ""
                decided.skipped[line] = said or f"The product is there already: {name}."
        cursor.execute(sql.IN_USUAL)
        self._in_usual += cursor.fetchone()[0]
        return decided

    def create(self, cursor: Any, decided: Decided) -> int:
        cursor.execute(sql.INSERT, {"usual": self._usual})
        created: int = cursor.rowcount
        return created

    def update(self, cursor: Any) -> dict[int, str]:
        if self._plan.existing != "update":
            return {}
        stale = drop_stale(cursor, "product")
        cursor.execute(sql.UPDATE)
        return stale

    def end(self, report: ImportReport) -> None:
        if self._in_usual:
            report.remarks.append(taken_as(self._usual, self._in_usual, "product"))
