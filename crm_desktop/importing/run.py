"""Running an import, or trying it out: one transaction through COPY, decided against what is there at its beginning.

Decisions never depend on what the same import wrote before: updates are collected and made at the end, and records
that it created do not count as known. So a dry run, which decides and writes nothing, counts exactly the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid4

from crm_desktop.errors import Cancelled, CrmError, ImportRefused
from crm_desktop.importing import plan as plans
from crm_desktop.importing.differences import Change, Differences
from crm_desktop.importing.pipeline import Batch, Batches, Maker
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.refused import RefusedCards, RefusedRows
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.sources import Rows, Source, look_at

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.database.cancellation import Cancellation
    from crm_desktop.database.engine import Database

Tell = Callable[[float | None, str], None]
Cursor = Any


@dataclass
class Decided:
    """What becomes of the rows of a batch; those that are not named are created. Lines lead to reasons and changes."""

    updated: dict[int, str] = field(default_factory=dict)  # changes as JSON
    skipped: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.updated) + len(self.skipped) + len(self.refused)


class Loader(Protocol):
    """One kind of import. The rows of a batch are in the temporary table import_rows."""

    noun: str
    keep_records: bool
    scratch: str  # a temporary table that is emptied after each batch
    staged: tuple[tuple[str, str], ...]  # column and type
    extra: str  # columns that the database fills, each after a comma
    maker: Maker
    unknown: tuple[str, ...]
    left_out: tuple[str, ...]

    @staticmethod
    def describe(cells: Sequence[str], /) -> tuple[str, tuple[Change, ...]]:
        """A staged row as the name and the fields of a new record."""

    def begin(self, cursor: Cursor, batch_id: UUID) -> None:
        """Makes what is needed once."""

    def decide(self, cursor: Cursor) -> Decided:
        """Compares the batch with what is there."""

    def create(self, cursor: Cursor, decided: Decided) -> int:
        """Saves the rows that are to be created; returns how many."""

    def update(self, cursor: Cursor) -> dict[int, str]:
        """Makes the collected changes; returns the lines of those that somebody else changed meanwhile."""

    def end(self, report: ImportReport) -> None:
        """Adds what this kind knows to the report."""


def loader_of(plan: Plan, source: Source) -> Loader:
    """The loader of the plan's kind. ImportRefused when nothing can be made of the columns."""
    if plan.kind == "contacts":
        from crm_desktop.importing.contacts import ContactLoader

        return ContactLoader(plan, source)
    if plan.kind == "interactions":
        from crm_desktop.importing.interactions import InteractionLoader

        return InteractionLoader(plan, source)
    from crm_desktop.importing.customers import CustomerLoader

    return CustomerLoader(plan, source)


def try_out(
    database: Database,
    path: Path,
    plan: Plan,
    *,
    progress: Tell = lambda share, text: None,
    cancelled: Cancellation | None = None,
) -> tuple[ImportReport, Differences]:
    """What `run` would do, row by row; changes nothing. The caller closes the differences."""
    source = look_at(path, plan.properties, plan.kind)
    work = _Import(database, source, plan, progress, cancelled)
    differences = Differences(work.loader.describe)
    work.differences = differences
    try:
        return work.done(), differences
    except BaseException:
        differences.close()
        raise


def run(
    database: Database,
    path: Path,
    plan: Plan,
    *,
    progress: Tell = lambda share, text: None,
    cancelled: Cancellation | None = None,
) -> ImportReport:
    """Imports a file as one transaction; rows that cannot be imported go to a file beside it.

    `progress` gets the share done and a text, and may raise Cancelled. Nothing is kept of an import that is cancelled
    or fails."""
    source = look_at(path, plan.properties, plan.kind)
    return _Import(database, source, plan, progress, cancelled).done()


