"""Importing customers from a CSV file: one transaction, through COPY."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from crm_desktop.errors import Cancelled, CrmError, ImportRefused
from crm_desktop.importing import encodings, records
from crm_desktop.importing.mapping import Mapping, count_recognised, map_columns
from crm_desktop.importing.pipeline import COPIED, Batch, Batches, Source, take_sample
from crm_desktop.importing.refused import RefusedRows
from crm_desktop.importing.report import ImportReport

if TYPE_CHECKING:
    import psycopg

    from crm_desktop.database.cancellation import Cancellation
    from crm_desktop.database.engine import Database

Tell = Callable[[float | None, str], None]

_STAGED = ", ".join(COPIED)
_SAVED = ", ".join(COPIED[1:])
_TYPES = {"line": "bigint", "tags": "jsonb"}

# A customer is there already when the e-mail address is the same; or, where one of the two has none, when name and
# company are the same and so is the phone, or the city with nothing against it. Rows of this same import do not count:
# they were compared with each other while reading. Keys are cut as the table cuts them.
# The inner queries keep the planner to the index of names and that of numbers: the one of companies holds half of all
# customers under the blank key. Their limit is for "Unknown" and "000", which thousands may bear.
_SAME_PERSON = """
        SELECT coalesce(c.contact_name, c.company_name), false
        FROM (SELECT * FROM crm.customers WHERE {indexed} LIMIT 1000) c
        WHERE c.name_key = s.name_key
            AND c.company_key = s.company_key
            AND c.import_batch_id IS DISTINCT FROM %(batch)s
            AND (s.email IS NULL OR c.email_normalized IS NULL)
            AND (
                c.phone = s.phone
                OR c.city_key = s.city_key AND (s.phone IS NULL OR c.phone IS NULL OR s.company_name IS NOT NULL)
            )
        LIMIT 1
