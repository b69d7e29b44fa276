"""Reports without a window."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from crm_desktop.cli import connection, progress
from crm_desktop.cli.options import DataDir, ProfileName, Username

reports = typer.Typer(help="Write reports to files.", no_args_is_help=True)


@reports.command()
def monthly(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to: a name that ends with .xlsx.")],
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Default: the last whole month.")] = "",
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """Write the report of a month: every figure and chart of the Analytics tab, beside the month before."""
    from crm_desktop.analytics.report import last_month, month_of
    from crm_desktop.analytics.report import monthly as read
    from crm_desktop.exporting.figures import write_workbook
    from crm_desktop.listing.periods import Clock

    if file.suffix.lower() != ".xlsx":
        raise typer.BadParameter("The name of the file ends with .xlsx; PDF is made in the window, tab Analytics.")
    clock = Clock()
    try:
        period = month_of(date.fromisoformat(f"{month}-01")) if month else last_month(clock)
    except ValueError:
        raise typer.BadParameter("A month is written 2026-10.") from None
    with connection.signed_in(data_dir, profile, username) as database, progress.shown("Reading") as tell:
        with database.session() as session:
            report = read(session, period, clock, tell)
        write_workbook(database, [data for _, data in report.charts], report.question, file)
    typer.echo(f"{report.title}: {len(report.charts)} charts in {file}.")
