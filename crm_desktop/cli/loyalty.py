"""The loyalty programme, for a server that works on a schedule."""

from __future__ import annotations

import typer

from crm_desktop.cli import connection
from crm_desktop.cli.options import DataDir, ProfileName, Username

loyalty = typer.Typer(help="The loyalty programme.", no_args_is_help=True)


@loyalty.command("expire")
def expire(
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would expire, and when; change nothing."),
) -> None:
    """Take off the points that have expired, as the settings say.

    An open window does it once a day: this is for a schedule, where no window may be open."""
    from crm_desktop.loyalty import expiry
    from crm_desktop.loyalty.rules import rules

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        if rules(session).expire_months is None:
            typer.echo("Points never expire: the settings name no number of months.")
            return
        typer.echo(expiry.sentence(expiry.due(session) if dry_run else expiry.expire_points(session), dry_run=dry_run))
        if dry_run:
            for each in expiry.expiring_of_all(session):
                typer.echo(f"{each.month:%Y-%m}  {each.points:>14,} points  {each.accounts:>10,} accounts")
