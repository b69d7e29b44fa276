"""Running an import, or trying it out: one transaction through COPY, decided against what is there at its beginning.

Decisions never depend on what the same import wrote before: updates are collected and made at the end, and records
that it created do not count as known. So a dry run, which decides and writes nothing, counts exactly the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid4

from crm_desktop.errors import Cancelled, CrmError, ImportRefused
from crm_desktop.importing import plan as plans
from crm_desktop.importing.differences import Change, Differences
from crm_desktop.importing.noting import Decided, copied_rows, note, note_all
from crm_desktop.importing.pipeline import Batch, Batches, Maker
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.records import Record
from crm_desktop.importing.refused import RefusedCards, RefusedRows
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.sources import Rows, Source, look_at

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.database.cancellation import Cancellation
    from crm_desktop.database.engine import Database

Tell = Callable[[float | None, str], None]
Cursor = Any


class Loader(Protocol):
    """One kind of import. The rows of a batch are in the temporary table import_rows."""

    noun: str
    keep_records: bool
    together: bool  # rows belong together, so that they are decided when all have been read
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
    if plan.kind == "products":
        from crm_desktop.importing.products import ProductLoader

        return ProductLoader(plan, source)
    if plan.kind == "orders":
        from crm_desktop.importing.orders import OrderLoader

        return OrderLoader(plan, source)
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
        self._columns = ", ".join(name for name, _ in self.loader.staged)
        self._staged = 0
        self._early: list[tuple[int, str]] = []  # refused before the others were decided

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
                self._tell(batch.share, self._so_far())
            if loader.together:
                self._tell(None, f"Comparing {self._staged:,} rows")
                self._take_together(cursor)
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
        if loader.together:
            self._early += [(record.line, reason) for record, reason in batch.refused]
        decided = Decided()
        if batch.rows:
            with cursor.copy(f"COPY import_rows ({self._columns}) FROM STDIN (NULL '')") as copy:
                copy.write(batch.text)
            self._staged += batch.rows
        if loader.together:
            return
        if batch.rows:
            decided = loader.decide(cursor)
            self._count(decided, batch.records)
            report.unchecked_phones += len(batch.unchecked_phones - decided.skipped.keys() - decided.refused.keys())
            if self.differences is not None:
                report.created += batch.rows - decided.count
            elif decided.count < batch.rows:
                report.created += loader.create(cursor, decided)
            cursor.execute(f"TRUNCATE import_rows, {loader.scratch}")
        if self.differences is not None:
            note(self.differences, batch, decided)

    def _take_together(self, cursor: Cursor) -> None:
        """Rows that belong together, once all of them are there."""
        report, loader = self._report, self.loader
        decided = loader.decide(cursor)
        self._count(decided, self._read_again(decided.refused))
        report.created += self._staged - decided.count
        if self.differences is not None:
            copied = copied_rows(cursor, f"SELECT {self._columns} FROM import_rows ORDER BY line")
            note_all(self.differences, copied, decided, self._early)
        elif report.created:
            self._tell(None, f"Creating what {report.created:,} rows make")
            loader.create(cursor, decided)

    def _count(self, decided: Decided, records: Mapping[int, Record]) -> None:
        report = self._report
        for line, reason in decided.skipped.items():
            report.skip(line, reason)
        for line, reason in decided.refused.items():
            report.refuse(line, reason)
            self._refused.add(records[line], reason)
        report.updated += len(decided.updated)

    def _read_again(self, lines: Mapping[int, str]) -> dict[int, Record]:
        """Those rows of the file, which was too long to be kept."""
        if not lines:
            return {}
        with self._source.opened() as rows:
            return {record.line: record for record in rows if record.line in lines}

    def _so_far(self) -> str:
        report = self._report
        if self.loader.together:
            return f"{self._staged:,} rows read"
        would = "to create" if self.differences is not None else "created"
        text = f"{report.rows:,} rows read, {report.created:,} {would}"
        return text + (f", {report.updated:,} to change" if report.updated else "")

    def _described(self) -> dict[str, Any]:
        """The choices as they are kept with the batch."""
        return {**plans.as_json(self._plan), "header": list(self._source.header), "format": self._source.format}


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