class _Import:
    """One run. With `differences`, it is tried out."""

    def __init__(
        self, database: Database, source: Source, plan: Plan, progress: Tell, cancelled: Cancellation | None
    ) -> None:
        self.loader = loader_of(plan, source)
        self.differences: Differences | None = None
        self._database = database
        self._source = source
        self._plan = plan
        self._progress = progress
        self._cancelled = cancelled
        self._report = ImportReport(source.path, plan.kind, source.encoding.label, source.delimiter)
        self._report.unknown_columns, self._report.left_out_columns = self.loader.unknown, self.loader.left_out
        sink = RefusedCards if source.format == "cards" else RefusedRows
        self._refused = sink(source.path, source.header, source.delimiter)

    def done(self) -> ImportReport:
        began = time.monotonic()
        report = self._report
        try:
            with self._source.opened() as rows:
                batches = Batches(rows, self.loader.maker, keep_records=self.loader.keep_records)
                with self._database.raw(self._cancelled) as connection:
                    self._load(connection, batches)
                    if self.differences is not None:
                        connection.rollback()
                _remark(report, self._source, rows)
        except BaseException as error:
            self._refused.discard()
            if isinstance(error, CrmError) and self._cancelled is not None and self._cancelled.cancelled:
                raise Cancelled("The import was cancelled. Nothing was imported.") from error
            raise
        if self.differences is None:
            report.refused_file = self._refused.keep()
        else:
            self._refused.discard()
        report.skipped_rows.sort(key=lambda remark: remark.line)
        report.refused_rows.sort(key=lambda remark: remark.line)
        report.seconds = time.monotonic() - began
        return report

    def _tell(self, share: float | None, text: str) -> None:
        """Between two statements there is none to stop: then telling how far it is ends the import."""
        if self._cancelled is not None:
            self._cancelled.raise_if_cancelled()
        self._progress(share, text)

    def _load(self, connection: psycopg.Connection[Any], batches: Batches) -> None:
        from psycopg.types.json import Jsonb

        report, loader = self._report, self.loader
        staged = ", ".join(f"{name} {kind}" for name, kind in loader.staged)
        with connection.cursor() as cursor, closing(batches.made()) as made:
            # The temporary tables of an earlier import on this connection ended with its transaction.
            cursor.execute(f"CREATE TEMPORARY TABLE import_rows ({staged}{loader.extra}) ON COMMIT DROP")
            batch_id = uuid4()
            if self.differences is None:
                cursor.execute(
                    "INSERT INTO crm.import_batches (id, kind, file_name, mapping) VALUES (%s, %s, %s, %s)",
                    (batch_id, self._plan.kind, self._source.path.name, Jsonb(self._described())),
                )
                report.batch_id = batch_id
            cursor.execute("SELECT now()")
            (report.at,) = cursor.fetchone() or (None,)
            loader.begin(cursor, batch_id)
            for batch in made:
                self._take(cursor, batch)
                self._tell(batch.share, _so_far(report, self.differences is not None))
            if self.differences is None:
                if report.updated:
                    self._tell(None, f"Changing {report.updated:,} {loader.noun}s")
                for line, reason in loader.update(cursor).items():
                    report.updated -= 1
                    report.skip(line, reason)
                cursor.execute(
                    "UPDATE crm.import_batches SET rows_created = %s, rows_updated = %s, rows_skipped = %s,"
                    " rows_refused = %s WHERE id = %s",
                    (report.created, report.updated, report.skipped, report.refused, batch_id),
                )
            loader.end(report)

    def _take(self, cursor: Cursor, batch: Batch) -> None:
        report, loader = self._report, self.loader
        for record, reason in batch.refused:
            report.refuse(record.line, reason)
            self._refused.add(record, reason)
        for line, reason in batch.skipped:
            report.skip(line, reason)
        decided = Decided()
        if batch.rows:
            columns = ", ".join(name for name, _ in loader.staged)
            with cursor.copy(f"COPY import_rows ({columns}) FROM STDIN (NULL '')") as copy:
                copy.write(batch.text)
            decided = loader.decide(cursor)
            for line, reason in decided.skipped.items():
                report.skip(line, reason)
            for line, reason in decided.refused.items():
                report.refuse(line, reason)
                self._refused.add(batch.records[line], reason)
            report.updated += len(decided.updated)
            report.unchecked_phones += len(batch.unchecked_phones - decided.skipped.keys() - decided.refused.keys())
            if self.differences is not None:
                report.created += batch.rows - decided.count
            elif decided.count < batch.rows:
                report.created += loader.create(cursor, decided)
            cursor.execute(f"TRUNCATE import_rows, {loader.scratch}")
        if self.differences is not None:
            _note(self.differences, batch, decided)

    def _described(self) -> dict[str, Any]:
        """The choices as they are kept with the batch."""
        return {**plans.as_json(self._plan), "header": list(self._source.header), "format": self._source.format}


def _so_far(report: ImportReport, trying: bool) -> str:
    would = "to create" if trying else "created"
    text = f"{report.rows:,} rows read, {report.created:,} {would}"
    return text + (f", {report.updated:,} to change" if report.updated else "")


def _note(differences: Differences, batch: Batch, decided: Decided) -> None:
    """The rows of a batch in the order of the file."""
    found: list[tuple[int, Any, str, str]] = [
        (record.line, "refused", "", f"{reason}\n{_first_cells(record.cells, record.raw)}")
        for record, reason in batch.refused
    ]
    found += [(line, "skipped", "", reason) for line, reason in batch.skipped]
    for line, text in zip(batch.numbers, batch.lines, strict=True):
        if line in decided.updated:
            found.append((line, "updated", text, decided.updated[line]))
        elif line in decided.skipped:
            found.append((line, "skipped", text, decided.skipped[line]))
        elif line in decided.refused:
            found.append((line, "refused", text, decided.refused[line]))
        else:
            found.append((line, "created", text, ""))
    for line, outcome, row, said in sorted(found, key=lambda each: each[0]):
        differences.add(line, outcome, row, said)


def _first_cells(cells: list[str], raw: str) -> str:
    shown = ", ".join(cell for cell in cells if cell.strip()) or raw
    return " ".join(shown[:400].split())[:200]


def _remark(report: ImportReport, source: Source, rows: Rows) -> None:
    if source.encoding.note:
        report.remarks.append(source.encoding.note)
    if rows.joined:
        report.remarks.append(
            f"{rows.joined:,} rows had the delimiter inside an unquoted text; their cells were joined again."
        )
    if rows.zeros:
        report.remarks.append(f"{rows.zeros:,} NUL characters, which no text can hold, were left out.")
    if not report.rows:
        report.remarks.append("The file has column names, but no rows below them.")


def require(usable: bool, source: Source, what: str, hint: str) -> None:
    """ImportRefused, with what the first line reads, unless the columns are enough."""
    if not usable:
        header = source.header
        shown = ", ".join(header[:8]) + (", …" if len(header) > 8 else "")
        raise ImportRefused(f"{source.path.name} has no column for {what}. Its first line reads: {shown}.", hint=hint)
