"""Interactions from a file: the customer is found by address, number or name; the author is who imports, or named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from crm_desktop.customers.phones import read_phone
from crm_desktop.importing import interactions_sql as sql
from crm_desktop.importing.assigned import Assigned
from crm_desktop.importing.checking import Refused
from crm_desktop.importing.differences import Change
from crm_desktop.importing.mapping import plain
from crm_desktop.importing.moments import read_minutes, read_moment
from crm_desktop.importing.noting import Decided
from crm_desktop.importing.pipeline import Made, Maker, copy_line
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.records import Record
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.run import require
from crm_desktop.importing.sources import Source
from crm_desktop.interactions.validation import INTERACTION_STATUSES, INTERACTION_TYPES, MAX_DURATION, PRIORITIES
from crm_desktop.listing.folding import fold

_HINT = "Name the columns in the first line: customer email, date, type, subject, description."
_TYPES = {"line": "bigint", "duration": "integer", "created_at": "timestamptz", "follow_up": "timestamptz"}
_TYPE_WORDS = {
    "call": ("call", "phone call", "phone", "telephone", "anruf", "outbound call", "inbound call"),
    "email": ("email", "e-mail", "mail", "outgoing email", "incoming email"),
    "meeting": ("meeting", "visit", "appointment", "event", "demo", "termin"),
    "support": ("support", "ticket", "case", "complaint"),
    "sale": ("sale", "order", "purchase", "offer", "quote"),
    "follow_up": ("follow up", "follow-up", "task", "to do", "todo", "reminder"),
    "other": ("other", "note", "letter", "sms", "chat"),
}
_STATUS_WORDS = {
    "pending": ("pending", "open", "planned", "not started", "in progress", "scheduled", "todo"),
    "completed": ("completed", "complete", "done", "held", "closed", "sent", "finished"),
    "cancelled": ("cancelled", "canceled", "not held", "deferred"),
}
_PRIORITY_WORDS = {"low": ("low",), "medium": ("medium", "normal"), "high": ("high",), "urgent": ("urgent", "critical")}


def _words(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain(word): value for value, words in table.items() for word in words}


_WORDS = {
    "type": (_words(_TYPE_WORDS), INTERACTION_TYPES), "status": (_words(_STATUS_WORDS), INTERACTION_STATUSES),
    "priority": (_words(_PRIORITY_WORDS), PRIORITIES),
}  # fmt: skip


class InteractionLine(NamedTuple):
    """A row as it goes to the staging table."""

    line: int
    customer_number: str
    customer_email: str
    customer_phone: str
    customer_name: str
    company_name: str
    type: str
    subject: str
    created_at: str
    status: str
    priority: str
    duration: str
    follow_up: str
    author: str
    outcome: str
    description: str


class InteractionMaker:
    """Rows of interactions, checked."""

    noun = "interaction"

    def __init__(self, plan: Plan, assigned: Assigned) -> None:
        self._assigned = assigned
        self._properties = plan.properties
        self._compare = plan.existing != "create"

    def learn(self, cells: Sequence[str]) -> None:
        """The habits of the file make no difference here."""

    def make(self, record: Record) -> Made:
        of, cells = self._assigned, record.cells
        number = of.line(cells, "customer_number")
        email = of.line(cells, "customer_email").removeprefix("mailto:")
        phone = read_phone(of.line(cells, "customer_phone")).text
        name, company = of.line(cells, "customer_name"), of.line(cells, "company_name")
        if not (number or email or phone or name or company):
            raise Refused("Nothing says which customer this belongs to.")
        subject, description = of.text(cells, "subject"), of.text(cells, "description")
        if not subject:
            subject = description.split("\n")[0][:120]
        if not subject:
            raise Refused("Neither a subject nor a description.")
        noted = of.noted(cells)
        kind = self._word("type", of.text(cells, "type"), noted) or "other"
        created_at, follow_up = self._moment(cells, "created_at", "Date"), self._moment(cells, "follow_up", "Follow-up")
        status = self._word("status", of.text(cells, "status"), noted) or ("pending" if follow_up else "completed")
        priority = self._word("priority", of.text(cells, "priority"), noted) or "medium"
        row = InteractionLine(
            record.line, number, email, phone, name, company, kind, " ".join(subject.split())[:1000],
            created_at, status,
            priority, self._duration(cells), follow_up, of.line(cells, "author"), of.text(cells, "outcome"),
            "\n".join(filter(None, (description, *noted))),
        )  # fmt: skip
        who = fold(number) or fold(email) or phone or f"{fold(name)}\0{fold(company)}"
        keys = (f"{who}\0{kind}\0{fold(row.subject)}\0{created_at}\0{fold(row.description)}",) if self._compare else ()
        return Made(copy_line(row), keys)

    def _word(self, field: str, written: str, noted: list[str]) -> str:
        """A value of our own list; what is none is kept in the description."""
        words, values = _WORDS[field]
        key = plain(written)
        found = next((value for value in values if plain(value) == key), "") or words.get(key, "")
        if written and not found:
            noted.append(f"{field.capitalize()}: {written}")
        return found

    def _moment(self, cells: Sequence[str], key: str, said: str) -> str:
        text = self._assigned.text(cells, key)
        if not text:
            return ""
        try:
            return read_moment(text, self._properties.date_order).isoformat()
        except ValueError as error:
            raise Refused(f"{said}: {error}") from error

    def _duration(self, cells: Sequence[str]) -> str:
        text = self._assigned.text(cells, "duration")
        if not text:
            return ""
        try:
            minutes = read_minutes(text, self._properties.decimal)
        except ValueError as error:
            raise Refused(f"Duration: {error}") from error
        if minutes > MAX_DURATION:
            raise Refused("The duration is longer than a week.")
        return str(minutes)


def describe(cells: Sequence[str]) -> tuple[str, tuple[Change, ...]]:
    """A staged row as the subject and the fields of a new interaction."""
    row = dict(zip(InteractionLine._fields, cells, strict=True))
    return row["subject"], tuple(Change(name, "", value) for name, value in row.items() if value and name != "line")


class InteractionLoader:
    """See run.Loader. What is there already is left as it is: the history of a customer is not rewritten by a file."""

    noun = "interaction"
    keep_records = True
    together = False
    scratch = "import_known"
    extra = ""
    staged = tuple((name, _TYPES.get(name, "text")) for name in InteractionLine._fields)
    maker: Maker

    def __init__(self, plan: Plan, source: Source) -> None:
        assigned = Assigned(plan, source)
        self.maker = InteractionMaker(plan, assigned)
        self.unknown, self.left_out = assigned.unknown, assigned.left_out
        found = assigned.has("customer_number", "customer_email", "customer_phone", "customer_name", "company_name")
        require(found, source, "the customer's number, email address, phone number or name", _HINT)
        require(assigned.has("subject", "description"), source, "a subject or a description", _HINT)
        self._compare = plan.existing != "create"
        self._names = assigned.has("customer_name")

    @staticmethod
    def describe(cells: Sequence[str], /) -> tuple[str, tuple[Change, ...]]:
        return describe(cells)

    def begin(self, cursor: Any, batch_id: UUID) -> None:
        cursor.execute(sql.KNOWN_TABLE)
        cursor.execute("SET LOCAL enable_seqscan = off")

    def decide(self, cursor: Any) -> Decided:
        decided = Decided()
        cursor.execute(sql.KNOWN)
        cursor.execute(sql.NOT_FOUND)
        for line, count, said in cursor.fetchall():
            decided.refused[line] = (
                f"Several customers go by {said}: add their email address."
                if count
                else f"There is no customer {said}."
            )
        cursor.execute(sql.AUTHORS)
        for line, author, user_id in cursor.fetchall():
            decided.refused.setdefault(
                line,
                f"Nobody here has the username {author}."
                if user_id is None
                else "Only administrators may import interactions in the name of others.",
            )
        if self._compare:
            cursor.execute(sql.THERE)
            for (line,) in cursor.fetchall():
                if line not in decided.refused:
                    decided.skipped[line] = "The customer has this interaction already."
        if decided.count:
            cursor.execute("DELETE FROM import_known WHERE line = ANY (%s)", ([*decided.refused, *decided.skipped],))
        return decided

    def create(self, cursor: Any, decided: Decided) -> int:
        cursor.execute(sql.INSERT)
        created: int = cursor.rowcount
        return created

    def update(self, cursor: Any) -> dict[int, str]:
        return {}

    def end(self, report: ImportReport) -> None:
        """Nothing more to tell."""
