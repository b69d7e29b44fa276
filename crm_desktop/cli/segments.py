"""Segments and their rules, for a schedule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_desktop.cli import connection, progress
from crm_desktop.cli.failures import FAILED
from crm_desktop.cli.options import AsJson, DataDir, ProfileName, Username
from crm_desktop.errors import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from crm_desktop.segments.running import SegmentFailure, SegmentRunResult

segments = typer.Typer(help="Segments of customers, and what their rules do.", no_args_is_help=True)
Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="One segment; without it, all.", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")]


@segments.command("list")
def list_segments(
    data_dir: DataDir = None, profile: ProfileName = None, username: Username = None, as_json: AsJson = False
) -> None:
    """Every segment: how many customers are in it now, and its rules."""
    from crm_desktop.segments.overview import overview
    from crm_desktop.segments.rule_words import customers, rule_words

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        found = overview(session)
    if as_json:
        listed = [
            {
                "name": each.name,
                "in_use": each.is_active,
                "customers": each.size,
                "fault": each.fault or None,
                "rules": [{"active": rule.is_active, "says": rule_words(rule)} for rule in each.rules],
            }
            for each in found
        ]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for each in found:
        size = each.fault if each.size is None else customers(each.size)
        typer.echo(f"{each.name}: {size}{'' if each.is_active else ' (not in use)'}")
        for rule in each.rules:
            typer.echo(f"  {rule_words(rule)}{'' if rule.is_active else ' (paused)'}")


@segments.command("run")
def run(
    name: Name = None,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
    as_json: AsJson = False,
) -> None:
    """Let the rules of segments act on whoever entered or left since they ran last.

    Open windows do it by themselves; this is for a schedule. Ends with 1 when the rules of a segment could not be run;
    those of the others have run then."""
    from crm_desktop.segments.rule_words import run_words
    from crm_desktop.segments.running import run_all

    with (
        connection.signed_in(data_dir, profile, username) as database,
        progress.cancelled_by_signals() as cancellation,
        progress.shown("Running rules") as tell,
    ):
        only = None
        if name is not None:
            with database.session() as session:
                only = _named(session, name)
        done, failures = run_all(database, cancellation, only=only, dry=dry_run, tell=lambda each: tell(None, each))
    if as_json:
        typer.echo(json.dumps(_report(done, failures, dry=dry_run), ensure_ascii=False, indent=2))
    else:
        if dry_run:
            typer.echo("Nothing was changed. A run would be:")
        if not done and not failures:
            typer.echo("No segment in use has an active rule.")
        for each in done:
            typer.echo(f"{each.name}: {run_words(each, would=dry_run)}")
        for failure in failures:
            typer.echo(f"{failure.name}: failed: {failure.error}")
    if failures:
        raise typer.Exit(FAILED)


def _named(session: Session, name: str) -> UUID:
    from crm_desktop.segments.running import segments_with_rules

    for identity, known in segments_with_rules(session):
        if known == name:
            return identity
    raise NotFound(
        f"There is no segment in use with an active rule that is called {name}.",
        hint="See: crm-desktop segments list",
    )


def _report(done: list[SegmentRunResult], failures: list[SegmentFailure], *, dry: bool) -> dict[str, Any]:
    return {
        "dry_run": dry,
        "segments": [
            {
                "name": each.name,
                "kind": each.kind,
                "customers": each.size,
                "entered": each.entered,
                "left": each.left,
                "did": [vars(acted) for acted in each.did],
            }
            for each in done
        ],
        "failed": [{"name": each.name, "error": str(each.error)} for each in failures],
    }
