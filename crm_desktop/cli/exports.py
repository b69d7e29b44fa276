"""Lists out, into files of other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_desktop.cli import connection, progress
from crm_desktop.cli.options import AsJson, DataDir, ProfileName, Username
from crm_desktop.errors import CrmError

if TYPE_CHECKING:
    from crm_desktop.exporting.columns import Subject
    from crm_desktop.exporting.request import ExportReport

exports = typer.Typer(
    help="Write lists to files: CSV, XLSX or vCard, by the ending of the name.", no_args_is_help=False
)
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}

File = Annotated[Path, typer.Argument(metavar="FILE", help="Where to: a name that ends with .csv, .xlsx or .vcf.")]
Filter = Annotated[
    str, typer.Option("--filter", metavar="JSON|FILE", help="Only rows that a filter lets in (docs/filters.md).")
]
Search = Annotated[str, typer.Option("--search", metavar="WORDS", help="Only rows that the search box would find.")]
Columns = Annotated[
    str, typer.Option("--columns", metavar="NAMES", help="Columns with commas between them. Default: all fields.")
]
Sort = Annotated[str, typer.Option("--sort", metavar="NAME", help="The column to sort by.")]
Descending = Annotated[bool, typer.Option("--descending", help="From the last to the first.")]
Delimiter = Annotated[str, typer.Option("--delimiter", help="Of CSV: comma, semicolon or tab.")]
NoBom = Annotated[bool, typer.Option("--no-bom", help="CSV without the mark by which Excel knows UTF-8.")]
Version = Annotated[str, typer.Option("--vcard-version", help="3.0 or 4.0.")]


@exports.command()
def customers(
    file: File,
    filter: Filter = "",
    search: Search = "",
    columns: Columns = "",
    sort: Sort = "name",
    descending: Descending = False,
    delimiter: Delimiter = "comma",
    no_bom: NoBom = False,
    vcard_version: Version = "3.0",
    as_json: AsJson = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """Write customers to a file: as of one moment, all of it or nothing."""
    options = {"delimiter": delimiter, "bom": not no_bom, "vcard_version": vcard_version}
    report = _export(
        "customers", file, (search, filter, sort, descending), columns, options, (data_dir, profile, username)
    )
    typer.echo(_said(report, "customer", as_json=as_json))


@exports.command()
def interactions(
    file: File,
    filter: Filter = "",
    search: Search = "",
    columns: Columns = "",
    sort: Sort = "created_at",
    descending: Descending = False,
    delimiter: Delimiter = "comma",
    no_bom: NoBom = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """Write interactions to a file: as of one moment, all of it or nothing. A search finds them by their customer."""
    options = {"delimiter": delimiter, "bom": not no_bom}
    report = _export(
        "interactions", file, (search, filter, sort, descending), columns, options, (data_dir, profile, username)
    )
    typer.echo(_said(report, "interaction", as_json=as_json))


def _export(
    subject: Subject,
    file: Path,
    rows: tuple[str, str, str, bool],
    columns: str,
    options: dict[str, Any],
    who: tuple[Path | None, str | None, str | None],
) -> ExportReport:
    from crm_desktop.exporting.columns import chosen
    from crm_desktop.exporting.export import export
    from crm_desktop.exporting.request import ExportRequest, format_of
    from crm_desktop.exporting.snapshot import SOURCES
    from crm_desktop.listing.request import ListRequest

    search, given, sort, descending = rows
    if options["delimiter"] not in _DELIMITERS:
        raise typer.BadParameter(f"The delimiter is {', '.join(_DELIMITERS)}.")
    if sort not in SOURCES[subject].sorts:
        raise typer.BadParameter(f"Sort by one of {', '.join(SOURCES[subject].sorts)}.")
    keys = tuple(name.strip() for name in columns.split(",") if name.strip()) or None
    chosen(subject, keys)
    request = ExportRequest(
        subject,
        format_of(file),
        ListRequest(search, _read_filter(given), sort, descending),
        keys,
        **{**options, "delimiter": _DELIMITERS[options["delimiter"]]},
    )
    with (
        connection.signed_in(*who) as database,
        progress.cancelled_by_signals() as cancellation,
        progress.shown("Exporting") as tell,
    ):
        return export(database, request, file, progress=tell, cancelled=cancellation)


def _read_filter(given: str) -> dict[str, Any] | None:
    """From JSON as it was typed, or from the file of that name."""
    if not given:
        return None
    text = given
    if not given.lstrip().startswith("{"):
        try:
            text = Path(given).read_text(encoding="utf-8")
        except OSError as error:
            raise CrmError(f"The filter {given} cannot be read: {error.strerror or error}.") from error
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CrmError(
            f"This filter is no JSON: {error}.", hint="docs/filters.md shows how filters are written."
        ) from error
    if not isinstance(found, dict):
        raise CrmError("A filter is a JSON object.", hint="docs/filters.md shows how filters are written.")
    return found


def _said(report: ExportReport, noun: str, *, as_json: bool) -> str:
    if as_json:
        found = {
            "file": str(report.path),
            "rows": report.rows,
            "sheets": report.sheets,
            "cut_texts": report.cut_texts,
            "seconds": round(report.seconds, 3),
        }
        return json.dumps(found, ensure_ascii=False, indent=2)
    lines = [f"{report.rows:,} {noun}{'' if report.rows == 1 else 's'} written to {report.path}."]
    if report.sheets > 1:
        lines.append(f"They are on {report.sheets} sheets: one holds 1,048,575 rows.")
    if report.cut_texts:
        lines.append(f"{report.cut_texts:,} texts were longer than a cell can be and are cut; CSV keeps them whole.")
    return "\n".join(lines)
