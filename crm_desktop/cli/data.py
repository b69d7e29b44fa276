"""Customers in, sample data in, numbers out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_desktop.cli import connection, progress
from crm_desktop.cli.options import DataDir, ProfileName, Username
from crm_desktop.errors import CrmError

if TYPE_CHECKING:
    from crm_desktop.importing.report import ImportReport, RowRemark

imports = typer.Typer(help="Load records from files of other programs.", no_args_is_help=False)
_SHOWN = 50


@imports.callback()
def _imports() -> None:
    """Load records from files of other programs."""


@imports.command()
def customers(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with column names in its first line.")],
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Load customers from a CSV file: all of it or, when stopped, nothing.

    Encoding and delimiter are detected. Rows of customers that are there already are skipped; rows that break a rule
    are refused and written to a file beside this one, to be corrected and imported again."""
    from crm_desktop.importing.customers import import_customers

    if not file.is_file():
        raise CrmError(f"There is no file {file}." if not file.exists() else f"{file} is not a file.")
    with (
        connection.signed_in(data_dir, profile, username) as database,
        progress.cancelled_by_signals() as cancellation,
        progress.shown("Importing") as tell,
    ):
        report = import_customers(database, file, progress=tell, cancelled=cancellation)
    typer.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2) if as_json else _as_text(report))


def _as_json(report: ImportReport) -> dict[str, object]:
    def rows(remarks: list[RowRemark]) -> list[dict[str, object]]:
        return [{"line": remark.line, "reason": remark.reason} for remark in remarks]

    return {
        "file": str(report.file),
        "encoding": report.encoding,
        "delimiter": report.delimiter,
        "created": report.created,
        "skipped": report.skipped,
        "refused": report.refused,
        "unchecked_phones": report.unchecked_phones,
        "skipped_rows": rows(report.skipped_rows),
        "refused_rows": rows(report.refused_rows),
        "refused_file": str(report.refused_file) if report.refused_file else None,
        "unknown_columns": list(report.unknown_columns),
        "left_out_columns": list(report.left_out_columns),
        "remarks": report.remarks,
        "seconds": round(report.seconds, 3),
    }


def _as_text(report: ImportReport) -> str:
    lines = [f"{report.created:,} created, {report.skipped:,} skipped, {report.refused:,} refused."]
    if report.unchecked_phones:
        lines.append(f"{report.unchecked_phones:,} phone numbers are kept as written: not checked.")
    lines += report.remarks
    if report.unknown_columns:
        lines.append(f"Unknown columns, kept in the notes: {', '.join(report.unknown_columns)}.")
    if report.left_out_columns:
        lines.append(f"Columns left out: {', '.join(report.left_out_columns)}.")
    for word, count, remarks in (
        ("skipped", report.skipped, report.skipped_rows),
        ("refused", report.refused, report.refused_rows),
    ):
        lines += [f"Line {remark.line} {word}: {remark.reason}" for remark in remarks[:_SHOWN]]
        if count > _SHOWN:
            lines.append(f"... and {count - _SHOWN:,} more {word}.")
    if report.refused_file:
        lines.append(f"The refused rows are in {report.refused_file}")
    return "\n".join(lines)


def demo(
    customers: Annotated[int, typer.Option("--customers", min=1, max=10_000_000, help="How many customers.")] = 2_000,
    interactions: Annotated[
        int | None, typer.Option("--interactions", min=0, max=50_000_000, help="Default: three per customer.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same people.")] = 1,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """Fill the database with believable customers and interactions; up to 20,000 get loyalty and orders too."""
    from crm_desktop.demo.sample import load

    with (
        connection.signed_in_as_owner_too(data_dir, profile, username) as (database, owner),
        progress.cancelled_by_signals() as cancellation,
        progress.shown("Making sample data") as tell,
    ):
        loaded = load(
            database,
            customers=customers,
            interactions=interactions,
            seed=seed,
            progress=tell,
            cancelled=cancellation,
            owner=owner,
        )
    typer.echo(f"{loaded.customers:,} customers and {loaded.interactions:,} interactions in {loaded.seconds:,.1f} s.")


def stats(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """The numbers of the stat cards and of the standard charts."""
    from crm_desktop.analytics.queries import acquisition_by_month, interactions_by_type
    from crm_desktop.customers.queries import stat_counts

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        counts = stat_counts(session)
        by_type = {row.type: row.count for row in interactions_by_type(session)}
        acquired: dict[str, int] = {}
        for row in acquisition_by_month(session, 12):
            acquired[row.month] = acquired.get(row.month, 0) + row.count
    found: dict[str, dict[str, Any]] = {
        "customers": {
            "total": counts.total,
            "by_type": counts.by_type,
            "by_status": counts.by_status,
            "new_this_month": counts.new_this_month,
            "acquired_by_month": acquired,
        },
        "interactions": {
            "total": sum(by_type.values()),
            "by_type": by_type,
            "recent": counts.recent_interactions,
        },
        "follow_ups": {
            "pending": counts.pending_follow_ups,
            "overdue": counts.overdue_follow_ups,
            "due_today": counts.due_today,
        },
    }
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for subject, numbers in found.items():
        typer.echo(subject.replace("_", "-").capitalize())
        for name, number in numbers.items():
            if isinstance(number, int):
                typer.echo(f"  {name.replace('_', ' '):<16}{number:>12,}")
            elif name != "acquired_by_month":
                for key, count in number.items():
                    typer.echo(f"  {(key or 'not set').replace('_', ' '):<16}{count:>12,}")
