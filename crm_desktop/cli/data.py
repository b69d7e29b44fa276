"""Sample data in, numbers out."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from crm_desktop.cli import connection, progress
from crm_desktop.cli.options import AsJson, DataDir, ProfileName, Username


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
    as_json: AsJson = False,
    data_dir: DataDir = None,
    profile: ProfileName = None,
    username: Username = None,
) -> None:
    """The numbers of the stat cards and of the standard charts."""
    from crm_desktop.analytics.overall import overall

    with connection.signed_in(data_dir, profile, username) as database, database.session() as session:
        found: dict[str, dict[str, Any]] = asdict(overall(session))
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