"""
_KNOWN = f"""
INSERT INTO import_known (line, name, by_email)
SELECT s.line, found.name, found.by_email
FROM (
    SELECT line, email, phone, company_name,
        left(crm.fold(coalesce(contact_name, company_name)), 300) AS name_key,
        left(crm.fold(coalesce(company_name, '')), 300) AS company_key,
        left(crm.fold(coalesce(city, '')), 300) AS city_key,
        left(crm.fold(email), 320) AS email_key
    FROM import_rows
) s
CROSS JOIN LATERAL (
    (
        SELECT coalesce(c.contact_name, c.company_name) AS name, true AS by_email
        FROM crm.customers c
        WHERE c.email_normalized = s.email_key AND c.import_batch_id IS DISTINCT FROM %(batch)s
        LIMIT 1
    )
    UNION ALL
    ({_SAME_PERSON.format(indexed="s.email IS NULL AND phone_digits = left(crm.digits(s.phone), 300)")})
    UNION ALL
    ({_SAME_PERSON.format(indexed="name_key = s.name_key")})
    LIMIT 1
) found
RETURNING line, name, by_email
"""
_INSERT = f"""
INSERT INTO crm.customers ({_SAVED}, import_batch_id)
SELECT {_SAVED}, %(batch)s
FROM import_rows s
"""
_WITHOUT_KNOWN = "WHERE NOT EXISTS (SELECT FROM import_known k WHERE k.line = s.line)"


def look_at(path: Path) -> Source:
    """How a file is written and what its columns hold. Raises ImportRefused when no customers can be made of it."""
    encoding = encodings.detect(path)
    with records.opened(path, encoding) as text:
        delimiter, skipped = records.detect_delimiter(text, count_recognised)
    with records.opened(path, encoding) as text:
        header = records.RecordReader(text, delimiter, skipped).header
    if not header:
        raise ImportRefused(f"{path.name} has no line of column names.")
    mapping = map_columns(header)
    if not mapping.usable:
        shown = ", ".join(header[:8]) + (", …" if len(header) > 8 else "")
        raise ImportRefused(
            f"{path.name} has no column for a name or a company. Its first line reads: {shown}.",
            hint="Name the columns in the first line: contact name, company name, email, phone, city, country.",
        )
    return Source(path, encoding, delimiter, skipped, mapping)


def import_customers(
    database: Database,
    path: Path,
    *,
    progress: Tell = lambda share, text: None,
    cancelled: Cancellation | None = None,
) -> ImportReport:
    """Imports a file as one transaction; rows that cannot be imported go to a file beside it.

    `progress` gets the share done and a text, and may raise Cancelled. Nothing is kept of an import that is cancelled
    or fails."""
    began = time.monotonic()
    try:
        source = look_at(path)
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error.strerror or error}.") from error
    report = ImportReport(path, source.encoding.label, source.delimiter)
    report.unknown_columns, report.left_out_columns = source.mapping.unknown, source.mapping.left_out
    refused = RefusedRows(path, source.mapping.header, source.delimiter)
    try:
        with records.opened(path, source.encoding) as text:
            reader = records.RecordReader(text, source.delimiter, source.skipped_lines)
            batches = Batches(reader, source.mapping, take_sample(reader))
            with database.raw(cancelled) as connection:
                _load(connection, source, batches, report, refused, _heeding(progress, cancelled))
            _remark(report, source, reader)
    except BaseException as error:
        refused.discard()
        if isinstance(error, CrmError) and cancelled is not None and cancelled.cancelled:
            raise Cancelled("The import was cancelled. Nothing was imported.") from error
        raise
    report.refused_file = refused.keep()
    report.skipped_rows.sort(key=lambda remark: remark.line)
    report.seconds = time.monotonic() - began
    return report


def _heeding(progress: Tell, cancelled: Cancellation | None) -> Tell:
    """Between two statements there is none to stop: then telling how far it is ends the import."""

    def tell(share: float | None, text: str) -> None:
        if cancelled is not None:
            cancelled.raise_if_cancelled()
        progress(share, text)

    return tell


def _load(
    connection: psycopg.Connection[Any],
    source: Source,
    batches: Batches,
    report: ImportReport,
    refused: RefusedRows,
    progress: Tell,
) -> None:
    from psycopg.types.json import Jsonb

    size = max(1, source.path.stat().st_size)
    columns = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in COPIED)
    with connection.cursor() as cursor, closing(batches.made()) as rows:
        # The temporary tables of an earlier import on this connection ended with its transaction.
        cursor.execute(f"CREATE TEMPORARY TABLE import_rows ({columns}) ON COMMIT DROP")
        cursor.execute("CREATE TEMPORARY TABLE import_known (line bigint, name text, by_email boolean) ON COMMIT DROP")
        cursor.execute("SELECT EXISTS (SELECT FROM crm.customers)")
        compare = bool((cursor.fetchone() or (True,))[0])
        cursor.execute(
            "INSERT INTO crm.import_batches (kind, file_name, mapping) VALUES ('customers', %s, %s) RETURNING id",
            (source.path.name, Jsonb(_described(source.mapping))),
        )
        report.batch_id = (cursor.fetchone() or (None,))[0]
        assert report.batch_id is not None
        for batch in rows:
            _take_batch(cursor, batch, report, refused, compare)
            progress(
                min(1.0, batch.characters / size), f"{report.rows:,} rows read, {report.created:,} customers created"
            )
        cursor.execute(
            "UPDATE crm.import_batches SET rows_created = %s, rows_skipped = %s, rows_refused = %s WHERE id = %s",
            (report.created, report.skipped, report.refused, report.batch_id),
        )


def _take_batch(
    cursor: psycopg.Cursor[Any], batch: Batch, report: ImportReport, refused: RefusedRows, compare: bool
) -> None:
    batch_id: UUID | None = report.batch_id
    for line, reason, cells in batch.refused:
        report.refuse(line, reason)
        refused.add(line, reason, cells)
    for line, reason in batch.skipped:
        report.skip(line, reason)
    if not batch.rows:
        return
    with cursor.copy(f"COPY import_rows ({_STAGED}) FROM STDIN (NULL '')") as copy:
        copy.write(batch.text)
    known: list[tuple[Any, ...]] = []
    if compare:
        cursor.execute(_KNOWN, {"batch": batch_id})
        known = cursor.fetchall()
        for line, name, by_email in known:
            why = "the e-mail address belongs to" if by_email else "known as"
            report.skip(line, f"The customer is there already: {why} {name}.")
    report.unchecked_phones += len(batch.unchecked_phones - {line for line, *_ in known})
    if len(known) < batch.rows:
        cursor.execute(_INSERT + (_WITHOUT_KNOWN if known else ""), {"batch": batch_id})
        report.created += cursor.rowcount
    cursor.execute("TRUNCATE import_rows, import_known")


def _described(mapping: Mapping) -> dict[str, object]:
    """The mapping as it is kept with the batch."""
    header = mapping.header
    return {
        "columns": list(header),
        "names": {part: header[index] for part, index in mapping.names.items()},
        "emails": [header[index] for index in mapping.emails],
        "phones": [header[index] for index in mapping.phones],
        "addresses": {group: {part: header[i] for part, i in parts.items()} for group, parts in mapping.addresses},
        "fields": {part: [header[index] for index in indexes] for part, indexes in mapping.fields.items()},
        "kept_in_notes": [header[index] for index in mapping.kept],
        "left_out": list(mapping.left_out),
    }


def _remark(report: ImportReport, source: Source, reader: records.RecordReader) -> None:
    if source.encoding.note:
        report.remarks.append(source.encoding.note)
    if reader.joined:
        report.remarks.append(
            f"{reader.joined:,} rows had the delimiter inside an unquoted text; their cells were joined again."
        )
    if reader.zeros:
        report.remarks.append(f"{reader.zeros:,} NUL characters, which no text can hold, were left out.")
    if not report.rows:
        report.remarks.append("The file has column names, but no rows below them.")
