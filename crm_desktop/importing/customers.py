"""Customers from a file: who is there already, who is created, and what changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from crm_desktop.importing import customers_sql as sql
from crm_desktop.importing.checking import Checked, check, same_in_file
from crm_desktop.importing.differences import Change
from crm_desktop.importing.drafts import Composer
from crm_desktop.importing.mapping import map_columns
from crm_desktop.importing.noting import Decided
from crm_desktop.importing.pipeline import Made, Maker, copy_line
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.records import Record
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import require
from crm_desktop.importing.sources import Source
from crm_desktop.importing.stale import drop_stale
from crm_desktop.importing.targets import place_of
from crm_desktop.stored_json import read_json

_TYPES = {
    "line": "bigint", "tags": "jsonb", "other_emails": "jsonb", "other_phones": "jsonb", "created_at": "timestamptz",
}  # fmt: skip
_HINT = "Name the columns in the first line: contact name, company name, email, phone, city, country."
_NOT_SHOWN = frozenset({"line", "defaulted", "phone_national", "other_phones_national"})


class CustomerMaker:
    """Rows of customers, checked."""

    noun = "customer"

    def __init__(self, plan: Plan, source: Source) -> None:
        chosen = None if plan.columns is None else [place_of(key) for key in plan.columns]
        self.mapping = map_columns(source.header, chosen)
        self._composer = Composer(self.mapping, plan.fixed, plan.tags)
        self._key = "" if plan.existing == "create" else plan.key
        self._order = plan.properties.date_order

    def learn(self, cells: Sequence[str]) -> None:
        self._composer.look_at(cells)

    def make(self, record: Record) -> Made:
        row = check(self._composer.compose(record.cells), record.line, self._order)
        keys = same_in_file(row, self._key)
        return Made(copy_line(row), keys, bool(row.phone and not row.phone_national))


def describe(cells: Sequence[str]) -> tuple[str, tuple[Change, ...]]:
    """A staged row as the name and the fields of a new customer."""
    row = dict(zip(Checked._fields, cells, strict=True))
    changes = [
        Change(name, "", _shown(value))
        for name, value in row.items()
        if value not in ("", "[]") and name not in _NOT_SHOWN
    ]
    return row["contact_name"] or row["company_name"], tuple(changes)


def _shown(value: str) -> str:
    if value.startswith("["):
        held = read_json(value)
        return ", ".join(map(str, held)) if isinstance(held, list) else value
    return value


class CustomerLoader:
    """See run.Loader."""

    maker: Maker
    noun = "customer"
    together = False
    scratch = "import_known"
    extra = ""
    staged = tuple((name, _TYPES.get(name, "text")) for name in Checked._fields)

    def __init__(self, plan: Plan, source: Source) -> None:
        maker = CustomerMaker(plan, source)
        self.maker = maker
        self._plan = plan
        mapping = maker.mapping
        self.unknown, self.left_out = mapping.unknown, mapping.left_out
        # A number that somebody has already is refused by the database's rows, not by the row itself.
        self.keep_records = "customer_number" in mapping.fields
        require(mapping.usable, source, "a name or a company", _HINT)
        self._batch: dict[str, Any] = {}
        self._compare = self._may_be_taken = False

    @staticmethod
    def describe(cells: Sequence[str], /) -> tuple[str, tuple[Change, ...]]:
        return describe(cells)

    def begin(self, cursor: Any, batch_id: UUID) -> None:
        self._batch = {"batch": batch_id}
        cursor.execute(sql.KNOWN_TABLE)
        # Rows are looked up by index, also where nothing is known yet of how many there are.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT EXISTS (SELECT FROM crm.customers)")
        (filled,) = cursor.fetchone() or (True,)
        self._compare = self._plan.existing != "create" and filled
        self._may_be_taken = self.keep_records and filled
        if self._compare and self._plan.existing == "update":
            cursor.execute(sql.TARGETS_TABLE)
            cursor.execute(sql.CHANGES_TABLE)

    def decide(self, cursor: Any) -> Decided:
        decided = Decided()
        if self._compare:
            self._match(cursor, decided)
        if self._may_be_taken:
            cursor.execute(sql.TAKEN_BY_OTHERS)
            decided.refused.update(_taken(cursor.fetchall()))
        return decided

    def _match(self, cursor: Any, decided: Decided) -> None:
        """Who of the batch is there already, and what becomes of them."""
        cursor.execute(sql.known(self._plan.key), self._batch)
        known = cursor.fetchall()
        if not known:
            return
        if self._plan.existing == "skip":
            for line, name, how, _ in known:
                decided.skipped[line] = f"The customer is there already: {_WHY[how]} {name}."
            return
        names = {line: name for line, name, _, _ in known}
        for line, _, how, several in known:
            if several:
                decided.skipped[line] = f"Several customers have this {_WHAT[how]}, so none was changed."
        if self._may_be_taken:
            cursor.execute(sql.taken_from_others(overwrite=self._plan.overwrite))
            decided.refused.update(_taken(cursor.fetchall()))
        cursor.execute(sql.TAKE_TARGETS)
        cursor.execute(sql.TAKEN_BEFORE)
        for line, earlier in cursor.fetchall():
            decided.skipped[line] = f"Line {earlier} changes the same customer: {names[line]}."
        cursor.execute(sql.changes(overwrite=self._plan.overwrite))
        decided.updated = {line: json.dumps(changes) for line, changes in cursor.fetchall()}
        for line, name in names.items():
            if not any(line in each for each in (decided.skipped, decided.updated, decided.refused)):
                decided.skipped[line] = f"Nothing changes: {name} has all of this."

    def create(self, cursor: Any, decided: Decided) -> int:
        cursor.execute(sql.INSERT + (sql.WITHOUT_KNOWN if decided.count else ""), self._batch)
        created: int = cursor.rowcount
        return created

    def update(self, cursor: Any) -> dict[int, str]:
        if not self._compare or self._plan.existing != "update":
            return {}
        stale = drop_stale(cursor, "customer")
        cursor.execute(sql.UPDATE)
        return stale

    def end(self, report: ImportReport) -> None:
        """Nothing more to tell."""


def _taken(found: Sequence[tuple[int, str, str]]) -> dict[int, str]:
    return {line: f"Customer number {number} belongs to {name}." for line, number, name in found}


_WHY = {"number": "the customer number belongs to", "email": "the email address belongs to",
        "phone": "the phone number belongs to", "person": "known as", "company": "known as"}  # fmt: skip
_WHAT = {"number": "customer number", "email": "email address", "phone": "phone number", "person": "name",
         "company": "company name and city"}  # fmt: skip
