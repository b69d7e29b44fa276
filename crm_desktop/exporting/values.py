"""Columns as SQL for each kind of file: PostgreSQL writes the texts, which is several times as fast as Python."""

from __future__ import annotations

from crm_desktop.exporting.cells import protected_sql
from crm_desktop.exporting.columns import ExportColumn
from crm_desktop.listing.filter_words import choice_word

# Tags without what separates tags elsewhere; any others are written as JSON, which an import reads too.
_PLAIN_TAGS = r'^\["[^",;|\\\[\]*:]+"(, "[^",;|\\\[\]*:]+")*\]$'
# Days since 30 December 1899, as spreadsheets count, of the local time. Their calendar is wrong before March 1900.
_SERIAL = (
    "CASE WHEN {0} >= '1900-03-02' THEN (round(extract(epoch FROM {0}::timestamp)) / 86400.0 + 25569)::float8::text"
    " ELSE date_trunc('second', {0})::text END"
)


def as_text(column: ExportColumn) -> str:
    """The column as a text; NULL where it is blank. Moments are in the session's time zone, with its offset."""
    sql = column.sql
    match column.kind:
        case "moment":
            return f"date_trunc('second', {sql})::text"
        case "number":
            return f"{sql}::text"
        case "word":
            cases = " ".join(f"WHEN '{choice}' THEN '{choice_word(choice)}'" for choice in column.choices)
            return f"CASE {sql} {cases} ELSE {sql} END"
        case "list":
            return (
                f"CASE WHEN {sql} <> '[]'::jsonb"
                f" THEN (SELECT string_agg(v, '; ') FROM jsonb_array_elements_text({sql}) v) END"
            )
        case "tags":
            return (
                f"CASE WHEN {sql} = '[]'::jsonb THEN NULL WHEN {sql}::text ~ '{_PLAIN_TAGS}'"
                f" THEN translate({sql}::text, '[]\"', '') ELSE {sql}::text END"
            )
        case _:
            return f"nullif({sql}, '')"


def as_csv(column: ExportColumn) -> str:
    """As a text that a spreadsheet leaves as it is."""
    if column.kind in ("moment", "number", "word") or column.key in ("id", "customer_id"):
        return as_text(column)
    return protected_sql(as_text(column) if column.kind in ("list", "tags") else column.sql)


def as_cell(column: ExportColumn) -> str:
    """As what a cell of a workbook holds: moments as the number that a date is there."""
    return _SERIAL.format(column.sql) if column.kind == "moment" else as_text(column)
