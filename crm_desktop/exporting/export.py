"""Writing a list to a file: one snapshot, recorded before it is read, streamed, and there whole or not at all."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import psycopg
from sqlalchemy import Connection, text

from crm_desktop.errors import Cancelled
from crm_desktop.exporting import vcard_file
from crm_desktop.exporting.columns import ExportColumn, chosen
from crm_desktop.exporting.csv_file import CsvFile
from crm_desktop.exporting.files import replacing
from crm_desktop.exporting.request import ExportReport, ExportRequest, details
from crm_desktop.exporting.sink import Steps, Tell
from crm_desktop.exporting.snapshot import Snapshot
from crm_desktop.exporting.values import as_cell, as_csv
from crm_desktop.exporting.zones import local_zone
from crm_desktop.listing.periods import Clock

if TYPE_CHECKING:
    from crm_desktop.database.cancellation import Cancellation
    from crm_desktop.database.engine import Database

_TABLES = {"customers": "customers", "interactions": "customer_interactions", "orders": "orders"}
_TITLES = {"customers": "Customers", "interactions": "Interactions", "orders": "Orders"}


def export(
    database: Database,
    request: ExportRequest,
    path: Path,
    *,
    progress: Tell = lambda share, text: None,
    cancelled: Cancellation | None = None,
    clock: Clock | None = None,
) -> ExportReport:
    """Writes the rows to `path`, whose old content stays until everything else has succeeded.

    NotAllowed for whoever may not export. `progress` gets the share done and a text. The trace in the audit trail is
    kept exactly when the rows have been read to the end: it is committed before the file is put in its place."""
    began = time.monotonic()
    columns = chosen(request.subject, vcard_file.KEYS if request.format == "vcf" else request.columns)
    try:
        with replacing(path) as file:
            with database.connection(cancelled) as connection:
                progress(None, "Counting the rows")
                snapshot = Snapshot(connection, request, clock or Clock(), request.zone or local_zone())
                _record(connection, request, columns, snapshot.count)
                steps = Steps(snapshot.count, progress, cancelled)
                report = _write(connection, request, columns, snapshot, file, path, steps)
            progress(1.0, "Saving the file")
    except Cancelled as error:
        raise Cancelled("The export was cancelled. No file was written.") from error
    return ExportReport(path, report.rows, time.monotonic() - began, report.sheets, report.cut_texts)


def _record(connection: Connection, request: ExportRequest, columns: tuple[ExportColumn, ...], rows: int) -> None:
    connection.execute(
        text("SELECT crm.record_export(:subject, :format, :rows, CAST(:details AS jsonb))"),
        {
            "subject": _TABLES[request.subject],
            "format": request.format,
            "rows": rows,
            "details": json.dumps(details(request, [column.key for column in columns]), default=str),
        },
    )


def _write(
    connection: Connection,
    request: ExportRequest,
    columns: tuple[ExportColumn, ...],
    snapshot: Snapshot,
    file: BinaryIO,
    path: Path,
    steps: Steps,
) -> ExportReport:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    if request.format == "csv":
        statements = snapshot.statements(columns, [as_csv(column) for column in columns])
        titles = [column.title for column in columns]
        rows = CsvFile(file, titles, request.delimiter, bom=request.bom).write(driver, statements, steps)
        return ExportReport(path, rows, 0.0)
    if request.format == "vcf":
        statements = snapshot.statements(vcard_file.COLUMNS, vcard_file.VALUES)
        rows = vcard_file.VcardFile(file, request.vcard_version).write(driver, statements, steps)
        return ExportReport(path, rows, 0.0)
    from crm_desktop.exporting.xlsx_file import XlsxFile  # XlsxWriter takes a while to import

    statements = snapshot.statements(columns, [as_cell(column) for column in columns])
    with XlsxFile(file, path.resolve().parent, _TITLES[request.subject], columns) as book:
        rows = book.write(driver, statements, steps)
    return ExportReport(path, rows, 0.0, book.sheets, book.cut_texts)
