"""One file on its way into the database, within a transaction that may hold others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.importing.differences import Differences
from crm_desktop.importing.noting import Decided, copied_rows, note, note_all
from crm_desktop.importing.pipeline import Batch, Batches
from crm_desktop.importing.records import Record
from crm_desktop.importing.refused import RefusedCards, RefusedRows
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.sources import Rows, Source

if TYPE_CHECKING:
    from crm_desktop.database.cancellation import Cancellation
    from crm_desktop.importing.run import Loader

Tell = Callable[[float | None, str], None]
Cursor = Any


class Loading:
    """With `differences`, nothing is written: what would be is noted there. `tell` may raise Cancelled."""

    def __init__(
        self,
        loader: Loader,
        source: Source,
        kind: str,
        tell: Tell,
        differences: Differences | None = None,
        file: Path | None = None,
    ) -> None:
        """`file` is the one that people know, where the source was made of it."""
        self._loader = loader
        self._source = source
        self._tell = tell
        self._differences = differences
        self.report = ImportReport(file or source.path, kind, source.encoding.label, source.delimiter)
        self.report.unknown_columns, self.report.left_out_columns = loader.unknown, loader.left_out
        sink = RefusedCards if source.format == "cards" else RefusedRows
        self._refused = sink(file or source.path, source.header, source.delimiter)
        self._columns = ", ".join(name for name, _ in loader.staged)
        self._staged = 0
        self._early: list[tuple[int, str]] = []  # refused before the others were decided

    @contextmanager
    def refused_forgotten(self) -> Iterator[None]:
        """Leaves no file of refused rows behind where the import fails."""
        try:
            yield
        except BaseException:
            self._refused.discard()
            raise

    def load(self, cursor: Cursor, batch_id: UUID) -> None:
        """Reads, decides, and writes under the batch."""
        report, loader = self.report, self._loader
        staged = ", ".join(f"{name} {kind}" for name, kind in loader.staged)
        with self._source.opened() as rows:
            batches = Batches(rows, loader.maker, keep_records=loader.keep_records)
            with closing(batches.made()) as made:
                # The temporary tables of an earlier import on this connection ended with its transaction.
                cursor.execute(f"CREATE TEMPORARY TABLE import_rows ({staged}{loader.extra}) ON COMMIT DROP")
                report.batch_id = batch_id if self._differences is None else None
                cursor.execute("SELECT now()")
                (report.at,) = cursor.fetchone() or (None,)
                loader.begin(cursor, batch_id)
                for batch in made:
                    self._take(cursor, batch)
                    self._tell(batch.share, self._so_far())
            if loader.together:
                self._tell(None, f"Comparing {self._staged:,} rows")
                self._take_together(cursor)
            if self._differences is None:
                if report.updated:
                    self._tell(None, f"Changing {report.updated:,} {loader.noun}s")
                for line, reason in loader.update(cursor).items():
                    report.updated -= 1
                    report.skip(line, reason)
            loader.end(report)
            _remark(report, self._source, rows)

    def finished(self, began: float, *, kept: bool) -> ImportReport:
        """The report, with the file of refused rows if that is kept."""
        report = self.report
        if kept:
            report.refused_file = self._refused.keep()
        else:
            self._refused.discard()
        report.skipped_rows.sort(key=lambda remark: remark.line)
        report.refused_rows.sort(key=lambda remark: remark.line)
        report.seconds = time.monotonic() - began
        return report

    def _take(self, cursor: Cursor, batch: Batch) -> None:
        report, loader = self.report, self._loader
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
            if self._differences is not None:
                report.created += batch.rows - decided.count
            elif decided.count < batch.rows:
                report.created += loader.create(cursor, decided)
            cursor.execute(f"TRUNCATE import_rows, {loader.scratch}")
        if self._differences is not None:
            note(self._differences, batch, decided)

    def _take_together(self, cursor: Cursor) -> None:
        """Rows that belong together, once all of them are there."""
        report, loader = self.report, self._loader
        decided = loader.decide(cursor)
        self._count(decided, self._read_again(decided.refused))
        report.created += self._staged - decided.count
        if self._differences is not None:
            copied = copied_rows(cursor, f"SELECT {self._columns} FROM import_rows ORDER BY line")
            note_all(self._differences, copied, decided, self._early)
        elif report.created:
            self._tell(None, f"Creating what {report.created:,} rows make")
            loader.create(cursor, decided)

    def _count(self, decided: Decided, records: Mapping[int, Record]) -> None:
        report = self.report
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
        report = self.report
        if self._loader.together:
            return f"{self._staged:,} rows read"
        would = "to create" if self._differences is not None else "created"
        text = f"{report.rows:,} rows read, {report.created:,} {would}"
        return text + (f", {report.updated:,} to change" if report.updated else "")


def begin_batch(cursor: Cursor, batch_id: UUID, kind: str, name: str, described: Mapping[str, Any]) -> None:
    """The import in the list of imports."""
    from psycopg.types.json import Jsonb

    cursor.execute(
        "INSERT INTO crm.import_batches (id, kind, file_name, mapping) VALUES (%s, %s, %s, %s)",
        (batch_id, kind, name, Jsonb(described)),
    )


def end_batch(cursor: Cursor, batch_id: UUID, reports: Sequence[ImportReport]) -> None:
    """What came of it."""
    counts = [sum(getattr(each, name) for each in reports) for name in ("created", "updated", "skipped", "refused")]
    cursor.execute(
        "UPDATE crm.import_batches SET rows_created = %s, rows_updated = %s, rows_skipped = %s, rows_refused = %s"
        " WHERE id = %s",
        (*counts, batch_id),
    )


@contextmanager
def told_as_cancelled(cancelled: Cancellation | None) -> Iterator[None]:
    """A statement that was stopped fails in some way: what that means is that nothing was imported."""
    try:
        yield
    except CrmError as error:
        if cancelled is not None and cancelled.cancelled:
            raise Cancelled("The import was cancelled. Nothing was imported.") from error
        raise


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
