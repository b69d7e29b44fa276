"""What the program does by itself, for a server that does it on a schedule."""

from __future__ import annotations

import typer

from crm_desktop.cli import connection, progress
from crm_desktop.cli.failures import FAILED
from crm_desktop.cli.options import DataDir, ProfileName, Username

chores = typer.Typer(help="What the program does by itself every so often.", no_args_is_help=True)


@chores.command("run")
def run(data_dir: DataDir = None, profile: ProfileName = None, username: Username = None) -> None:
    """Do the chores that are due and that no open window is at.

    Windows do them as well: this is for a schedule, where no window may be open. Ends with 1 when one failed."""
    from crm_desktop.chores.running import run_due

    with connection.signed_in(data_dir, profile, username) as database, progress.cancelled_by_signals() as cancellation:
        done = run_due(database, cancellation)
    if not done:
        typer.echo("Nothing is due.")
    for each in done:
        failed = each.failure is not None or each.bug is not None
        said = f"failed: {each.failure or type(each.bug).__name__}" if failed else each.said or "nothing to do."
        typer.echo(f"{each.chore.title}: {said}")
    for each in done:
        if each.bug is not None:
            raise each.bug
    if any(each.failure is not None for each in done):
        raise typer.Exit(FAILED)


@chores.command("list")
def list_chores(data_dir: DataDir = None, profile: ProfileName = None, username: Username = None) -> None:
    """The chores, how often each is done, and when it was done last."""
    from crm_desktop.chores.queries import last_times
    from crm_desktop.chores.registry import CHORES

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        last = last_times(session)
    for chore in CHORES:
        typer.echo(f"{chore.key}: {chore.title}, every {_interval(chore.every.total_seconds())}")
        time = last.get(chore.key)
        if time is None:
            typer.echo("  not done yet")
            continue
        when = time.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
        outcome = time.outcome or ("nothing to do" if time.finished_at is not None else "not finished")
        typer.echo(f"  {when}, {time.by or 'somebody who is gone'}: {'failed: ' if time.failed else ''}{outcome}")


def _interval(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length and seconds % length == 0:
            number = int(seconds // length)
            return unit if number == 1 else f"{number} {unit}s"
    return f"{seconds:g} seconds"
