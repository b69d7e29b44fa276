"""Contacts of companies from a file: the company is found by its name or the domain of an address, or created."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from crm_desktop.importing import contacts_sql as sql
from crm_desktop.importing.assigned import Assigned
from crm_desktop.importing.checking import Refused, read_emails, read_phones
from crm_desktop.importing.differences import Change
from crm_desktop.importing.moments import read_yes
from crm_desktop.importing.noting import Decided
from crm_desktop.importing.pipeline import Made, Maker, copy_line
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.records import Record
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import require
from crm_desktop.importing.sources import Source
from crm_desktop.importing.stale import drop_stale
from crm_desktop.listing.folding import fold

_HINT = "Name the columns in the first line: company name, contact name, role, email, phone."
_TYPES = {"line": "bigint", "other_emails": "jsonb", "other_phones": "jsonb", "is_primary": "boolean"}
_NOT_SHOWN = frozenset({"line", "domain", "phone_national", "other_phones_national"})


class ContactLine(NamedTuple):
    """A row as it goes to the staging table. `domain` is what the company may be found by."""

    line: int
    company_name: str
    domain: str
    name: str
    role: str
    email: str
    phone: str
    phone_national: str
    other_emails: tuple[str, ...]
    other_phones: tuple[str, ...]
    other_phones_national: str
    is_primary: str
    notes: str


class ContactMaker:
    """Rows of contacts, checked."""

    noun = "contact"

    def __init__(self, plan: Plan, assigned: Assigned) -> None:
        self._assigned = assigned
        self._compare = plan.existing != "create"

    def learn(self, cells: Sequence[str]) -> None:
        """The habits of the file make no difference here."""

    def make(self, record: Record) -> Made:
        of, cells = self._assigned, record.cells
        notes = [text for text in (of.text(cells, "notes"),) if text]
        name = of.name(cells)
        if not name:
            raise Refused("No contact name.")
        email, *other_emails = read_emails(of.several(cells, "email"), notes) or ("",)
        (phone, national), *others = read_phones(of.several(cells, "phone"), "", notes) or [("", "")]
        company = of.line(cells, "company_name")
        domain = fold((of.line(cells, "company_email") or email).partition("@")[2])
        if not company and not domain:
            raise Refused("Neither a company name nor an email address to find the company by.")
        try:
            primary = read_yes(of.text(cells, "is_primary"))
        except ValueError as error:
            raise Refused(f"Primary contact: {error}") from error
        row = ContactLine(
            record.line, company, domain, name, of.line(cells, "role"), email, phone, national, tuple(other_emails),
            tuple(number for number, _ in others), " ".join(filter(None, (digits for _, digits in others))),
            "true" if primary else "", "\n".join(notes + of.noted(cells)),
        )  # fmt: skip
        keys = (f"{fold(company) or '@' + domain}\0{fold(name)}\0{fold(email)}",) if self._compare else ()
        return Made(copy_line(row), keys, bool(phone and not national))


def describe(cells: Sequence[str]) -> tuple[str, tuple[Change, ...]]:
    """A staged row as the name and the fields of a new contact."""
    row = dict(zip(ContactLine._fields, cells, strict=True))
    filled = {name: value for name, value in row.items() if value not in ("", "[]") and name not in _NOT_SHOWN}
    changes = [
        Change(name, "", ", ".join(json.loads(value)) if value.startswith('["') else value)
        for name, value in filled.items()
    ]
    return row["name"], tuple(changes)


class ContactLoader:
    """See run.Loader."""

    noun = "contact"
    keep_records = True
    together = False
    scratch = "import_known"
    extra = ", contact_id uuid DEFAULT gen_random_uuid(), company_key text, is_there boolean NOT NULL DEFAULT false"
    staged = tuple((name, _TYPES.get(name, "text")) for name in ContactLine._fields)
    maker: Maker

    def __init__(self, plan: Plan, source: Source) -> None:
        assigned = Assigned(plan, source)
        self.maker = ContactMaker(plan, assigned)
        self.unknown, self.left_out = assigned.unknown, assigned.left_out
        require(assigned.has("contact_name", "first_name", "last_name"), source, "the name of a contact", _HINT)
        self._plan = plan
        self._batch: dict[str, Any] = {}
        self._domains = False
        self._companies = self._elsewhere = 0

    @staticmethod
    def describe(cells: Sequence[str], /) -> tuple[str, tuple[Change, ...]]:
        return describe(cells)

    def begin(self, cursor: Any, batch_id: UUID) -> None:
        self._batch = {"batch": batch_id}
        for statement in sql.TABLES:
            cursor.execute(statement)
        cursor.execute("SET LOCAL enable_seqscan = off")

    def decide(self, cursor: Any) -> Decided:
        decided = Decided()
        cursor.execute("SELECT EXISTS (SELECT FROM import_rows WHERE company_name IS NULL)")
        if not self._domains and (cursor.fetchone() or (False,))[0]:
            self._domains = True
            cursor.execute(sql.DOMAINS)
        cursor.execute(sql.COMPANY_KEYS)
        cursor.execute(sql.COMPANIES)
        cursor.execute("SELECT line, domain FROM import_rows WHERE company_key IS NULL")
        for line, domain in cursor.fetchall():
            decided.refused[line] = f"No company name, and no single company has addresses at {domain}."
        if self._plan.existing == "create":
            return decided
        cursor.execute(sql.KNOWN)
        known = cursor.fetchall()
        cursor.execute(sql.KNOWN_ELSEWHERE)
        self._elsewhere += cursor.rowcount
        for statement in sql.NAMED_IN_FILE:
            cursor.execute(statement)
        self._elsewhere += cursor.rowcount
        if self._plan.existing == "skip":
            for line, name, company in known:
                decided.skipped[line] = f"{name} is a contact of {company} already."
            return decided
        cursor.execute(sql.changes(overwrite=self._plan.overwrite))
        decided.updated = {line: json.dumps(changes) for line, changes in cursor.fetchall()}
        cursor.execute(sql.TAKEN_BEFORE)
        taken = dict(cursor.fetchall())
        for line, name, _ in known:
            if line in taken:
                decided.skipped[line] = f"Line {taken[line]} changes the same contact: {name}."
            elif line not in decided.updated:
                decided.skipped[line] = f"Nothing changes: {name} has all of this."
        return decided

    def create(self, cursor: Any, decided: Decided) -> int:
        cursor.execute(sql.INSERT_COMPANIES, self._batch)
        self._companies += cursor.rowcount
        cursor.execute(sql.INSERT_CONTACTS)
        created: int = cursor.rowcount
        cursor.execute("SELECT count(*) FROM import_rows WHERE is_there")
        (there,) = cursor.fetchone() or (0,)
        if there:
            cursor.execute(sql.ADD_TO_PEOPLE)
        cursor.execute(sql.INSERT_POSITIONS)
        return created + int(there)

    def update(self, cursor: Any) -> dict[int, str]:
        stale = drop_stale(cursor, "contact")
        cursor.execute(sql.UPDATE_CONTACTS)
        cursor.execute(sql.UPDATE_POSITIONS)
        return stale

    def end(self, report: ImportReport) -> None:
        report.companies = self._companies
        if self._companies:
            report.remarks.append(f"{self._companies:,} companies that were not there were created as customers.")
        if self._elsewhere:
            people = "1 person is" if self._elsewhere == 1 else f"{self._elsewhere:,} people are"
            report.remarks.append(f"{people} known already at another company: they have a further position there.")
